import { inTransaction } from '@comity/database';
import { SettableClock, type StateCode } from '@comity/kernel';
import type { TestDatabase } from '../../../../test/support/database.js';
import { AuditLog } from '../audit-log.js';
import { LogIntegrator } from '../log/log-integrator.js';
import { LogProofs } from '../log/log-proofs.js';
import { logVerifierKey } from '../note/checkpoint.js';
import { LogShowing } from '../witness/log-showing.js';
import { ShowingTurns } from '../witness/showing-turns.js';
import type { SignedShown } from '../witness/shown.js';
import { WitnessBook } from '../witness/witness-book.js';
import type { WitnessAnswer, WitnessKeys, WitnessRoute } from '../witness/witness-ports.js';
import { Witnesses } from '../witness/witnesses.js';
import { draftOf, newFile } from './drafts.js';
import { testKey, testSigner } from './log-keys.js';

/** The key of a State in these tests: made from its letters. */
export const keyOf = (state: StateCode) => testKey(state.charCodeAt(0) + state.charCodeAt(1) - 64);

const keys: WitnessKeys = {
  keysOf: async (state) => {
    const key = logVerifierKey(state, keyOf(state).publicKey);
    return { now: [key], ever: [key] };
  },
};

/** One State's log on a database of its own, and its way to other nodes. Real: PostgreSQL, signatures. */
export class WitnessedNode {
  readonly log: AuditLog;
  readonly book: WitnessBook;
  readonly showing: LogShowing;
  readonly turns: ShowingTurns;
  readonly witnesses: Witnesses;
  readonly proofs = new LogProofs();
  readonly integrator: LogIntegrator;
  /** What left for a counterpart, and whether the answer gets back; tests put themselves in between. */
  deliver: (to: StateCode, doc: SignedShown, send: () => Promise<WitnessAnswer>) => Promise<WitnessAnswer> = (_to, _doc, send) => send();

  constructor(
    readonly state: StateCode,
    readonly db: TestDatabase,
    others: () => readonly WitnessedNode[],
    readonly clock = new SettableClock(new Date('2027-01-02T03:04:05.678Z')),
  ) {
    const { dataSource } = db;
    const signer = testSigner(keyOf(state));
    const route: WitnessRoute = {
      counterparts: async () => others().map((node) => node.state).filter((code) => code !== state),
      show: (to, doc) => this.deliver(to, doc, () => others().find((node) => node.state === to)!.book.take(to, doc)),
    };
    this.log = new AuditLog(dataSource);
    this.integrator = new LogIntegrator(dataSource, signer, clock);
    this.book = new WitnessBook(dataSource, this.log, signer, keys, clock);
    this.showing = new LogShowing(dataSource, this.log, this.proofs, signer, keys, route, clock);
    this.turns = new ShowingTurns(dataSource, this.showing, this.proofs);
    this.witnesses = new Witnesses(this.log);
  }

  /** Appends to chains of their own, integrates and signs. @returns the size of the tree */
  async grow(count: number): Promise<number> {
    await inTransaction(this.db.dataSource, { state: this.state }, async (tx) => {
      for (let n = 0; n < count; n += 1) await this.log.append(tx, draftOf(newFile(), { actor: { kind: 'node', state: this.state } }));
    });
    return this.sign();
  }

  async sign(): Promise<number> {
    while ((await this.integrator.run(this.state)) > 0);
    return (await this.newest())?.size ?? 0;
  }

  newest() {
    return this.reading((tx) => this.proofs.newest(tx));
  }

  alarms() {
    return this.reading((tx) => this.witnesses.alarms(tx));
  }

  seenBy() {
    return this.reading((tx) => this.witnesses.ownSeenBy(tx));
  }

  seen() {
    return this.reading((tx) => this.witnesses.othersSeen(tx));
  }

  /** Types of entries about alarms, with whose log they are of. */
  async told(): Promise<string[]> {
    const rows = await this.db.asSuperuser<{ bytes: Buffer }>(
      `SELECT bytes FROM audit_entry WHERE state = $1 AND type LIKE 'log.%' ORDER BY seq`, [this.state]);
    return rows.map(({ bytes }) => JSON.parse(bytes.toString('utf8')) as { type: string; body: { log: string; kind: string } })
      .map(({ type, body }) => `${type} ${body.log} ${body.kind}`);
  }

  reading<T>(work: Parameters<typeof inTransaction<T>>[2]): Promise<T> {
    return inTransaction(this.db.dataSource, { state: this.state, readOnly: true }, work);
  }
}
