import type { Side } from '@comity/kernel';
import { mainState, FINAL_MEASURE_STATES, type FileState } from '../../libs/requests/src/domain/index.js';

/**
 * The check's own bookkeeping of what was done, from acts and messages alone: what the statecharts remember is what is
 * being checked, and cannot be its own witness.
 */
export const GHOST = {
  released: 1,
  assigned: 2,
  authorised: 4,
  hold: 8,
  costs: 16,
  conditions: 32,
  confidentiality: 64,
  notice: 128,
  /** The other State was heard: it answered the consultation, or its term passed. */
  heard: 256,
  warned: 512,
  releaseNotice: 1024,
  /** By the requested State: consent to use, by number. */
  consent1: 2048,
  consent2: 4096,
  /** By the requesting State. */
  disclosure: 8192,
  /** The sender confirmed, called back over a number the directory holds. */
  verified: 16384,
  objected: 32768,
  /** A person's consent to go to the other State is on record. */
  personConsented: 65536,
  /** A first warning was given, whether or not it stands; a second one stands. */
  warnedOnce: 131072,
  warnedAgain: 262144,
} as const;

export interface Happening {
  side: Side;
  type: string;
  payload: Record<string, unknown>;
  facts: Record<string, unknown>;
  /** Of the requested State's file before. */
  consultation: string | undefined;
  /** Recorded and without effect, by the crossing table. */
  noted: boolean;
}

/** What stands after an act, or a message taken in, of the requested State's file. */
export function ghostAfter(ghost: number, { side, type, payload, facts, consultation, noted }: Happening, requested: FileState): number {
  // By either State: information sent without a request is used by the one that stands where the requested State stands.
  if (type === 'NOTIFY_EXCULPATORY_DISCLOSURE') return ghost | GHOST.disclosure;
  if (type === 'GRANT_USE_CONSENT') return ghost | (payload['consent'] === 1 ? GHOST.consent1 : GHOST.consent2);
  if (side === 'requesting' || noted) return ghost;
  const letterPart = GHOST.notice | GHOST.consent1 | GHOST.consent2 | GHOST.disclosure;
  const next = change(ghost, type, payload, facts, consultation);
  // Past its outcome nothing of the measure matters any more; forgetting it keeps the number of states down.
  return FINAL_MEASURE_STATES.has(mainState(requested.measures[0]!.state)) ? next & letterPart : next;
}

function change(ghost: number, type: string, payload: Record<string, unknown>, facts: Record<string, unknown>, consultation: string | undefined): number {
  switch (type) {
    case 'DECIDE_TRANSMISSION': return payload['outcome'] === 'denied' ? ghost : ghost | GHOST.released;
    case 'PLACE_HOLD': return (ghost & ~GHOST.released) | GHOST.hold;
    case 'LIFT_HOLD': return ghost & ~GHOST.hold;
    case 'RECORD_CONSENT': return payload['decision'] === 'given' ? ghost | GHOST.personConsented : ghost & ~GHOST.personConsented;
    case 'ASSIGN': return ghost | GHOST.assigned;
    case 'AUTHORISE': return ghost | GHOST.authorised;
    case 'RAISE_COSTS': return ghost | GHOST.costs;
    case 'COSTS_ACCEPTED':
    case 'COSTS_DECLINED': return ghost & ~GHOST.costs;
    case 'OFFER_CONDITIONS': return ghost | GHOST.conditions;
    case 'CONDITIONS_ACCEPTED':
    case 'CONDITIONS_DECLINED': return ghost & ~GHOST.conditions;
    case 'REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT': return ghost | GHOST.confidentiality;
    case 'CONFIDENTIALITY_WAIVED': return ghost & ~GHOST.confidentiality;
    case 'GIVE_NOTICE_OF_CLOSURE': return ghost | GHOST.notice;
    case 'INFORMATION_PROVIDED':
    case 'CLOSE_FOR_WANT_OF_REPLY': return ghost & ~GHOST.notice;
    case 'RECORD_CALL_BACK':
      if (facts['callBackHeld'] !== true || payload['result'] === 'not-reached') return ghost;
      return payload['result'] === 'confirmed' ? ghost | GHOST.verified : ghost & ~GHOST.verified;
    case 'OBJECT_TO_DUTY_ACT': return ghost | GHOST.objected;
    case 'CONFIRM_DUTY_ACT': return ghost & ~GHOST.objected;
    case 'WARN': return ghost | ((ghost & GHOST.warnedOnce) !== 0 ? GHOST.warnedAgain : GHOST.warnedOnce | GHOST.warned);
    case 'EXECUTION_INSISTED': return ghost & ~(payload['warning'] === 2 ? GHOST.warnedAgain : GHOST.warned);
    case 'GIVE_NOTICE_OF_RELEASE': return ghost | GHOST.releaseNotice;
    case 'RELEASE':
    case 'EXTEND':
    case 'NEW_PRESERVATION_REQUESTED': return ghost & ~GHOST.releaseNotice;
    case 'OPEN_CONSULTATION':
    case 'CONSULTATION_OPENED': return ghost & ~GHOST.heard;
    case 'CONSULTATION_AGREED':
    case 'CONSULTATION_ENDED':
    case 'CONSULTATION_LAPSED':
    case 'AGREE_IN_CONSULTATION':
    case 'LAPSE_CONSULTATION': return ghost | GHOST.heard;
    case 'END_CONSULTATION_WITHOUT_AGREEMENT':
      return consultation === 'openedThere' || facts['consultationTermPassed'] === true ? ghost | GHOST.heard : ghost;
    default: return ghost;
  }
}
