import type { Tx } from '@comity/database';
import { newId, type Actor, type Json } from '@comity/kernel';
import { json } from '../files.js';

export const CLOCK_EVENTS = {
  DEADLINE_SET: 'A deadline was set',
  DEADLINE_MOVED: 'A deadline was counted from when its message left',
  DEADLINE_ENDED: 'A deadline was ended',
  ALARM_ESCALATED: 'An alarm was passed on to the next on duty',
  ALARM_ACKNOWLEDGED: 'An alarm was acknowledged',
} as const;

export interface ClockEvent {
  fileId: string;
  measure: number | null;
  deadlineId: string;
  type: keyof typeof CLOCK_EVENTS;
  actor: Actor;
  at: Date;
  detail: Record<string, Json>;
}

/** Keeps it for the file and the feed of changes; left under way. */
export function clockEvent(tx: Tx, { fileId, measure, deadlineId, type, actor, at, detail }: ClockEvent): void {
  const official = actor.kind === 'official' ? actor.accountId : null;
  void tx.prepared(
    'requests_clock_event',
    'INSERT INTO clock_event (state, id, file_id, measure, deadline_id, type, source, account_id, at, detail) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)',
    [tx.state, newId(at.getTime()), fileId, measure, deadlineId, type, official ? 'official' : 'clock', official, at, json(detail)],
  );
}
