import type { Tx } from '@comity/database';
import { conflict, notFound, type Official, type StateCode } from '@comity/kernel';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log.js';
import { entryActor } from '../entry.js';
import { readCheckpoint } from '../note/checkpoint.js';
import type { Contradiction } from './judge.js';

/** A checkpoint with who saw it when. */
export interface SeenCheckpoint {
  counterpart: StateCode;
  seq: number;
  size: number;
  /** Hex. */
  root: string;
  at: Date;
  note: string;
  /** Verifier key: of the witness under one's own log, of the log's State under another's. */
  key: string;
}

export interface WitnessAlarm {
  id: string;
  counterpart: StateCode;
  log: 'own' | 'counterpart';
  kind: Contradiction;
  knownSeq: number;
  knownNote: string;
  shownSeq: number;
  shownNote: string;
  raisedAt: Date;
  settledAt: Date | null;
  settledBy: string | null;
  reason: string | null;
}

const NEWEST_ACKS = `SELECT DISTINCT ON (counterpart) counterpart, seq::float8 AS seq, size::float8 AS size, note, key, confirmed_at AS at
  FROM witness_ack WHERE state = $1 ORDER BY counterpart, witness_ack.seq DESC`;
const NEWEST_SEEN = `SELECT DISTINCT ON (counterpart) counterpart, seq::float8 AS seq, size::float8 AS size, note, key, seen_at AS at
  FROM witness_seen WHERE state = $1 AND verdict = 'seen' ORDER BY counterpart, witness_seen.seq DESC`;
const ALARM = `id, counterpart, log, kind, known_seq::float8 AS "knownSeq", known_note AS "knownNote", shown_seq::float8 AS "shownSeq",
  shown_note AS "shownNote", raised_at AS "raisedAt", settled_at AS "settledAt", settled_by AS "settledBy", reason`;
const MAX_ALARMS = 500;

/** Who has seen what of which log. */
@Injectable()
export class Witnesses {
  constructor(private readonly log: AuditLog) {}

  /** The newest checkpoint of one's own log that each counterpart confirmed, cosigned. */
  async ownSeenBy(tx: Tx): Promise<SeenCheckpoint[]> {
    return (await tx.query<Omit<SeenCheckpoint, 'root'>>(NEWEST_ACKS, [tx.state])).map(withRoot);
  }

  /** The newest checkpoint seen of each counterpart's log, and believed. */
  async othersSeen(tx: Tx): Promise<SeenCheckpoint[]> {
    return (await tx.query<Omit<SeenCheckpoint, 'root'>>(NEWEST_SEEN, [tx.state])).map(withRoot);
  }

  /** Newest first. */
  alarms(tx: Tx): Promise<WitnessAlarm[]> {
    return tx.query<WitnessAlarm>(`SELECT ${ALARM} FROM witness_alarm WHERE state = $1 ORDER BY raised_at DESC, id DESC LIMIT ${MAX_ALARMS}`, [tx.state]);
  }

  /**
   * Settles a contradiction, with its entry: the counterpart's log is followed from what it showed last. What was kept
   * of the contradiction stays.
   * @throws Problem 404 `alarm.not-found`, 409 `alarm.settled`
   */
  async settle(tx: Tx, actor: Official, id: string, reason: string, at: Date): Promise<WitnessAlarm> {
    const [settled] = await tx.query<WitnessAlarm>(
      `UPDATE witness_alarm SET settled_at = $3, settled_by = $4, reason = $5 WHERE state = $1 AND id = $2 AND settled_at IS NULL RETURNING ${ALARM}`,
      [tx.state, id, at, actor.accountId, reason],
    );
    if (!settled) {
      const known = await tx.query('SELECT 1 FROM witness_alarm WHERE state = $1 AND id = $2', [tx.state, id]);
      if (known.length === 0) throw notFound('alarm.not-found', 'There is no such alarm. The auditor finds its id in /audit/witnesses.');
      throw conflict('alarm.settled', 'This alarm was settled before. A new contradiction raises a new one.');
    }
    const { counterpart, log, kind } = settled;
    await this.log.append(tx, {
      subject: `peer:${counterpart}`, type: 'log.contradiction-settled', at, actor: entryActor(actor), body: { alarmId: id, log, kind }, personal: { reason },
    });
    return settled;
  }
}

const withRoot = (row: Omit<SeenCheckpoint, 'root'>): SeenCheckpoint => ({ ...row, root: readCheckpoint(row.note).root.toString('hex') });
