import { Inject, Injectable } from '@nestjs/common';
import { badRequest, canonicalBytes, Problem, sha256Hex, unprocessable, type Json } from '@comity/kernel';
import { isLockTimeout, type Tx } from '@comity/database';
import { ACCESS_SETTINGS, type AccessSettings } from './settings.js';

const HOUR_MS = 3_600_000;

/** One act under one key. The State is the transaction's. */
export interface IdempotentAct {
  accountId: string;
  /** Method and path with its ids, so that a key used on two files is two keys. */
  route: string;
  key: string;
  bodyHash: string;
}

export interface StoredAnswer {
  status: number;
  body: Json;
  /** Those the first answer carried and a replay repeats: ETag, Location. */
  headers: Record<string, string>;
}

export type Begun = { kind: 'proceed' } | { kind: 'replay'; answer: StoredAnswer };

// The insert waits for a duplicate still under way. An answer past its time gives its place up.
const CLAIM = `INSERT INTO idempotency_key AS k (state, account_id, route, key, body_hash, created_at)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (state, account_id, route, key) DO UPDATE
    SET body_hash = excluded.body_hash, status = NULL, body = NULL, headers = NULL, created_at = excluded.created_at
    WHERE k.created_at <= $7 RETURNING true AS claimed`;
const READ = `SELECT body_hash AS "bodyHash", status, body, headers, created_at AS "createdAt" FROM idempotency_key
  WHERE state = $1 AND account_id = $2 AND route = $3 AND key = $4`;
// Under a lock nobody else can have stored the key since it was looked for: if one did, the division fails the act. A key
// past its time gives its place up.
const STORE = `INSERT INTO idempotency_key AS k (state, account_id, route, key, body_hash, status, body, headers, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (state, account_id, route, key) DO UPDATE
    SET body_hash = excluded.body_hash, body = excluded.body, headers = excluded.headers, created_at = excluded.created_at,
      status = excluded.status / (k.created_at <= $10)::int`;
const COMPLETE = `UPDATE idempotency_key SET status = $5, body = $6, headers = $7
  WHERE state = $1 AND account_id = $2 AND route = $3 AND key = $4`;

/**
 * Answers kept under Idempotency-Key, in the transaction of the act: what is rolled back leaves no key.
 * Callers MUST check access before they hand out a replay (`assertActive` beside `begin`).
 */
@Injectable()
export class Idempotency {
  /** An answer is replayed for so long; afterwards the key may be used anew. */
  private readonly keptMs: number;

  constructor(@Inject(ACCESS_SETTINGS) { answerHours = 24 }: Pick<AccessSettings, 'answerHours'>) {
    this.keptMs = answerHours * HOUR_MS;
  }

  /**
   * Claims the key, or finds the answer given under it.
   * @throws Problem 409 `idempotency.in-progress` after 2 s (lock_timeout), 422 `idempotency.body-differs`
   */
  async begin(tx: Tx, act: IdempotentAct, at: Date): Promise<Begun> {
    const { accountId, route, key, bodyHash } = act;
    const id = [tx.state, accountId, route, key];
    const claimed = await tx
      .prepared('access_idempotency_claim', CLAIM, [...id, bodyHash, at, new Date(at.getTime() - this.keptMs)])
      .catch((error: unknown) => {
        throw isLockTimeout(error) ? inProgress() : error;
      });
    if (claimed.length === 1) return { kind: 'proceed' };
    const [stored] = await tx.prepared<StoredKey>('access_idempotency_read', READ, id);
    // Gone between the two statements: purged, so it is past its time.
    if (!stored) throw inProgress();
    return replay(stored, bodyHash);
  }

  /**
   * As {@link begin} for an act whose subject the caller has just locked, in the order of statements: the lock keeps
   * duplicates apart, so nothing is written before {@link store}. The key's route MUST name the locked subject.
   * @throws Problem 422 `idempotency.body-differs`
   */
  async find(tx: Tx, { accountId, route, key, bodyHash }: IdempotentAct, at: Date): Promise<Begun> {
    const [stored] = await tx.prepared<StoredKey>('access_idempotency_read', READ, [tx.state, accountId, route, key]);
    if (!stored || stored.createdAt.getTime() <= at.getTime() - this.keptMs) return { kind: 'proceed' };
    return replay(stored, bodyHash);
  }

  /** Stores the answer to an act that {@link find} let proceed. Left under way: COMMIT waits for it and tells its failure. */
  store(tx: Tx, { accountId, route, key, bodyHash }: IdempotentAct, { status, body, headers }: StoredAnswer, at: Date): void {
    void tx.prepared('access_idempotency_store', STORE, [
      tx.state, accountId, route, key, bodyHash, status, JSON.stringify(body), JSON.stringify(headers), at, new Date(at.getTime() - this.keptMs),
    ]);
  }

  /** Stores the answer; may be left unawaited, COMMIT then waits for it and tells its failure. */
  complete(tx: Tx, act: IdempotentAct, answer: StoredAnswer): Promise<unknown> {
    const stored = tx.prepared('access_idempotency_complete', COMPLETE, [
      tx.state,
      act.accountId,
      act.route,
      act.key,
      answer.status,
      JSON.stringify(answer.body),
      JSON.stringify(answer.headers),
    ]);
    // Nobody may be listening: a rejection that nobody handles would end the process.
    stored.catch(() => undefined);
    return stored;
  }

  /** Deletes what is past its time; for the worker, under each State. @returns how many */
  async purge(tx: Tx, at: Date): Promise<number> {
    const sql = 'DELETE FROM idempotency_key WHERE state = $1 AND created_at <= $2 RETURNING 1';
    return (await tx.query(sql, [tx.state, new Date(at.getTime() - this.keptMs)])).length;
  }
}

interface StoredKey {
  bodyHash: string;
  status: number | null;
  body: string;
  headers: Record<string, string>;
  createdAt: Date;
}

function replay({ bodyHash, status, body, headers }: StoredKey, asked: string): Begun {
  if (bodyHash !== asked) {
    throw unprocessable(
      'idempotency.body-differs',
      'This Idempotency-Key was used with another body. Use a new key for a new act.',
    );
  }
  if (status === null) throw inProgress();
  return { kind: 'replay', answer: { status, body: JSON.parse(body) as Json, headers } };
}

/**
 * The act that a POST asks for.
 * @param key header Idempotency-Key
 * @throws Problem 400 `idempotency.key-missing`, `idempotency.key-malformed`; RangeError if the body has no JSON form
 */
export function idempotentAct(accountId: string, route: string, key: string | undefined, body: unknown): IdempotentAct {
  if (key === undefined || key === '') {
    throw badRequest(
      'idempotency.key-missing',
      'Send an Idempotency-Key: a new UUID for each act, the same one when you repeat it.',
    );
  }
  if (!/^[\x21-\x7e]{8,128}$/.test(key)) {
    throw badRequest(
      'idempotency.key-malformed',
      'An Idempotency-Key has 8 to 128 visible ASCII characters; a UUID is best.',
    );
  }
  return { accountId, route, key, bodyHash: sha256Hex(canonicalBytes(body ?? null)) };
}

const inProgress = (): Problem =>
  new Problem({
    status: 409,
    code: 'idempotency.in-progress',
    title: 'In conflict with the present state',
    detail: 'The same act is still under way. Repeat it with the same key in a moment.',
    headers: { 'Retry-After': '2' },
  });
