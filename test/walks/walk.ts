import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { DeliveryService, TRANSPORT, type Receipt, type SealedMessage, type Transport } from '@comity/exchange';
import { CustodyService } from '@comity/evidence';
import { newId, type Official, type Side } from '@comity/kernel';
import { DeadlinesService, type ChartState, type MeasureContext, type Refusal } from '@comity/requests';
import { DEMO_ACCOUNTS } from '../../config/demo/accounts.js';
import type { TestHttp } from '../support/http.js';
import { OTHER, SIDES, type ActOption, type Course } from './course.js';

/** A difference between the model and the node, with the way that led to it. */
export class Difference extends Error {
  constructor(what: string, trace: readonly string[]) {
    super(`${what}\n  after\n${trace.map((step, i) => `  ${i + 1}. ${step}`).join('\n')}`);
  }
}

interface Row {
  overall: string;
  version: number;
  letter: ChartState;
  charts: ChartState[];
  consultations: unknown[];
}

/** A node with a clock of its own: one walk at a time. */
export class Ground {
  private readonly tokens = new Map<string, { token: string; until: number }>();
  private readonly officials = new Map<string, Official>();
  private rejecting = false;
  private client!: pg.Client;
  readonly delivery: DeliveryService;
  readonly custody: CustodyService;
  readonly deadlines: DeadlinesService;

  private constructor(readonly http: TestHttp) {
    const get = <T>(token: abstract new (...args: never[]) => T): T => http.node.app.get(token as never, { strict: false });
    [this.delivery, this.custody, this.deadlines] = [get(DeliveryService), get(CustodyService), get(DeadlinesService)];
    const transport = http.node.app.get<Transport>(TRANSPORT, { strict: false });
    const deliver = transport.deliver.bind(transport);
    transport.deliver = (to, message) => (this.rejecting ? Promise.resolve(rejected(message, http.node.clock.now())) : deliver(to, message));
  }

  static async open(http: TestHttp): Promise<Ground> {
    const ground = new Ground(http);
    ground.client = new pg.Client({ connectionString: http.node.db.superuserUrl });
    await ground.client.connect();
    for (const state of ['US', 'IS', 'KZ', 'VN']) {
      for (const { username } of DEMO_ACCOUNTS) ground.officials.set(`${state} ${username}`, await http.node.official(state, username));
    }
    return ground;
  }

  close(): Promise<void> {
    return this.client.end();
  }

  /** One message of the State at most. @returns whether there was one */
  async deliverOne(from: string, reject: boolean): Promise<boolean> {
    this.rejecting = reject;
    try {
      return (await this.delivery.runOnce(from, 1)) === 1;
    } finally {
      this.rejecting = false;
    }
  }

  async row(state: string, id: string): Promise<Row | undefined> {
    const { rows } = await this.client.query<Row>(
      `SELECT overall, version, letter, (SELECT json_agg(m.chart ORDER BY m.no) FROM measure m WHERE m.state = f.state AND m.file_id = f.id) AS charts,
         (SELECT json_agg(m.particulars->'consultations' ORDER BY m.no) FROM measure m WHERE m.state = f.state AND m.file_id = f.id) AS consultations
       FROM request_file f WHERE f.state = $1 AND f.id = $2`, [state, id]);
    return rows[0];
  }

  readonly official = (state: string, username: string): Official => this.officials.get(`${state} ${username}`)!;

  async terms(id: string): Promise<unknown[]> {
    return (await this.client.query('SELECT state, measure, code, fires, due_at, status FROM deadline WHERE file_id = $1 ORDER BY due_at, id', [id])).rows;
  }

  /** A walk is over: the terms of its files fire no more. */
  async forget(id: string): Promise<void> {
    await this.client.query(`UPDATE deadline SET status = 'ended', settled_at = set_at WHERE file_id = $1 AND status = 'open'`, [id]);
  }

