import type { Tx } from '@comity/database';
import { canonicalJson, sha256, sha256Hex, type Json, type StateCode } from '@comity/kernel';
import { readContents } from '../contents.js';
import { readEntry, type Entry } from '../entry.js';
import type { LogFault } from '../log/log-fault.js';
import { logOrigin, readCheckpoint, verifyCheckpoint } from '../note/checkpoint.js';
import { cosignedAt } from '../note/cosignature.js';
import { openShown, type Shown } from './shown.js';

/** Verifier keys that a State ever had. */
export type KeysOf = (state: StateCode) => readonly string[];

interface ShownRow { counterpart: string; seq: number; size: number; bytes: Buffer; signature: string; at: string }
interface AckRow { counterpart: string; seq: number; size: number; note: string; key: string; at: string; shown: number | null }
interface SeenRow { counterpart: string; seq: number; digest: Buffer; size: number; root: Buffer; note: string; key: string; bytes: Buffer; signature: string }
interface AlarmRow {
  id: string; counterpart: string; log: string; kind: string; known_seq: number; known_note: string; shown_seq: number; shown_note: string;
  raised_at: string; settled_at: string | null; settled_by: string | null; reason: string | null;
}

/**
 * Compares what is stored of showings, confirmations and alarms with what was signed and logged. Not compared, since
 * nothing signed or logged repeats them: when something was seen and what was thought of it (`seen_at`, `verdict`), how
 * often a counterpart was asked for a proof, and that a row is missing which nothing refers to.
 */
export async function checkWitness(tx: Tx, keysOf: KeysOf): Promise<LogFault[]> {
  const faults: LogFault[] = [];
  const check = (where: string, compare: () => Record<string, [stored: unknown, due: unknown]>): void => {
    try {
      const wrong = Object.entries(compare()).filter(([, [stored, due]]) => canonicalJson(stored as Json) !== canonicalJson(due as Json));
      if (wrong.length > 0) faults.push({ where, what: `${wrong.map(([name]) => name).join(', ')} differ from what was signed or logged` });
    } catch (error) {
      faults.push({ where, what: (error as Error).message });
    }
  };
  for (const row of await tx.query<ShownRow>(SHOWN, [tx.state])) {
    check(`witness_shown ${row.counterpart} ${row.seq}`, () => compareShown(tx.state, row, keysOf));
  }
  for (const row of await tx.query<AckRow>(ACKS, [tx.state])) {
    check(`witness_ack ${row.counterpart} ${row.seq}`, () => {
      const { at, key } = cosignedAt(row.note, keysOf(row.counterpart));
      return { size: [row.size, verifyCheckpoint(row.note, keysOf(tx.state)).size], key: [row.key, key], confirmed_at: [row.at, asMicros(at)], seq: [row.shown, row.size] };
    });
  }
  for (const row of await tx.query<SeenRow>(SEEN, [tx.state])) check(`witness_seen ${row.counterpart} ${row.seq}`, () => compareSeen(tx.state, row, keysOf));
  const told = await toldOf(tx);
  for (const row of await tx.query<AlarmRow>(ALARMS, [tx.state])) check(`witness_alarm ${row.id}`, () => compareAlarm(tx.state, row, told, keysOf));
  return faults;
}

/** As microseconds: a Date would not see less than a millisecond. */
const micros = (column: string): string => `(extract(epoch FROM ${column}) * 1000000)::bigint::text`;
const asMicros = (at: string | Date): string => `${BigInt(new Date(at).getTime()) * 1000n}`;

const SHOWN = `SELECT counterpart, seq::float8 AS seq, size::float8 AS size, bytes, signature, ${micros('shown_at')} AS at FROM witness_shown WHERE state = $1`;
const ACKS = `SELECT a.counterpart, a.seq::float8 AS seq, a.size::float8 AS size, a.note, a.key, ${micros('a.confirmed_at')} AS at, s.size::float8 AS shown
  FROM witness_ack a LEFT JOIN witness_shown s ON s.state = a.state AND s.counterpart = a.counterpart AND s.seq = a.seq WHERE a.state = $1`;
