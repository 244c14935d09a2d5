import { createHash } from 'node:crypto';
import type { Response, Test } from 'supertest';
import { newId } from '@comity/kernel';
import type { LetterContent, MeasureContent } from '@comity/treaty';
import { AlarmsController } from '../../apps/api/src/clocks/alarms.controller.js';
import { DeadlinesController } from '../../apps/api/src/clocks/deadlines.controller.js';
import { EvidenceController } from '../../apps/api/src/evidence/evidence.controller.js';
import { AttachmentsController } from '../../apps/api/src/requests/attachments.controller.js';
import { ChangesController } from '../../apps/api/src/requests/changes.controller.js';
import { MessagesController } from '../../apps/api/src/requests/messages.controller.js';
import { NetworkController } from '../../apps/api/src/requests/network.controller.js';
import { RequestsController } from '../../apps/api/src/requests/requests.controller.js';
import { UsesController } from '../../apps/api/src/requests/uses.controller.js';
import { testHttp, type Caller, type TestHttp, type TestHttpOptions } from '../support/http.js';
import { letter, measure } from '../support/stored-data.js';

/** Every controller that deals with cases. */
export const CASE_CONTROLLERS = [RequestsController, ChangesController, MessagesController, AttachmentsController, EvidenceController, DeadlinesController, UsesController, AlarmsController, NetworkController];

export interface DraftInput {
  requestedState: string;
  letter: Partial<LetterContent> | Record<string, unknown>;
  measures: Partial<MeasureContent>[] | Record<string, unknown>[];
  supplements: string;
  ownReference: string;
}

export interface Problem {
  status: number;
  code: string;
  detail: string;
  rule?: string;
  force?: 'binding' | 'practice';
  errors?: { pointer: string; code: string; rule?: string; force?: 'binding' | 'practice'; detail: string }[];
}

/** What a test may look into: a view, a problem document, an answer. */
export type Body = any;

/** Officials of the demo who play requests over HTTP, each named `VN central-authority`. Everything is real but the clock. */
export class Play {
  private readonly callers = new Map<string, Promise<Caller>>();
  private tables?: string[];

  private constructor(readonly http: TestHttp) {}

  /** @param modules with routes beside those of cases */
  static async open(fileUrl: string, options: TestHttpOptions = {}, modules: Parameters<typeof testHttp>[1] = []): Promise<Play> {
    return new Play(await testHttp(fileUrl, modules, { controllers: CASE_CONTROLLERS, ...options }));
  }

  get node() {
    return this.http.node;
  }

  /** Signed in once an hour of the test's clock, since sessions end. */
  as(who: string): Promise<Caller> {
    const key = `${who} ${Math.floor(this.node.clock.now().getTime() / 3_600_000)}`;
    let caller = this.callers.get(key);
    if (!caller) {
      const [state, username] = who.split(' ') as [string, string];
      caller = this.http.as(state, username);
      this.callers.set(key, caller);
    }
    return caller;
  }

  /** A complete draft of KZ to VN unless said otherwise; the answer, whatever it is. */
  async tryDraft(input: Partial<DraftInput> = {}, who = 'KZ case-officer'): Promise<Response> {
    return (await this.as(who)).post('/requests', { requestedState: 'VN', letter: letter(), measures: [measure()], ...input });
  }

  async draft(input: Partial<DraftInput> = {}, who = 'KZ case-officer'): Promise<string> {
    const answer = await this.tryDraft(input, who);
    expect([answer.status, answer.status === 201 ? '' : problemOf(answer)]).toEqual([201, '']);
    return (answer.body as { id: string }).id;
  }

  async view(who: string, id: string): Promise<Body> {
    return ((await (await this.as(who)).get(`/requests/${id}`).expect(200)) as Response).body;
  }

  async etag(who: string, id: string): Promise<string> {
    return (await (await this.as(who)).get(`/requests/${id}`).expect(200)).headers['etag']!;
  }