  async send(state: string, username: string, method: string, path: string, body?: object | Buffer, headers: Record<string, string> = {}): Promise<{ status: number; body: Record<string, unknown> }> {
    const bytes = Buffer.isBuffer(body);
    const key = newId();
    const call = async () => fetch(`${this.http.url}/api/v1${path}`, {
      method, ...(body !== undefined && { body: bytes ? new Uint8Array(body) : JSON.stringify(body) }),
      headers: {
        authorization: `Bearer ${await this.token(state, username)}`, 'idempotency-key': key,
        ...(body !== undefined && { 'content-type': bytes ? 'application/octet-stream' : 'application/json' }), ...headers,
      },
    });
    // A connection kept for the next request may have been closed meanwhile; under its key a request counts once.
    const answer = await call().catch(call);
    const text = await answer.text();
    return { status: answer.status, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
  }

  private async token(state: string, username: string): Promise<string> {
    const now = this.http.node.clock.now().getTime();
    const key = `${state} ${username}`;
    let known = this.tokens.get(key);
    if (!known || known.until <= now) this.tokens.set(key, (known = { token: await this.http.signIn(state, username), until: now + 3_000_000 }));
    return known.token;
  }
}

const rejected = ({ id }: SealedMessage, at: Date): Receipt => ({ status: 'rejected', messageId: id, sha256: '0'.repeat(64), at: at.toISOString(), code: 'message.refused-by-test', detail: 'Rejected on purpose.' });

/** One letter, from its draft on, over HTTP and in the model, step by step. */
export class Walk {
  readonly trace: string[] = [];
  private id = '';
  /** Messages sent, by side: the ids by which a failed one is sent again. */
  private readonly ids: Record<Side, string[]> = { requesting: [], requested: [] };
  private readonly versions: Record<Side, number> = { requesting: 1, requested: 0 };

  constructor(
    private readonly ground: Ground,
    private readonly course: Course,
  ) {}

  /** @throws Difference */
  async begin(): Promise<void> {
    const { letter, options } = this.course;
    const drafter = options.desk ? 'point-of-contact' : 'case-officer';
    const made = await this.ground.send(letter.requesting, drafter, 'POST', '/requests', { requestedState: letter.requested, letter: letter.content, measures: letter.measures });
    if (made.status !== 201) throw new Error(`the draft was refused: ${JSON.stringify(made.body)}`);
    this.id = String(made.body['id']);
    options.tally.count.walks += 1;
    await this.compare('requesting');
  }

  /**
   * Takes one step.
   * @param option the model's own choice when absent
   * @returns false where nothing can be done any more, or there is no place for the option
   * @throws Difference
   */
  async step(option = this.course.choose()): Promise<boolean> {
    if (!option || !this.course.hasPlaceFor(option)) return false;
    switch (option.kind) {
      case 'act':
        await this.act(option);
        await this.compare(option.side);
        break;
      case 'deliver': await this.deliver(option.to); break;
      case 'reject': await this.reject(option.to); break;
      case 'clock': await this.wait(option.minutes); break;
      case 'verify': await this.verify(); break;
    }
    return true;
  }

  /** Whatever is under way arrives, and the files are left alone. */
  async end(): Promise<void> {
    for (let open = true; open; ) {
      open = false;
      for (const to of SIDES) while (this.course.hasPlaceFor({ kind: 'deliver', to })) {
        await this.deliver(to);
        open = true;
      }
    }
    await this.ground.forget(this.id);
  }

  private state(side: Side): string {
    return this.course.state(side);
  }

  private async act(option: ActOption): Promise<void> {
    const { ground, course, id } = this;
    const { side, type, measure, username } = option;
    const state = this.state(side);
    const { needs } = course.variant(option);
    const made = {
      ...(needs && { packageId: await this.package(state, measure!, needs) }),
      ...(type === 'RESEND' && { messageId: this.ids[side][course.failed!.seq - 1]! }),
    };
    const { payload, decision } = course.act(option, made);
    this.trace.push(`${side} ${username}: ${type}${measure === null ? '' : ` of ${measure}`} ${JSON.stringify(payload)}`);
    const path = measure === null ? `/requests/${id}/events` : `/requests/${id}/measures/${measure}/events`;
    const answer = await ground.send(state, username, 'POST', path, { type, payload }, { 'if-match': `"${this.versions[side]}"` });
    if (decision.ok !== (answer.status === 200)) {
      throw new Difference(`the model ${decision.ok ? 'does' : `refuses (${decision.refusals[0]?.code})`} what the node answers with ${answer.status} ${JSON.stringify(answer.body)}`, this.trace);
    }
    if (decision.ok) this.ids[side].push(...(answer.body['messages'] as { id: string }[]).map((m) => m.id));
    else this.sameRefusal(decision.refusals, answer.body);
  }

  private sameRefusal([first]: readonly Refusal[], { code }: Record<string, unknown>): void {
    const expected = first?.code ?? 'event.refused';
    if (code !== expected) throw new Difference(`the model refuses with ${expected}, the node with ${String(code)}`, this.trace);
  }

