import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { StoredAnswer } from '@comity/access';
import { LogProofs, type InclusionProof } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { Problem, type Json, type StateCode } from '@comity/kernel';

/** Longest wait for the checkpoint of an entry. The act is committed by then, and stands whatever becomes of the wait. */
const WAIT_MS = 2_000;
const FIRST_PAUSE_MS = 20;

/** Answers acts with the proof that their entry is in the log, for callers who ask to wait for it. */
@Injectable()
export class IntegratedAnswers {
  constructor(
    private readonly db: DataSource,
    private readonly proofs: LogProofs,
  ) {}

  /**
   * With `Prefer: wait=integrated` (RFC 7240), the answer with `inclusion`, as soon as a checkpoint covers the act's
   * entry. After 2 s it goes out as it is, without `Preference-Applied`: the proof is to be had at /audit/proofs/inclusion.
   * It MUST be called when the act's transaction is over.
   */
  async wait(state: StateCode, prefer: string | undefined, answer: StoredAnswer): Promise<StoredAnswer> {
    const entryId = (answer.body as { entry?: { id: string } }).entry?.id;
    if (!prefersIntegrated(prefer) || entryId === undefined) return answer;
    const inclusion = await this.proofWithin(state, entryId);
    if (!inclusion) return answer;
    const body = { ...(answer.body as Record<string, Json>), inclusion: { ...inclusion } };
    return { ...answer, body, headers: { ...answer.headers, 'Preference-Applied': 'wait=integrated' } };
  }

  private async proofWithin(state: StateCode, entryId: string): Promise<InclusionProof | null> {
    const end = performance.now() + WAIT_MS;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, 200)) {
      try {
        return await inTransaction(this.db, { state, readOnly: true }, (tx) => this.proofs.inclusion(tx, entryId));
      } catch (error) {
        // Whatever it is, the act is done, and must not be answered as if it had failed.
        if (!(error instanceof Problem) || error.code !== 'entry.not-integrated' || performance.now() + pause > end) return null;
      }
      await sleep(pause);
    }
  }
}

const prefersIntegrated = (prefer: string | undefined): boolean =>
  prefer !== undefined && prefer.split(',').some((preference) => /^\s*wait\s*=\s*"?integrated"?\s*(?:;.*)?$/i.test(preference));