  /** Fires an event with the present ETag unless another is given; the answer, whatever it is. */
  async fire(who: string, id: string, no: number | null, type: string, payload: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Response> {
    const ifMatch = headers['if-match'] ?? (await this.etag(who, id));
    return (await this.as(who)).post(eventPath(id, no), { type, payload }, { 'if-match': ifMatch, ...headers });
  }

  /** Fires and expects it to be done. */
  async act(who: string, id: string, no: number | null, type: string, payload: Record<string, unknown> = {}): Promise<Body> {
    const answer = await this.fire(who, id, no, type, payload);
    expect([type, answer.status, answer.status === 200 ? '' : problemOf(answer)]).toEqual([type, 200, '']);
    return answer.body;
  }

  /** Several events of one official or more, in order: `['VN central-authority', 1, 'GRANT', {...}]`. */
  async acts(id: string, steps: [string, number | null, string, Record<string, unknown>?][]): Promise<void> {
    for (const [who, no, type, payload] of steps) await this.act(who, id, no, type, payload ?? {});
  }

  /** Fires and expects a refusal that changes nothing in either State but the log of refusals. */
  async refused(who: string, id: string, no: number | null, type: string, payload: Record<string, unknown> = {}): Promise<Problem> {
    const ifMatch = await this.etag(who, id);
    const caller = await this.as(who);
    return this.unchanged(() => caller.post(eventPath(id, no), { type, payload }, { 'if-match': ifMatch }));
  }

  /** Sends what must be refused, and expects every table of every State to stay as it was. */
  async unchanged(send: () => Test | Promise<Response>): Promise<Problem> {
    const before = await this.digest();
    const answer = (await send()) as Response;
    const found = problemOf(answer);
    expect([found.status, found.code]).toEqual([answer.status, expect.stringMatching(/^[a-z-]+\.[a-z-]+$/)]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(await this.digest()).toEqual(before);
    return found;
  }

  /** Digest of every table that holds a State's data, entries of refused permissions left out. */
  async digest(state?: string): Promise<Record<string, string>> {
    const { db } = this.node;
    this.tables ??= (
      await db.asSuperuser<{ name: string }>(
        `SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE c.table_schema = 'public' AND c.column_name = 'state' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
      )
    ).map(({ name }) => name);
    const each = this.tables.map((name) => {
      const kept = LOG.has(name) ? `NOT EXISTS (${REFUSED(name)})` : 'true';
      return `SELECT '${name}' AS name, count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) AS digest
        FROM ${name} t WHERE ${kept}${state ? ` AND t.state = '${state}'` : ''}`;
    });
    const rows = await db.asSuperuser<{ name: string; digest: string }>(each.join(' UNION ALL '));
    const found = Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
    return found;
  }

  /** Transmitted and taken in: KZ asks VN unless said otherwise. */
  async transmitted(input: Partial<DraftInput> = {}, from = 'KZ'): Promise<string> {
    const id = await this.draft(input, `${from} case-officer`);
    await this.act(`${from} case-officer`, id, null, 'SUBMIT_FOR_REVIEW');
    await this.act(`${from} central-authority`, id, null, 'TRANSMIT');
    await this.node.settle();
    return id;
  }

  /** Acknowledged, and its measures brought on as far as `until`. */
  async advanced(until: 'examined' | 'granted' | 'executing' | 'released', input: Partial<DraftInput> = {}): Promise<string> {
    const id = await this.transmitted(input);
    const steps = STEPS.slice(0, STEPS.findIndex(([name]) => name === until) + 1);
    await this.act('VN central-authority', id, null, 'ACKNOWLEDGE');
    for (const m of (await this.view('VN central-authority', id)).measures as { no: number }[]) {
      for (const [, list] of steps) for (const [who, type, payload] of list) await this.act(`VN ${who}`, id, m.no, type, payload);
    }
    await this.node.settle();
    return id;
  }

  /** A sealed package of the requested State with the given files. */
  async package(id: string, no: number, files: Record<string, Buffer>, who = 'VN competent-authority'): Promise<string> {
    const caller = await this.as(who);
    const opened = await caller.post('/evidence-packages', { requestId: id, measure: no }).expect(201);
    const packageId = (opened.body as { id: string }).id;
    for (const [name, bytes] of Object.entries(files)) {
      await caller.post(`/evidence-packages/${packageId}/files?name=${name}&mediaType=application/octet-stream`, undefined, { 'content-type': 'application/octet-stream' }).send(bytes).expect(201);
    }
    await caller.post(`/evidence-packages/${packageId}/seal`).expect(200);
    return packageId;
  }

  /** The log's entries of a State, oldest first. */
  async log(state: string, type?: string): Promise<Body[]> {
    const rows = await this.node.db.asSuperuser<{ bytes: Buffer }>('SELECT bytes FROM audit_entry WHERE state = $1 ORDER BY id', [state]);
    const entries = rows.map(({ bytes }) => JSON.parse(bytes.toString('utf8')) as Body);
    return type === undefined ? entries : entries.filter((entry) => entry.type === type);
  }

  close(): Promise<void> {
    return this.http.close();
  }
}

const STEPS: [string, [string, string, Record<string, unknown>?][]][] = [
  ['examined', [['central-authority', 'EXAMINE']]],
  ['granted', [['central-authority', 'GRANT'], ['central-authority', 'ASSIGN', { authority: 'Executing authority' }]]],
  ['executing', [['competent-authority', 'AUTHORISE', { body: 'Court', remedyOpen: false }], ['competent-authority', 'BEGIN_EXECUTION']]],
  ['released', [['competent-authority', 'REPORT_EXECUTION', { result: 'data-obtained' }], ['central-authority', 'DECIDE_TRANSMISSION', { outcome: 'released' }]]],
];

/** Tables that the entry of a refusal is written to, or that move with it. */
const LOG = new Set(['audit_entry', 'audit_chain', 'audit_content', 'audit_commitment', 'audit_pending']);
const REFUSED = (table: string): string =>
  table === 'audit_entry' ? `SELECT WHERE t.type = 'permission.refused'` : table === 'audit_chain' ? `SELECT WHERE t.subject LIKE 'account:%'` : `SELECT FROM audit_entry e WHERE e.state = t.state AND e.id = t.entry_id AND e.type = 'permission.refused'`;

export const eventPath = (id: string, no: number | null): string => (no === null ? `/requests/${id}/events` : `/requests/${id}/measures/${no}/events`);

/** The problem document of an answer: supertest parses only application/json by itself. */
export function problemOf(answer: Response): Problem {
  const text = answer.text ?? (Buffer.isBuffer(answer.body) ? answer.body.toString('utf8') : '');
  return (text ? JSON.parse(text) : answer.body) as Problem;
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
export const someId = (): string => newId();

/** Bytes of a download. */
export const bytesOf = (test: Test): Test =>
  test.buffer(true).parse((res, done) => {
    const chunks: Buffer[] = [];
    res.on('data', (c: Buffer) => chunks.push(c)).on('end', () => done(null, Buffer.concat(chunks)));
  });
