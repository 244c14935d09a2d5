import type { Json, Side } from '@comity/kernel';
import type { DeadlineKind } from '@comity/treaty';
import { actNameOf } from './particulars.js';

/** A term to be kept in the file; those that fire an event do so through advance(), as the clock. */
export interface Term {
  code: string;
  kind: DeadlineKind;
  /** RFC 3339. */
  dueAt: string;
  /** How it came about: "stated when the consultation was opened". */
  working: string;
  rule?: string;
  /** The event the clock fires when it is due; absent for terms that are only shown and reported on. */
  fires?: string;
}

type Payload = Record<string, Json>;

/** Terms that an act, or the message of one, sets. `here`: done in this file, not told by the other State. */
export function termsSetBy(type: string, payload: Payload, here: boolean): Term[] {
  const name = actNameOf(type);
  const at = (member: string) => payload[member] as string | undefined;
  switch (name) {
    case 'OPEN_CONSULTATION':
      return [{ code: 'consultation', kind: 'agreed', dueAt: at('term')!, working: 'stated when the consultation was opened', rule: 'UNCC 40(28)', ...(here && { fires: 'LAPSE_CONSULTATION' }) }];
    case 'GIVE_NOTICE_OF_CLOSURE':
      return [{ code: 'closure', kind: 'internal', dueAt: at('term')!, working: 'stated in the notice of closure' }];
    case 'REQUEST_INFORMATION':
      return at('by') ? [{ code: 'information', kind: 'internal', dueAt: at('by')!, working: 'stated when information was asked for' }] : [];
    case 'POSTPONE':
      return at('until') ? [{ code: 'postponement', kind: 'internal', dueAt: at('until')!, working: 'stated when the measure was postponed' }] : [];
    case 'AUTHORISE':
      return at('remedyUntil') ? [{ code: 'remedy', kind: 'internal', dueAt: at('remedyUntil')!, working: 'remedy open until then' }] : [];
    default:
      return [];
  }
}

const ENDS: Record<string, string> = {
  AGREE_IN_CONSULTATION: 'consultation',
  END_CONSULTATION_WITHOUT_AGREEMENT: 'consultation',
  LAPSE_CONSULTATION: 'consultation',
  PROVIDE_INFORMATION: 'information',
  CLOSE_FOR_WANT_OF_REPLY: 'closure',
  REOPEN: 'closure',
  RESUME: 'postponement',
};

/** Code of the open term that an act or message ends, if any. */
export function termEndedBy(type: string): string | undefined {
  return ENDS[actNameOf(type)];
}

/** Who spoke: an act's own side, a message's other side. */
export const sideOf = (own: Side, here: boolean): Side => (here ? own : own === 'requesting' ? 'requested' : 'requesting');
