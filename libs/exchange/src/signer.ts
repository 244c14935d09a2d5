import { inTransaction, type Tx } from '@comity/database';
import type { StateCode } from '@comity/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { SigningKey } from './envelope.js';
import type { PublicKey } from './jws.js';
import { newKeyPair, unwrapKey, wrapKey } from './key-wrap.js';
import { EXCHANGE_SETTINGS, type ExchangeSettings } from './settings.js';

/** How long a key unwrapped is used before the table is asked again: another process may have changed it. */
const FRESH_MS = 5 * 60_000;

/** Holds the private keys of hosted States: wrapped in the database, unwrapped in memory only. */
@Injectable()
export class Signer {
  private readonly keys = new Map<StateCode, { key: SigningKey; readAt: number }>();
  private readonly hosted = new Set<StateCode>();

  constructor(
    private readonly db: DataSource,
    @Inject(EXCHANGE_SETTINGS) private readonly settings: ExchangeSettings,
  ) {}

  /**
   * Makes a signing key for the transaction's State; the previous one is retired. The caller publishes the answer in
   * the directory, in the same transaction, leaving the previous public key valid until its messages have arrived.
   */
  async createKey(tx: Tx, at: Date): Promise<PublicKey> {
    const { kid, jwk, privateKey } = newKeyPair();
    await tx.query('UPDATE signing_key SET retired_at = $2 WHERE state = $1 AND retired_at IS NULL', [tx.state, at]);
    await tx.query('INSERT INTO signing_key (state, kid, wrapped, created_at) VALUES ($1, $2, $3, $4)', [
      tx.state,
      kid,
      wrapKey(privateKey, this.settings.keySecret, tx.state, kid),
      at,
    ]);
    tx.afterCommit(() => this.keys.delete(tx.state));
    return { kid, jwk };
  }

  /** The key if it is in memory and fresh at the time. */
  cached(state: StateCode, at: Date): SigningKey | undefined {
    const known = this.keys.get(state);
    return known && Math.abs(at.getTime() - known.readAt) <= FRESH_MS ? known.key : undefined;
  }

  /** The key of the transaction's State, read and unwrapped. @throws Error when the State has none */
  async load(tx: Tx, at: Date): Promise<SigningKey> {
    const [row] = await tx.query<{ kid: string; wrapped: Buffer }>(
      'SELECT kid, wrapped FROM signing_key WHERE state = $1 AND retired_at IS NULL ORDER BY created_at DESC, kid LIMIT 1',
      [tx.state],
    );
    if (!row) throw new Error(`${tx.state} has no signing key on this node: seed it first`);
    const privateKey = unwrapKey(row.wrapped, this.settings.keySecret, tx.state, row.kid);
    const key = { state: tx.state, kid: row.kid, privateKey };
    // Not before the commit: a key made in this same transaction may yet vanish.
    tx.afterCommit(() => this.keys.set(tx.state, { key, readAt: at.getTime() }));
    return key;
  }

  /** A key of the transaction's State by its id, retired or not. @throws Error when it is not here */
  async byKid(tx: Tx, kid: string): Promise<SigningKey> {
    const known = this.keys.get(tx.state)?.key;
    if (known?.kid === kid) return known;
    const [row] = await tx.query<{ wrapped: Buffer }>('SELECT wrapped FROM signing_key WHERE state = $1 AND kid = $2', [
      tx.state,
      kid,
    ]);
    if (!row) throw new Error(`${tx.state} has no signing key ${kid} on this node`);
    return { state: tx.state, kid, privateKey: unwrapKey(row.wrapped, this.settings.keySecret, tx.state, kid) };
  }

  /** Whether the node keeps files for the State: it has a signing key here. */
  async hosts(state: StateCode): Promise<boolean> {
    if (this.hosted.has(state)) return true;
    const rows = await inTransaction(this.db, { state, as: 'comity_worker', readOnly: true }, (tx) =>
      tx.query('SELECT 1 FROM signing_key WHERE state = $1 LIMIT 1', [state]),
    );
    if (rows.length > 0) this.hosted.add(state);
    return rows.length > 0;
  }
}
