import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { accountNames } from '@comity/access';
import { AuditLog, entryActor, type EntryDraft } from '@comity/audit';
import { inTransaction, snapshotStream, type Tx } from '@comity/database';
import { requestOfPackage } from '@comity/evidence';
import { CLOCK, type Clock, type Json, type Official } from '@comity/kernel';
import { decodeCursor, encodeCursor } from '../../http/paging.js';
import { csvLine } from './csv.js';
import type { Question } from './question.js';

export interface PageAsked {
  after?: string | undefined;
  limit?: number | undefined;
}

export interface AnswerPage<R> {
  items: R[];
  next?: string;
}

const BATCH = 500;

/** Answers questions of auditors about their own State. To ask one is a reading: it is an entry of the log itself. */
@Injectable()
export class QuestionsReader {
  constructor(
    private readonly db: DataSource,
    private readonly log: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  now(): Date {
    return this.clock.now();
  }

  /** Which request a package belongs to. @throws Problem 404 `evidence.not-found` */
  requestOf({ state }: Official, packageId: string): Promise<string> {
    return inTransaction(this.db, { state, readOnly: true }, (tx) => requestOfPackage(tx, packageId));
  }

  /** One page. Its entry commits with it, before a byte goes out. @throws Problem 400 `cursor.invalid` */
  answer<F extends object, R extends object>(actor: Official, question: Question<F, R>, filter: F, { after, limit = 50 }: PageAsked): Promise<AnswerPage<R>> {
    const key = after === undefined ? undefined : decodeCursor(question.name, question.shape, after);
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      const found = await question.page(tx, filter, key, limit + 1);
      const items = await named(tx, question, found.slice(0, limit));
      await this.log.append(tx, asked(actor, question.name, filter, this.clock.now(), { format: 'json', rows: items.length }));
      const last = items.at(-1);
      return { items, ...(found.length > limit && last && { next: encodeCursor(question.name, question.keyOf(last)) }) };
    });
  }

  /** All that a filter selects, as CSV read in one snapshot as fast as it is consumed, and the name of the file. @throws Problem 429 `download.too-many` */
  async csv<F extends object, R extends object>(actor: Official, question: Question<F, R>, filter: F): Promise<{ lines: Readable; name: string }> {
    const at = this.clock.now();
    const first = () => this.log.appendAlone(actor.state, asked(actor, question.name, filter, at, { format: 'csv' }));
    const lines = await snapshotStream(this.db, { state: actor.state, reader: actor.accountId, first }, (tx) => csvLines(tx, question, filter));
    return { lines, name: `${question.name}-${actor.state}-${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z.csv` };
  }
}

async function* csvLines<F, R extends object>(tx: Tx, question: Question<F, R>, filter: F): AsyncGenerator<string> {
  yield csvLine(question.columns);
  for (let after: (string | number)[] | undefined; ; ) {
    const rows = await named(tx, question, await question.page(tx, filter, after, BATCH));
    if (rows.length > 0) yield rows.map((row) => csvLine(question.cells(row))).join('');
    if (rows.length < BATCH) return;
    after = [...question.keyOf(rows.at(-1)!)];
  }
}

/** Rows with the user name beside each account: `username` for `accountId`, `decidedByName` for `decidedBy`. */
async function named<F, R extends object>(tx: Tx, { accounts = [] }: Question<F, R>, rows: R[]): Promise<R[]> {
  if (accounts.length === 0) return rows;
  const names = await accountNames(tx, rows.flatMap((row) => accounts.map((member) => row[member] as string | null)));
  return rows.map((row) => ({
    ...row, ...Object.fromEntries(accounts.map((member) => [member === 'accountId' ? 'username' : `${member}Name`, names.get(String(row[member])) ?? null])),
  }));
}

/** In the asker's own chain. A request that was asked about is named, so that the asking is found with the request. */
function asked(actor: Official, question: string, filter: object, at: Date, more: Record<string, Json>): EntryDraft {
  const given = Object.fromEntries(Object.entries(filter).flatMap(([name, value]) => (value === undefined || name === 'now' ? [] : [[name, value as Json]])));
  const { requestId } = given;
  const body = { question, filter: given, ...more, ...(typeof requestId === 'string' && { requestId }) };
  return { subject: `account:${actor.accountId}`, type: 'audit.question-asked', at, actor: entryActor(actor), body };
}