const SEEN = `SELECT counterpart, seq::float8 AS seq, digest, size::float8 AS size, root, note, key, bytes, signature FROM witness_seen WHERE state = $1`;
const ALARMS = `SELECT id, counterpart, log, kind, known_seq::float8 AS known_seq, known_note, shown_seq::float8 AS shown_seq, shown_note, ${micros('raised_at')} AS raised_at,
  ${micros('settled_at')} AS settled_at, settled_by, reason FROM witness_alarm WHERE state = $1`;

const members = ({ from, to, seq, checkpoint }: Shown) => ({ from, to, seq, checkpoint });

function compareShown(state: StateCode, row: ShownRow, keysOf: KeysOf): Record<string, [unknown, unknown]> {
  const keys = keysOf(state);
  const { shown, head } = openShown(row, row.counterpart, { now: keys, ever: keys });
  const due = { from: state, to: row.counterpart, seq: row.seq, checkpoint: shown.checkpoint };
  return { members: [due, members(shown)], size: [row.size, head.size], shown_at: [row.at, asMicros(shown.at)] };
}

function compareSeen(state: StateCode, row: SeenRow, keysOf: KeysOf): Record<string, [unknown, unknown]> {
  const keys = keysOf(row.counterpart);
  const { shown, head } = openShown(row, state, { now: keys, ever: keys });
  const due = { from: row.counterpart, to: state, seq: row.seq, checkpoint: row.note };
  return {
    members: [due, members(shown)], digest: [row.digest.toString('hex'), sha256(row.bytes).toString('hex')], size: [row.size, head.size],
    root: [row.root.toString('hex'), head.root.toString('hex')], key: [row.key, head.key],
  };
}

interface Told {
  raised: Entry | undefined;
  settled: Entry | undefined;
  /** Canonical text of the reason, where it is still kept. */
  reason: string | undefined;
}

async function toldOf(tx: Tx): Promise<(alarmId: string) => Told> {
  const rows = await tx.query<{ id: string; bytes: Buffer }>(
    `SELECT id, bytes FROM audit_entry WHERE state = $1 AND type IN ('log.contradicted', 'log.contradiction-settled')`, [tx.state]);
  const contents = await readContents(tx, rows.map(({ id }) => id));
  const entries = rows.map(({ bytes }) => readEntry(bytes.toString('utf8')));
  return (alarmId) => {
    const of = (type: string) => entries.find((entry) => entry.type === type && entry.body['alarmId'] === alarmId);
    const settled = of('log.contradiction-settled');
    return { raised: of('log.contradicted'), settled, reason: settled && contents.get(settled.id)?.find(({ name }) => name === 'reason')?.content.toString('utf8') };
  };
}

function compareAlarm(state: StateCode, row: AlarmRow, toldOfAlarm: (id: string) => Told, keysOf: KeysOf): Record<string, [unknown, unknown]> {
  const { raised, settled, reason } = toldOfAlarm(row.id);
  if (!raised) throw new Error('no entry of the log tells of it');
  const owner = row.log === 'own' ? state : row.counterpart;
  const told = (seq: number, note: string) => {
    const { origin } = verifyCheckpoint(note, keysOf(owner));
    if (origin !== logOrigin(owner)) throw new Error(`a checkpoint of ${origin}`);
    return { seq, size: readCheckpoint(note).size, sha256: sha256Hex(note) };
  };
  const due = { alarmId: row.id, log: row.log, kind: row.kind, known: told(row.known_seq, row.known_note), shown: told(row.shown_seq, row.shown_note) };
  return {
    body: [due, raised.body], counterpart: [`peer:${row.counterpart}`, raised.subject], raised_at: [row.raised_at, asMicros(raised.at)],
    settled_at: [row.settled_at, settled ? asMicros(settled.at) : null], settled_by: [row.settled_by, settled?.actor.accountId ?? null],
    reason: [reason === undefined ? null : row.reason, reason === undefined ? null : (JSON.parse(reason) as Json)],
    settled: [row.reason !== null, settled !== undefined],
  };
}