  private async package(state: string, measure: number, needs: 'sealed' | 'unsealed'): Promise<string> {
    const { ground } = this;
    // Nothing is collected while that is undecided; what is refused then is refused for it.
    if ((this.course.chart('requested', measure).context as MeasureContext).confidentialityHeld) return newId();
    const call = async (method: string, path: string, body?: object | Buffer): Promise<Record<string, unknown>> => {
      const { status, body: said } = await ground.send(state, 'central-authority', method, path, body);
      if (status >= 300) throw new Difference(`${method} ${path} is answered with ${status} ${JSON.stringify(said)}`, this.trace);
      return said;
    };
    const { id } = await call('POST', '/evidence-packages', { requestId: this.id, measure });
    await call('POST', `/evidence-packages/${String(id)}/files?name=log.txt&mediaType=text/plain`, Buffer.from(`data ${String(id)}`));
    if (needs === 'sealed') await call('POST', `/evidence-packages/${String(id)}/seal`);
    return String(id);
  }

  private async deliver(to: Side): Promise<void> {
    const { type, measure, decision } = this.course.deliver(to);
    this.trace.push(`${to} takes in ${type}${measure === null ? '' : ` of ${measure}`}`);
    if (!decision.ok) throw new Difference(`the model does not handle ${type}: ${decision.refusals[0]?.code}`, this.trace);
    if (!(await this.ground.deliverOne(this.state(OTHER[to]), false))) throw new Difference(`the node has no message for the ${to} State, the model has ${type}`, this.trace);
    if (decision.effects.length > 0) this.ids[to].push(...(await this.lastSent(to, decision.effects.length)));
    await this.compare(to);
  }

  /** Ids of what a message taken in made the receiver send. */
  private async lastSent(side: Side, count: number): Promise<string[]> {
    const { body } = await this.ground.send(this.state(side), 'central-authority', 'GET', `/requests/${this.id}/messages`);
    return (body['items'] as { id: string; direction: string }[]).filter((m) => m.direction === 'sent').slice(-count).map((m) => m.id);
  }

  private async reject(to: Side): Promise<void> {
    const from = OTHER[to];
    const { type, decision } = this.course.reject(to, this.ids[from][this.course.model.channel[to][0]!.seq - 1]!);
    this.trace.push(`${to} rejects ${type}`);
    if (!decision.ok) throw new Difference(`the model does not handle a failed delivery of ${type}: ${decision.refusals[0]?.code}`, this.trace);
    if (!(await this.ground.deliverOne(this.state(from), true))) throw new Difference(`the node has no message for the ${to} State`, this.trace);
    await this.compare(...SIDES);
  }

  private async wait(minutes: number): Promise<void> {
    const { course, ground } = this;
    course.wait(minutes);
    ground.http.node.clock.set(course.at);
    this.trace.push(`${minutes} minutes pass`);
    for (const side of SIDES) {
      for (let fired = course.fire(side); fired; fired = course.fire(side)) {
        const { fires, measure, decision } = fired;
        if ((await ground.deadlines.fireDue(this.state(side), 1)) !== 1) throw new Difference(`the node fires no ${fires} of ${measure}; its terms: ${JSON.stringify(await ground.terms(this.id))}`, this.trace);
        if (decision.ok && decision.effects.length > 0) this.ids[side].push(...(await this.lastSent(side, decision.effects.length)));
      }
      if ((await ground.deadlines.fireDue(this.state(side), 1)) !== 0) throw new Difference('the node fires a term the model has not', this.trace);
    }
    await this.compare(...SIDES);
  }

  private async verify(): Promise<void> {
    this.trace.push('the receiver verifies what it received');
    await this.ground.custody.verifyDue(this.course.letter.requesting, 50);
    this.course.verify();
    await this.compare(...SIDES);
  }

  /** The files of these sides, chart by chart, state and memory, and what each has on record of consultations. */
  private async compare(...sides: Side[]): Promise<void> {
    const { model } = this.course;
    for (const side of sides) {
      const row = await this.ground.row(this.state(side), this.id);
      if (side === 'requested' && !model.arrived) {
        if (row) throw new Difference('the requested State has a file the model has not', this.trace);
        continue;
      }
      const { file } = model.own[side];
      const told = { letter: file.letter, charts: file.measures.map((m) => m.state), overall: model.overall(side), consultations: file.measures.map(({ no }) => model.own[side].measures.get(no)!['consultations'] ?? null) };
      if (!row) throw new Difference(`the ${side} State has no file`, this.trace);
      this.versions[side] = row.version;
      const node = { letter: row.letter, charts: row.charts, overall: row.overall, consultations: row.consultations };
      if (!isDeepStrictEqual(plain(node), plain(told))) throw new Difference(`the ${side} file differs\n  node  ${JSON.stringify(node)}\n  model ${JSON.stringify(told)}`, this.trace);
    }
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
