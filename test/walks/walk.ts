import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { mayFire } from '@comity/access';
import { DeliveryService, TRANSPORT, type Receipt, type SealedMessage, type Transport } from '@comity/exchange';
import { CustodyService } from '@comity/evidence';
import { newId, type Official, type Side } from '@comity/kernel';
import { ACTS, candidates, DeadlinesService, machineOf, mainState, toSnapshot, type ChartState, type Law, type Refusal } from '@comity/requests';
import { DEMO_ACCOUNTS } from '../../config/demo/accounts.js';
import type { TestHttp } from '../support/http.js';
import { ModelFiles, type Letter, type World } from './model-files.js';
import { variantsOf, type Variant } from './payloads.js';

const SIDES = ['requesting', 'requested'] as const;
const OTHER: Record<Side, Side> = { requesting: 'requested', requested: 'requesting' };

/** One thing that may be done next. */
type Option =
  | { kind: 'act'; side: Side; type: string; measure: number | null; variant: Variant; username: string; pairs: string[] }
  | { kind: 'deliver' | 'reject'; to: Side }
  | { kind: 'clock'; minutes: number }
  | { kind: 'verify' };

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
}

/** What all walks of a run share: what of the statecharts was visited. */
export class Tally {
  /** `side:chart:region:state:EVENT`, how often each was taken. */
  readonly visited = new Map<string, number>();
  /** How often each was tried, refused or not. */
  readonly tried = new Map<string, number>();
  readonly count = { steps: 0, done: 0, refused: 0, messages: 0, crossings: 0, fired: 0, walks: 0 };
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

  private constructor(
    readonly http: TestHttp,
    private readonly tally: Tally,
  ) {
    const get = <T>(token: abstract new (...args: never[]) => T): T => http.node.app.get(token as never, { strict: false });
    [this.delivery, this.custody, this.deadlines] = [get(DeliveryService), get(CustodyService), get(DeadlinesService)];
    const transport = http.node.app.get<Transport>(TRANSPORT, { strict: false });
    const deliver = transport.deliver.bind(transport);
    transport.deliver = (to, message) => (this.rejecting ? Promise.resolve(rejected(message, http.node.clock.now())) : deliver(to, message));
  }

  get visited() {
    return this.tally.visited;
  }

  get tried() {
    return this.tally.tried;
  }

  get count() {
    return this.tally.count;
  }

