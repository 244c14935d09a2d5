import { inTransaction, type Tx } from '@comity/database';
import { CLOCK, type Clock, type StateCode } from '@comity/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditLog } from '../audit-log.js';
import { LOG_SIGNER, type LogSigner } from '../log/log-signer.js';
import type { VerifiedCheckpoint } from '../note/checkpoint.js';
import { logOrigin } from '../note/checkpoint.js';
import { cosign } from '../note/cosignature.js';
import { judge, type Known } from './judge.js';
import { digestOf, openShown, readShown, ShownRefused, type Shown, type SignedShown } from './shown.js';
import { raiseAlarm } from './witness-alarm.js';
import { WITNESS_KEYS, type WitnessAnswer, type WitnessKeys } from './witness-ports.js';
import * as sql from './witness-statements.js';

interface KnownRow extends Known {
  note: string;
  at: Date;
}

/** What was shown, verified and ready to be compared. */
interface Arrived {
  doc: SignedShown;
  shown: Shown;
  head: VerifiedCheckpoint;
  digest: Buffer;
}

/** Where a State keeps what it saw of other States' logs. What it believes it cosigns; what contradicts, it keeps as proof. */
@Injectable()
export class WitnessBook {
  constructor(
    private readonly db: DataSource,
    private readonly log: AuditLog,
    @Inject(LOG_SIGNER) private readonly signer: LogSigner,
    @Inject(WITNESS_KEYS) private readonly keys: WitnessKeys,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Takes in what another State shows of its log, as one transaction of the State it is shown to. A contradiction is an
   * alarm; it stands in the way of no message.
   * @throws whatever was not the sender's fault; nothing is kept then
   */
  async take(to: StateCode, doc: SignedShown): Promise<WitnessAnswer> {
    const at = this.clock.now();
    let arrived: Arrived;
    try {
      const { from } = readShown(doc.bytes);
      arrived = { doc, digest: digestOf(doc), ...openShown(doc, to, await this.keys.keysOf(from, at)) };
    } catch (error) {
      if (!(error instanceof ShownRefused)) throw error;
      return { status: 'rejected', code: error.code, detail: error.detail };
    }
    return inTransaction(this.db, { state: to, as: 'comity_worker' }, (tx) => this.judge(tx, arrived, at));
  }

  private async judge(tx: Tx, arrived: Arrived, at: Date): Promise<WitnessAnswer> {
    const { shown, head, digest } = arrived;
    const { from, seq, since, proof } = shown;
    const [[peer], [newest]] = await Promise.all([
      tx.prepared<{ asked: number }>(...sql.LOCK_PEER, [tx.state, from]),
      tx.prepared<KnownRow>(...sql.KNOWN, [tx.state, from]),
    ]);
    const showing = { seq, size: head.size, root: head.root, digest, since, proof: proof.map((hash) => Buffer.from(hash, 'hex')) };
    let [known, verdict] = [newest, judge(newest ?? null, showing, peer!.asked)];
    if (verdict.kind === 'late') {
      // Late is no excuse for a second history: it is held to all that was seen of this size.
      const [other] = await tx.prepared<KnownRow>(...sql.OTHER_ROOT, [tx.state, from, head.size, head.root]);
      if (other) [known, verdict] = [other, judge(other, showing)];
    }
    void tx.prepared(...sql.SET_ASKED, [tx.state, from, verdict.kind === 'prove' ? peer!.asked + 1 : 0]);
    switch (verdict.kind) {
      case 'seen':
        this.keep(tx, arrived, 'seen', at);
        return { status: 'seen', seq, note: await this.cosigned(tx, shown, at) };
      case 'repeated':
        return { status: 'seen', seq, note: await this.cosigned(tx, shown, known!.at) };
      case 'late':
        this.keep(tx, arrived, 'late', at);
        return { status: 'late', known: told(known!) };
      case 'prove':
        return { status: 'prove', known: told(known!) };
      case 'contradicts': {
        this.keep(tx, arrived, 'contradicts', at);
        const alarm = { counterpart: from, log: 'counterpart', kind: verdict.what, known: known!, shown: { seq, note: shown.checkpoint } } as const;
        await raiseAlarm(tx, this.log, alarm, at);
        return { status: 'contradicts', what: verdict.what, known: told(known!) };
      }
    }
  }

  private keep(tx: Tx, { doc, shown, head, digest }: Arrived, verdict: string, at: Date): void {
    const { from, seq, checkpoint } = shown;
    void tx.prepared(...sql.ADD_SEEN, [tx.state, from, seq, digest, head.size, head.root, checkpoint, head.key, doc.bytes, doc.signature, verdict, at]);
  }

  private async cosigned(tx: Tx, { checkpoint }: Shown, at: Date): Promise<string> {
    return cosign(checkpoint, at, logOrigin(tx.state), await this.signer.current(tx, at));
  }
}

const told = ({ seq, size, note }: KnownRow) => ({ seq, size, checkpoint: note });
