import { inTransaction, type DbRole, type Tx } from '@comity/database';
import { isId, type StateCode } from '@comity/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ChainHead } from './chain.js';
import { makeEntry, type EntryDraft } from './draft.js';
import { READINGS } from './events.js';
import { ADD_CONTENT, APPEND_FIRST, APPEND_NEXT, CHAIN_HEAD, CHAIN_LOCK, LAST_ACT } from './statements.js';

export interface Appended {
  id: string;
  seq: number;
  /** Hex. */
  leafHash: string;
  /** The chain after this entry: give it to the next `append` of the same subject in the same transaction. */
  head: ChainHead;
}

/** A sitting at one draft lasts at most this long, counted from its entry. */
export const SITTING_MINUTES = 30;

/**
 * Writes a State's log: only in the caller's transaction, so that an act and its entry stand or fall together.
 * A transaction that logs to several subjects MUST take files first (in order of id), then accounts, peers, node.
 */
@Injectable()
export class AuditLog {
  private readonly listeners: ((state: StateCode) => void)[] = [];

  constructor(private readonly db: DataSource) {}

  /** Calls the listener after each commit of an entry: to wake who integrates the log. It must not throw. */
  onAppended(listener: (state: StateCode) => void): void {
    this.listeners.push(listener);
  }

  /**
   * Where the subject's chain stands; its row is locked until the transaction ends. To be read in one go with other
   * reads. Who creates the subject in this transaction uses `newChain(subject)` instead.
   * @throws SQLSTATE 55P03 when another transaction holds the chain for more than 2 s
   */
  async chainHead(tx: Tx, subject: string): Promise<ChainHead> {
    // A reading is logged without the file's lock: so the chain's own row is always locked, never only the file.
    const [found] = await tx.prepared<HeadRow>(...CHAIN_HEAD, [tx.state, subject]);
    const row = found ?? (await tx.prepared<HeadRow>(...CHAIN_LOCK, [tx.state, subject]))[0]!;
    return { subject, seq: row.seq, leafHash: row.leaf_hash, stored: true };
  }

  /**
   * Locks one row of the caller's, `f`, and the chain of its subject with it, in one statement. The chain must be there,
   * as it is from the row's first entry on.
   * @param columns of `f`, to be read
   * @param from the table of `f`
   * @param id of the row
   * @returns undefined where the State has no such row, or no chain of the subject
   * @throws SQLSTATE 55P03 as {@link chainHead}
   */
  async lockWithChain<T extends object>(tx: Tx, { name, columns, from }: { name: string; columns: string; from: string }, id: string, subject: string): Promise<{ row: T; head: ChainHead } | undefined> {
    const [found] = await tx.prepared<T & ChainColumns>(
      name,
      `SELECT ${columns}, c.seq AS chain_seq, c.leaf_hash AS chain_leaf FROM ${from} f JOIN audit_chain c ON c.state = $1 AND c.subject = $3
       WHERE f.state = $1 AND f.id = $2 FOR UPDATE OF f FOR NO KEY UPDATE OF c`,
      [tx.state, id, subject],
    );
    if (!found) return undefined;
    const { chain_seq, chain_leaf } = found;
    // A rest of so many columns takes five times as long, on the path of every act.
    const row: Record<string, unknown> = {};
    for (const column in found) if (column !== 'chain_seq' && column !== 'chain_leaf') row[column] = found[column as keyof typeof found];
    return { row: row as T, head: { subject, seq: chain_seq, leafHash: chain_leaf, stored: true } };
  }

  /**
   * Appends one entry. With `head` given, its statements are under way when this returns and fail the transaction at
   * COMMIT if they fail: nothing needs to be awaited but this.
   * @throws RangeError on a draft that makes no entry; see `makeEntry`
   */
  async append(tx: Tx, draft: EntryDraft, head?: ChainHead): Promise<Appended> {
    const after = head ?? (await this.chainHead(tx, draft.subject));
    const { entry, bytes, leaf, contents, requestId } = makeEntry(tx.state, draft, after);
    const { id, seq } = entry;
    const account = isId(draft.actor.accountId) ? draft.actor.accountId : null;
    const place = [tx.state, draft.subject, seq, leaf, after.leafHash];
    void tx.prepared(...(after.stored ? APPEND_NEXT : APPEND_FIRST), [
      ...place,
      ...[id, draft.type, draft.at, account, requestId, bytes],
    ]);
    if (contents.length > 0) {
      const [names, made] = [contents.map(([name]) => name), contents.map(([, commitment]) => commitment)];
      void tx.prepared(...ADD_CONTENT, [tx.state, id, names, made.map((c) => c.salt), made.map((c) => c.content)]);
    }
    if (this.listeners.length > 0) tx.afterCommit(() => this.listeners.forEach((listener) => listener(tx.state)));
    const next = { subject: draft.subject, seq, leafHash: leaf, stored: true };
    return { id, seq, leafHash: leaf.toString('hex'), head: next };
  }

  /**
   * Appends in a transaction of its own: refusals of permission, and readings before their first byte goes out.
   * It MUST NOT be awaited inside a transaction that holds the same subject.
   */
  async appendAlone(state: StateCode, draft: EntryDraft, as?: DbRole): Promise<Appended> {
    return inTransaction(this.db, { state, ...(as && { as }) }, (tx) => this.append(tx, draft));
  }

  /**
   * Appends unless the sitting has its entry already: the subject's last act (readings apart) is of the same type, by
   * the same account, and less than `SITTING_MINUTES` old. For autosaves: the first save of a sitting is logged, the
   * others are not; whoever saves, acts or comes back later begins a new one.
   * @returns null when nothing was appended
   */
  async appendForSitting(tx: Tx, draft: EntryDraft, head?: ChainHead): Promise<Appended | null> {
    const after = head ?? (await this.chainHead(tx, draft.subject));
    const [last] = await tx.prepared<ActRow>(...LAST_ACT, [tx.state, draft.subject, READINGS]);
    const age = last ? draft.at.getTime() - last.at.getTime() : Infinity;
    const same = last?.type === draft.type && last.account_id !== null && last.account_id === draft.actor.accountId;
    if (same && age < SITTING_MINUTES * 60_000) return null;
    return this.append(tx, draft, after);
  }
}

interface HeadRow {
  seq: number;
  leaf_hash: Buffer | null;
}

interface ChainColumns {
  chain_seq: number;
  chain_leaf: Buffer | null;
}

interface ActRow {
  type: string;
  account_id: string | null;
  at: Date;
}
