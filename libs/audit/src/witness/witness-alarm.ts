import type { Tx } from '@comity/database';
import { newId, sha256Hex, type StateCode } from '@comity/kernel';
import type { AuditLog } from '../audit-log.js';
import { readCheckpoint } from '../note/checkpoint.js';
import type { Contradiction } from './judge.js';
import { RAISE } from './witness-statements.js';

export interface RaisedAlarm {
  counterpart: StateCode;
  /** Whose log contradicts itself: this State's own, as the counterpart proved, or the counterpart's. */
  log: 'own' | 'counterpart';
  kind: Contradiction;
  known: { seq: number; note: string };
  shown: { seq: number; note: string };
}

/**
 * Keeps a contradiction with its entry in the log, unless it goes on from one that nobody has settled yet: an alarm for
 * each showing would drown the first.
 * @returns whether it is new
 */
export async function raiseAlarm(tx: Tx, log: AuditLog, alarm: RaisedAlarm, at: Date): Promise<boolean> {
  const { counterpart, kind, known, shown } = alarm;
  const id = newId();
  const rows = await tx.prepared(...RAISE, [tx.state, id, counterpart, alarm.log, kind, known.seq, known.note, shown.seq, shown.note, at]);
  if (rows.length === 0) return false;
  const told = ({ seq, note }: { seq: number; note: string }) => ({ seq, size: readCheckpoint(note).size, sha256: sha256Hex(Buffer.from(note)) });
  await log.append(tx, {
    subject: `peer:${counterpart}`, type: 'log.contradicted', at, actor: { kind: 'node', state: tx.state, counterpart },
    body: { alarmId: id, log: alarm.log, kind, known: told(known), shown: told(shown) },
  });
  return true;
}
