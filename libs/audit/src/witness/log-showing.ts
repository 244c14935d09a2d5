import { inTransaction, type Tx } from '@comity/database';
import { CLOCK, Problem, type Clock, type StateCode } from '@comity/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditLog } from '../audit-log.js';
import { LOG_SIGNER, type LogSigner } from '../log/log-signer.js';
import { LogProofs } from '../log/log-proofs.js';
import { logOrigin, verifyCheckpoint, type TreeHead } from '../note/checkpoint.js';
import { cosignedAt } from '../note/cosignature.js';
import { readSignedNote } from '../note/signed-note.js';
import { readShown, signShown, type SignedShown } from './shown.js';
import { raiseAlarm } from './witness-alarm.js';
import { WITNESS_KEYS, WITNESS_ROUTE, type WitnessAnswer, type WitnessKeys, type WitnessRoute } from './witness-ports.js';
import * as sql from './witness-statements.js';

/** How it ended: the newest checkpoint is confirmed; it contradicts; or it must be tried again. */
export type ShowOutcome = 'confirmed' | 'contradicts' | 'again';

/** What is to be shown: the bytes, and where it leaves the sender. */
interface Showing {
  doc: SignedShown;
  seq: number;
  size: number;
  checkpoint: string;
}

/** From where the proof is to lead, and above which number, when the counterpart knows more than is remembered here. */
interface Hint {
  since?: number;
  above?: number;
}

/** Answers in a row that ask for another showing; then it is left to the next turn. */
const ROUNDS = 6;

/**
 * Shows a State's newest checkpoint to its counterparts, and keeps what they confirm. Any number may run at once: what
 * was signed under a number is stored before it leaves.
 */
@Injectable()
export class LogShowing {
  constructor(
    private readonly db: DataSource,
    private readonly log: AuditLog,
    private readonly proofs: LogProofs,
    @Inject(LOG_SIGNER) private readonly signer: LogSigner,
    @Inject(WITNESS_KEYS) private readonly keys: WitnessKeys,
    @Inject(WITNESS_ROUTE) private readonly route: WitnessRoute,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Counterparts to whom it can be shown without anybody carrying it. */
  counterparts(state: StateCode): Promise<StateCode[]> {
    return inTransaction(this.db, { state, as: 'comity_worker', readOnly: true }, (tx) => this.route.counterparts(tx));
  }

  /**
   * Shows the newest checkpoint until the counterpart has confirmed it or found it contradicting.
   * @returns the size shown, 0 when nothing was signed yet
   */
  async show(state: StateCode, counterpart: StateCode): Promise<{ outcome: ShowOutcome; size: number }> {
    let hint: Hint = {};
    let size = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const showing = await this.prepare(state, counterpart, hint);
      if (showing === 'confirmed') return { outcome: 'confirmed', size };
      if (showing === null) continue;
      size = showing.size;
      const answer = await this.route.show(counterpart, showing.doc);
      const next = await this.record(state, counterpart, showing, answer);
      if (typeof next === 'string') return { outcome: next, size };
      hint = next;
    }
    return { outcome: 'again', size };
  }

  /** Signs and stores what is to be shown now; null when another has just taken the number. */
  private prepare(state: StateCode, counterpart: StateCode, hint: Hint): Promise<Showing | 'confirmed' | null> {
    const at = this.clock.now();
    return inTransaction(this.db, { state, as: 'comity_worker' }, async (tx) => {
      const [newest, [last], [ack]] = await Promise.all([
        this.proofs.newest(tx),
        tx.prepared<{ seq: number; size: number; bytes: Buffer; signature: string }>(...sql.LAST_SHOWN, [state, counterpart]),
        tx.prepared<{ size: number; note: string }>(...sql.LAST_ACK, [state, counterpart]),
      ]);
      const insists = hint.since !== undefined || hint.above !== undefined;
      if (!newest || (!insists && ack?.note.startsWith(newest.note))) return 'confirmed';
      const since = hint.since ?? ack?.size ?? 0;
      // Shown and not answered: the same bytes again, since their number may be known.
      if (last && !insists && readShown(last.bytes).checkpoint === newest.note) return { ...last, doc: last, checkpoint: newest.note };
      const seq = Math.max(last?.seq ?? 0, hint.above ?? 0) + 1;
      const proof = await this.proof(tx, since, newest.size);
      const shown = { comity: 'log-shown', v: 1, from: state, to: counterpart, seq, since, proof, checkpoint: newest.note, at: at.toISOString() } as const;
      const doc = signShown(shown, await this.signer.current(tx, at));
      const stored = await tx.prepared(...sql.ADD_SHOWN, [state, counterpart, seq, newest.size, doc.bytes, doc.signature, at]);
      return stored.length > 0 ? { doc, seq, size: newest.size, checkpoint: newest.note } : null;
    });
  }