  static async open(http: TestHttp, tally: Tally): Promise<Ground> {
    const ground = new Ground(http, tally);
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
      `SELECT overall, version, letter, (SELECT json_agg(m.chart ORDER BY m.no) FROM measure m WHERE m.state = f.state AND m.file_id = f.id) AS charts
       FROM request_file f WHERE f.state = $1 AND f.id = $2`, [state, id]);
    return rows[0];
  }

  official(state: string, username: string): Official {
    return this.officials.get(`${state} ${username}`)!;
  }

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
  private model!: ModelFiles;
  private id = '';
  /** Messages sent, by side: the ids by which a failed one is sent again. */
  private readonly ids: Record<Side, string[]> = { requesting: [], requested: [] };
  private failed: { from: Side; messageId: string } | undefined;
  private readonly followed = new Map<number, Set<string>>();
  private readonly versions: Record<Side, number> = { requesting: 1, requested: 0 };
  private readonly pace: (typeof PACES)[number];
  /** Steps since something could be done. */
  private idle = 0;

  constructor(
    private readonly ground: Ground,
    private readonly letter: Letter,
    private readonly random: () => number,
    private readonly law?: Law,
  ) {
    this.pace = PACES[Math.floor(random() * PACES.length)]!;
  }

  /** @param desk drafted by the 24/7 desk. @throws Difference */
  async begin(desk: boolean): Promise<void> {
    const { ground, letter } = this;
    const drafter = desk ? 'point-of-contact' : 'case-officer';
    const made = await ground.send(letter.requesting, drafter, 'POST', '/requests', { requestedState: letter.requested, letter: letter.content, measures: letter.measures });
    if (made.status !== 201) throw new Error(`the draft was refused: ${JSON.stringify(made.body)}`);
    this.id = String(made.body['id']);
    this.model = new ModelFiles(letter, ground.official(letter.requesting, drafter).accountId, this.now(), this.law);
    ground.count.walks += 1;
    await this.compare('requesting');
  }

  /** Takes one step. @returns false where nothing can be done any more */
  async step(): Promise<boolean> {
    const option = this.choose();
    if (!option || this.idle > 4) return false;
    switch (option.kind) {
      case 'act':
        await this.act(option);
        await this.compare(option.side);
        break;
      case 'deliver': await this.deliver(option.to); break;
      case 'reject': await this.reject(option.to); break;
      case 'clock': await this.advance(option.minutes); break;
      case 'verify': await this.verify(); break;
    }
    return true;
  }

  /** Whatever is under way arrives, and the files are left alone. */
  async end(): Promise<void> {
    for (let open = true; open; ) {
      open = false;
      for (const to of SIDES) {
        while (this.model.channel[to].length > 0 && this.failed?.from !== OTHER[to]) {
          await this.deliver(to);
          open = true;
        }
      }
    }
    await this.ground.forget(this.id);
  }

  private now(): Date {
    return this.ground.http.node.clock.now();
  }

  private state(side: Side): string {
    return side === 'requesting' ? this.letter.requesting : this.letter.requested;
  }

  private choose(): Option | undefined {
    const weighed: [Option, number][] = [];
    const { visited, tried } = this.ground;
    // What was seldom done is done rather; what was often refused is tried less.
    const seen = (pairs: readonly string[]): number => Math.min(...pairs.map((pair) => (visited.get(pair) ?? 0) + (tried.get(pair) ?? 0) / 4));
    const [may, mayNot]: [(Option & { kind: 'act' })[], (Option & { kind: 'act' })[]] = [[], []];
    for (const side of SIDES) for (const option of this.actsOf(side)) (this.allowed(option) ? may : mayNot).push(option);
    for (const option of may) weighed.push([option, this.interest(option.type) / (1 + seen(option.pairs)) ** 1.5]);
    this.idle = may.length === 0 ? this.idle + 1 : 0;
    const acts = weighed.reduce((sum, [, weight]) => sum + weight, 0) || 1;
    // Refusals are compared, too, but get a walk nowhere: one act in eight.
    const refused = mayNot.map((option): [Option, number] => [option, 1 / (1 + seen(option.pairs))]);
    const share = refused.reduce((sum, [, weight]) => sum + weight, 0);
    weighed.push(...refused.map(([option, weight]): [Option, number] => [option, (weight / share) * acts * 0.14]));
    const messages = SIDES.filter((side) => this.model.channel[side].length > 0 && this.failed?.from !== OTHER[side]);
    for (const to of messages) {
      weighed.push([{ kind: 'deliver', to }, (acts * this.pace.delivery) / messages.length]);
      if (!this.failed) weighed.push([{ kind: 'reject', to }, acts * 0.01]);
    }
    if ([...this.model.receipts.values()].includes('pending')) weighed.push([{ kind: 'verify' }, acts * 0.3]);
    weighed.push([{ kind: 'clock', minutes: 11 }, acts * (this.model.waiting ? 0.08 : 0.005)]);
    if (this.preserves()) weighed.push([{ kind: 'clock', minutes: 62 * 1440 }, acts * 0.04]);
    if (this.awaitsDays()) weighed.push([{ kind: 'clock', minutes: 16 * 1440 }, acts * 0.2]);
    let left = this.random() * weighed.reduce((sum, [, weight]) => sum + weight, 0);
    return weighed.find(([, weight]) => (left -= weight) <= 0)?.[0] ?? weighed.at(-1)?.[0];
  }

  private allowed({ side, type, measure, variant, username }: Option & { kind: 'act' }): boolean {
    const world = this.worldOf(measure, variant);
    return this.model.allows(side, { type, measure, payload: variant.payload, source: 'official' }, this.now(), world, this.ground.official(this.state(side), username));
  }

  private worldOf(measure: number | null, { needs, world }: Variant): World {
    return { ...world, ...(needs && { packageSealed: needs === 'sealed' }), ...(measure !== null && this.followed.get(measure)?.has('SG') && { followed: true }) };
  }

  private interest(type: string): number {
    if (ENDINGS.has(type)) return 0.05;
    return FORWARD.has(type) ? this.pace.forward : 1;
  }

  private preserves(): boolean {
    return this.model.own.requested.file.measures.some(({ state }) => state.chart === 'preservation' && ['secured', 'extensionAsked'].includes(mainState(state)));
  }

  /** Something that days alone bring on: the review of a duty officer's act, the end of safe conduct. */
  private awaitsDays(): boolean {
    return SIDES.some((side) => this.model.own[side].file.measures.some(({ state }) => state.value['person'] === 'mayLeave' || (state.context as { reviewDue?: boolean }).reviewDue === true));
  }

  private actsOf(side: Side): (Option & { kind: 'act' })[] {
    if (side === 'requested' && !this.model.arrived) return [];
    const { file } = this.model.own[side];
    const about = { at: this.now(), requesting: this.letter.requesting, requested: this.letter.requested };
    return [{ no: null, state: file.letter }, ...file.measures].flatMap(({ no, state }) => {
      const [machine, snapshot] = [machineOf(state.chart, side), toSnapshot(state, side)];
      return Object.keys(ACTS)
        .filter((type) => ACTS[type]!.sides.includes(side) && (ACTS[type]!.on === 'letter') === (no === null) && !NOT_TRIED.has(type))
        .filter((type) => candidates(machine, snapshot, type).length > 0 && (type !== 'RESEND' || this.failed?.from === side))
        .flatMap((type) => {
          const pairs = pairsOf(side, state, type);
          const officials = DEMO_ACCOUNTS.filter(({ role }) => mayFire([role], side, type)).map(({ username }) => username);
          // Whoever may: one of them, so that four eyes and duty officers alone come up.
          const username = officials[Math.floor(this.random() * officials.length)]!;
          const variants = type === 'RESEND' ? [{ payload: { messageId: this.failed!.messageId } }] : variantsOf(type, about);
          return variants.map((variant) => ({ kind: 'act' as const, side, type, measure: no, variant, username, pairs }));
        });
    });
  }

  private async act({ side, type, measure, variant, username, pairs }: Option & { kind: 'act' }): Promise<void> {
    const { ground, id } = this;
    const [state, at] = [this.state(side), this.now()];
    const payload = { ...variant.payload };
    const world = this.worldOf(measure, variant);
    if (variant.needs) payload['packageId'] = await this.package(state, measure!, variant.needs);
    ground.count.steps += 1;
    this.trace.push(`${side} ${username}: ${type}${measure === null ? '' : ` of ${measure}`} ${JSON.stringify(payload)}`);
    for (const pair of pairs) ground.tried.set(pair, (ground.tried.get(pair) ?? 0) + 1);
    const official = ground.official(state, username);
    const before = this.model.own[side].file.measures;
    const decision = this.model.act(side, { type, measure, payload, source: 'official' }, at, world, official);
    const path = measure === null ? `/requests/${id}/events` : `/requests/${id}/measures/${measure}/events`;
    const answer = await ground.send(state, username, 'POST', path, { type, payload }, { 'if-match': `"${this.versions[side]}"` });
    if (decision.ok !== (answer.status === 200)) {
      throw new Difference(`the model ${decision.ok ? 'does' : `refuses (${decision.refusals[0]?.code})`} what the node answers with ${answer.status} ${JSON.stringify(answer.body)}`, this.trace);
    }
    if (!decision.ok) {
      ground.count.refused += 1;
      return this.sameRefusal(decision.refusals, answer.body);
    }
    ground.count.done += 1;
    this.visit(pairs);
    this.visitMeasures(side, type, before);
    this.ids[side].push(...(answer.body['messages'] as { id: string }[]).map((m) => m.id));
    if (type === 'RESEND') this.failed = undefined;
    const opened = answer.body['opened'] as { requestedState: string } | undefined;
    if (opened) this.followed.set(measure!, (this.followed.get(measure!) ?? new Set()).add(opened.requestedState));
  }

  /** What an act on the letter did to its measures. */
  private visitMeasures(side: Side, type: string, before: readonly { no: number; state: ChartState }[]): void {
    const inner = { TRANSMIT: 'LETTER_TRANSMITTED', ABANDON: 'LETTER_ABANDONED', WITHDRAW: 'WITHDRAW_MEASURE' }[type];
    if (inner === undefined) return;
    for (const { no, state } of this.model.own[side].file.measures) {
      const was = before.find((m) => m.no === no)!.state;
      if (was !== state) this.visit(pairsOf(side, was, inner));
    }
  }

  private sameRefusal([first]: readonly Refusal[], { code }: Record<string, unknown>): void {
    const expected = first?.code ?? 'event.refused';
    if (code !== expected) throw new Difference(`the model refuses with ${expected}, the node with ${String(code)}`, this.trace);
  }

  private async package(state: string, measure: number, needs: 'sealed' | 'unsealed'): Promise<string> {
    const { ground } = this;
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
    const { ground } = this;
    const before = this.chartsOf(to);
    const { message, decision } = this.model.takeIn(to, this.now());
    this.trace.push(`${to} takes in ${message.type}${message.measure === null ? '' : ` of ${message.measure}`}`);
    if (!decision.ok) throw new Difference(`the model does not handle ${message.type}: ${decision.refusals[0]?.code}`, this.trace);
    if (!(await ground.deliverOne(this.state(OTHER[to]), false))) throw new Difference(`the node has no message for the ${to} State, the model has ${message.type}`, this.trace);
    ground.count.messages += 1;
    if (decision.noted !== undefined) ground.count.crossings += 1;
    else this.visit(pairsOf(to, before(message.measure), message.type));
    if (decision.effects.length > 0) this.ids[to].push(...(await this.lastSent(to, decision.effects.length)));
    ground.count.steps += 1;
    await this.compare(to);
  }

  /** Ids of what a message taken in made the receiver send. */
  private async lastSent(side: Side, count: number): Promise<string[]> {
    const { body } = await this.ground.send(this.state(side), 'central-authority', 'GET', `/requests/${this.id}/messages`);
    return (body['items'] as { id: string; direction: string }[]).filter((m) => m.direction === 'sent').slice(-count).map((m) => m.id);
  }

  private async reject(to: Side): Promise<void> {
    const from = OTHER[to];
    const [message] = this.model.channel[to];
    const own = this.model.own[from];
    const messageId = this.ids[from][message!.seq - 1]!;
    this.trace.push(`${to} rejects ${message!.type}`);
    const before = this.chartsOf(from);
    const payload = { messageId, type: message!.type, code: 'message.refused-by-test' };
    const decision = this.model.act(from, { type: 'DELIVERY_FAILED', measure: null, payload, source: 'clock' }, this.now());
    if (!decision.ok) throw new Difference(`the model does not handle a failed delivery of ${message!.type}: ${decision.refusals[0]?.code}`, this.trace);
    if (!(await this.ground.deliverOne(this.state(from), true))) throw new Difference(`the node has no message for the ${to} State`, this.trace);
    this.failed = { from: own.file.side, messageId };
    this.visit(pairsOf(from, before(null), 'DELIVERY_FAILED'));
    this.ground.count.steps += 1;
    await this.compare(...SIDES);
  }

  private async advance(minutes: number): Promise<void> {
    const { clock } = this.ground.http.node;
    clock.set(new Date(clock.now().getTime() + minutes * 60_000));
    this.trace.push(`${minutes} minutes pass`);
    const at = this.now();
    for (const side of SIDES) {
      for (let due = this.model.due(side, at); due; due = this.model.due(side, at)) {
        const before = this.chartsOf(side);
        this.model.settled(side, due);
        const decision = this.model.act(side, { type: due.fires, measure: due.measure, payload: {}, source: 'clock' }, at);
        if (decision.ok) this.visit(pairsOf(side, before(due.measure), due.fires));
        if ((await this.ground.deadlines.fireDue(this.state(side), 1)) !== 1) throw new Difference(`the node fires no ${due.fires} of ${due.measure}; its terms: ${JSON.stringify(await this.ground.terms(this.id))}`, this.trace);
        this.ground.count.fired += 1;
        if (decision.ok && decision.effects.length > 0) this.ids[side].push(...(await this.lastSent(side, decision.effects.length)));
      }
      if ((await this.ground.deadlines.fireDue(this.state(side), 1)) !== 0) throw new Difference('the node fires a term the model has not', this.trace);
    }
    this.ground.count.steps += 1;
    await this.compare(...SIDES);
  }

  private async verify(): Promise<void> {
    this.trace.push('the receiver verifies what it received');
    await this.ground.custody.verifyDue(this.letter.requesting, 50);
    for (const no of this.model.receipts.keys()) this.model.receipts.set(no, 'verified');
    this.ground.count.steps += 1;
    await this.compare(...SIDES);
  }

  private chartsOf(side: Side): (measure: number | null) => ChartState {
    const { letter, measures } = this.model.own[side].file;
    return (measure) => (measure === null ? letter : measures.find(({ no }) => no === measure)!.state);
  }

  private visit(pairs: readonly string[]): void {
    for (const pair of pairs) this.ground.visited.set(pair, (this.ground.visited.get(pair) ?? 0) + 1);
  }

  /** The files of these sides, chart by chart, state and memory. */
  private async compare(...sides: Side[]): Promise<void> {
    for (const side of sides) {
      const row = await this.ground.row(this.state(side), this.id);
      if (side === 'requested' && !this.model.arrived) {
        if (row) throw new Difference('the requested State has a file the model has not', this.trace);
        continue;
      }
      const { file } = this.model.own[side];
      const model = { letter: file.letter, charts: file.measures.map((m) => m.state), overall: this.model.overall(side) };
      if (!row) throw new Difference(`the ${side} State has no file`, this.trace);
      this.versions[side] = row.version;
      const node = { letter: row.letter, charts: row.charts, overall: row.overall };
      if (!isDeepStrictEqual(plain(node), plain(model))) throw new Difference(`the ${side} file differs\n  node  ${JSON.stringify(node)}\n  model ${JSON.stringify(model)}`, this.trace);
    }
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

/** What ends a walk's interest: seldom, once it has been seen. */
const ENDINGS = new Set(['ABANDON', 'WITHDRAW', 'WITHDRAW_MEASURE', 'REFUSE', 'REFER', 'CLOSE', 'CLOSE_FOR_WANT_OF_REPLY', 'RELEASE']);

/** What brings a measure on. */
const FORWARD = new Set([
  'SUBMIT_FOR_REVIEW', 'TRANSMIT', 'ACKNOWLEDGE', 'EXAMINE', 'GRANT', 'ASSIGN', 'AUTHORISE', 'BEGIN_EXECUTION', 'REPORT_EXECUTION', 'DECIDE_TRANSMISSION', 'TRANSMIT_EVIDENCE', 'CONFIRM_RECEIPT', 'RESUME',
  'LIFT_HOLD', 'ACCEPT_CONDITIONS', 'ACCEPT_COSTS', 'PROCEED_WITHOUT_CONFIDENTIALITY', 'ORDER_PRESERVATION', 'REPORT_SECURED', 'RECORD_CALL_BACK', 'ORDER_DISCLOSURE', 'DISCLOSE', 'DISCLOSE_PATH', 'REOPEN',
]);
/** Some walks go far, in some messages lie about and cross, some do whatever was done least. */
const PACES = [{ forward: 12, delivery: 1.2 }, { forward: 12, delivery: 0.25 }, { forward: 3, delivery: 0.1 }, { forward: 1, delivery: 0.5 }] as const;

/** Acts that are not tried here, each with its reason. */
const NOT_TRIED = new Map([['CHANGE_CHANNEL', 'hands the message to people, who carry it: test/api/off-network.spec.ts']]);

/** Places that are not come to here, each with its reason. */
export function whyNotHere(pair: string): string | undefined {
  const [, , region, state, event] = pair.split(':') as [string, string, string, string, string];
  if (region === 'delivery' && state === 'failed' && event === 'DELIVERY_FAILED') return 'behind a message that failed nothing is sent';
  return NOT_TRIED.get(event);
}

/** The transition's places, one for each region that takes the event. */
export function pairsOf(side: Side, { chart, value }: ChartState, type: string): string[] {
  const { root } = machineOf(chart, side);
  return Object.entries(value).flatMap(([region, state]) => {
    const node = root.states[region]!;
    return node.states[state]!.transitions.has(type) || node.transitions.has(type) ? [`${side}:${chart}:${region}:${state}:${type}`] : [];
  });
}
