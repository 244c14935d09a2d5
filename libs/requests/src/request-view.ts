import { mayFire } from '@comity/access';
import type { Official } from '@comity/kernel';
import { profile, ruleFor } from '@comity/treaty';
import type { Attachment } from './attachment.entity.js';
import type { Deadline } from './deadline.entity.js';
import { mainState, possibleActs, type Facts, type Refusal, type Schema } from './domain/index.js';
import { deskFacts } from './facts.js';
import { stateOf, type OpenFile } from './files.js';
import type { Measure } from './measure.entity.js';

export interface AvailableEvent {
  type: string;
  label: string;
  /** Rule of the pinned profile the act rests on. */
  rule?: string;
  payloadSchema: Schema;
  /** Due date of the term this act answers, RFC 3339. */
  deadline?: string;
}

export interface BlockedEvent {
  type: string;
  label: string;
  reasons: Refusal[];
}

export interface SubjectView {
  state: string;
  /** All regions of the statechart. */
  regions: Record<string, string>;
  /** A preservation: how it stands with the measures that continue it. */
  linked?: Facts['linked'];
  particulars: Record<string, unknown>;
  availableEvents: AvailableEvent[];
  blockedEvents: BlockedEvent[];
}

/** Which act answers which open term. */
const ANSWERS: Record<string, string> = {
  AGREE_IN_CONSULTATION: 'consultation', END_CONSULTATION_WITHOUT_AGREEMENT: 'consultation', PROVIDE_INFORMATION: 'information',
  CLOSE_FOR_WANT_OF_REPLY: 'closure', RESUME: 'postponement', DECIDE_TRANSMISSION: 'remedy',
};

/** A request as one State's official sees it, with what can be done to it now and what cannot, and why. */
export function viewOf(file: OpenFile, factsFor: (measure: number | null) => Facts, dutyFor: (measure: number | null) => Partial<Facts>, actor: Official, deadlines: Deadline[], attachments: Attachment[]) {
  const { row, measures } = file;
  const subject = (measure: Measure | null): SubjectView => {
    const facts = factsFor(measure?.no ?? null);
    if (measure === null) facts.actorDrafted = row.draftedBy.includes(actor.accountId);
    Object.assign(facts, dutyFor(measure?.no ?? null));
    const state = measure?.chart ?? row.letter;
    const availableEvents: AvailableEvent[] = [];
    const blockedEvents: BlockedEvent[] = [];
    for (const { type, definition, refusals } of possibleActs(stateOf(file), measure?.no ?? null, facts)) {
      const { kind, label, payload } = definition;
      const permitted = mayFire(actor.roles, row.side, type);
      if (permitted && refusals.length === 0) {
        const rule = kind && ruleFor(profile(facts.instrument.id, facts.instrument.version), facts.form, kind)?.id;
        const term = deadlines.find((d) => d.status === 'open' && d.code === ANSWERS[type] && d.measure === (measure?.no ?? null));
        availableEvents.push({ type, label, ...(rule && { rule }), payloadSchema: payload, ...(term && { deadline: term.dueAt.toISOString() }) });
      } else {
        const reasons = permitted ? refusals : [{ code: 'permission.lacking', detail: 'Your roles do not allow it.' }, ...refusals];
        blockedEvents.push({ type, label, reasons });
      }
    }
    return { state: mainState(state), regions: state.value, ...(facts.linked && { linked: facts.linked }), particulars: measure?.particulars ?? row.particulars, availableEvents, blockedEvents };
  };
  return {
    id: row.id, state: row.state, side: row.side, counterpart: row.counterpart, ownReference: row.ownReference, counterpartReference: row.counterpartReference,
    subject: row.subject, overall: row.overall,
    training: row.training, confidential: row.confidential, urgent: row.urgent, expedited: row.expedited, supplements: row.supplements, possibleDuplicateOf: row.possibleDuplicateOf,
    desk: row.side === 'requested' || row.particulars['forwardings'] || row.content.addressedTo ? deskFacts(file).desk : null,
    profiles: row.profiles, version: row.version, createdAt: row.createdAt.toISOString(), changedAt: row.changedAt.toISOString(),
    transmittedAt: row.transmittedAt?.toISOString() ?? null,
    ...(row.particulars['openedFrom'] !== undefined && { openedFrom: row.particulars['openedFrom'] }),
    content: row.content,
    letter: subject(null),
    measures: measures.map((m) => ({ no: m.no, form: m.form, outcome: m.outcome, content: m.content, ...subject(m) })),
    deadlines: deadlines.map((d) => ({
      code: d.code, measure: d.measure, kind: d.kind, dueAt: d.dueAt.toISOString(), working: d.working, rule: d.rule, status: d.status,
    })),
    attachments: attachments.map(attachmentView),
  };
}

export type RequestView = ReturnType<typeof viewOf>;

export function attachmentView(a: Attachment) {
  return { id: a.id, name: a.name, mediaType: a.mediaType, size: Number(a.size), sha256: a.sha256, origin: a.origin, verified: a.verified, onPaper: a.onPaper, addedAt: a.addedAt.toISOString() };
}