  /** A log that contradicts itself is shown all the same, without a proof: the counterpart then has the proof of that. */
  private async proof(tx: Tx, since: number, size: number): Promise<string[]> {
    if (since === 0 || since >= size) return [];
    try {
      return (await this.proofs.consistency(tx, since, size)).hashes;
    } catch (error) {
      if (error instanceof Problem) return [];
      throw error;
    }
  }

  private async record(state: StateCode, counterpart: StateCode, showing: Showing, answer: WitnessAnswer): Promise<ShowOutcome | Hint> {
    const at = this.clock.now();
    if (answer.status === 'rejected') throw new Error(`${counterpart} rejected what ${state} showed of its log: ${answer.code}`);
    if (answer.status === 'prove') return { since: answer.known.size, above: answer.known.seq };
    // Read before the transaction: nothing waits for a second connection while it holds one.
    const { ever } = await this.keys.keysOf(answer.status === 'seen' ? counterpart : state, at);
    return inTransaction(this.db, { state, as: 'comity_worker' }, async (tx): Promise<ShowOutcome | Hint> => {
      if (answer.status === 'seen') {
        await this.confirm(tx, counterpart, showing, answer.note, ever);
        return 'confirmed';
      }
      if (answer.status === 'contradicts') {
        await this.alarm(tx, counterpart, showing, answer, ever, at);
        return 'contradicts';
      }
      // Late: numbers that were given here and are not remembered. Shown again above them, so that it is compared.
      const [last] = await tx.prepared<{ seq: number }>(...sql.LAST_SHOWN, [state, counterpart]);
      return last!.seq > showing.seq ? 'again' : { since: answer.known.size, above: answer.known.seq };
    });
  }

  /** @throws SyntaxError when the counterpart's signature does not hold */
  private async confirm(tx: Tx, counterpart: StateCode, { seq, size, checkpoint }: Showing, note: string, keys: readonly string[]): Promise<void> {
    if (readSignedNote(note).text !== readSignedNote(checkpoint).text) throw new SyntaxError(`${counterpart} confirmed another checkpoint`);
    const { at, key } = cosignedAt(note, keys);
    await tx.prepared(...sql.ADD_ACK, [tx.state, counterpart, size, seq, note, key, at]);
  }

  /** The counterpart's word is not enough: what it knows must bear this State's own signature. */
  private async alarm(tx: Tx, counterpart: StateCode, showing: Showing, answer: Contradicting, keys: readonly string[], at: Date): Promise<void> {
    const { what: kind, known } = answer;
    const head = verifyCheckpoint(known.checkpoint, keys);
    if (head.origin !== logOrigin(tx.state)) throw new SyntaxError(`${counterpart} told of a checkpoint of ${head.origin}`);
    // A witness that asked in vain for a proof has no two histories to show; any other must have one that is not this log's.
    if (kind !== 'unproved' && (await this.beginsWith(tx, head))) throw new Error(`${counterpart} says that the log of ${tx.state} contradicts what it saw, and shows a beginning of this very log`);
    const shown = { seq: showing.seq, note: showing.checkpoint };
    await raiseAlarm(tx, this.log, { counterpart, log: 'own', kind, known: { seq: known.seq, note: known.checkpoint }, shown }, at);
  }

  /** Whether the log, as its newest checkpoint has it, begins with this one. False also where it contradicts itself, or is shorter. */
  private async beginsWith(tx: Tx, { size, root }: TreeHead): Promise<boolean> {
    try {
      return (await this.proofs.consistency(tx, size)).from.root === root.toString('hex');
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
  }
}

type Contradicting = Extract<WitnessAnswer, { status: 'contradicts' }>;
