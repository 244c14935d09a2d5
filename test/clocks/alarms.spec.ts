import { inTransaction } from '@comity/database';
import { DUTY_LIST, type DutyList } from '@comity/requests';
import { demoNumber } from '../../config/demo/states.js';
import { emergency } from '../support/network.js';
import { leg } from '../support/preservation.js';
import { letter, measure } from '../support/stored-data.js';
import { isCall } from '../../libs/requests/src/domain/index.js';
import { Play, problemOf, type Body } from '../api/play.js';

// Real: everything but the clock.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const now = () => play.node.clock.now();
const pass = async (minutes: number) => {
  play.node.clock.set(new Date(now().getTime() + minutes * 60_000));
  await play.node.settle();
};
const DAY = 24 * 60;
const alarms = async (who: string, id: string): Promise<Body[]> => (await play.view(who, id)).alarms;
const kindsOf = async (who: string, id: string, status?: string) => (await alarms(who, id)).filter((a) => status === undefined || a.status === status).map((a) => a.kind as string);
const BOTH = ['KZ case-officer', 'VN case-officer'];

const preservation = measure({
  form: 'preservation', what: 'Two virtual servers with their logs', custodian: 'Hosting provider', relation: 'Source of the intrusion', necessity: 'Logs are kept for a week', requestToFollow: true,
  legalBases: [{ instrument: 'uncc-2024', article: '42', date: '2026-11-03', role: 'primary' }],
});

async function secured(): Promise<string> {
  const id = await play.transmitted({ measures: [preservation] });
  await play.act('VN point-of-contact', id, 1, 'ORDER_PRESERVATION');
  await play.act('VN central-authority', id, 1, 'CONFIRM_DUTY_ACT');
  await play.act('VN competent-authority', id, 1, 'REPORT_SECURED', { from: now().toISOString(), until: new Date(now().getTime() + 60 * 86_400_000).toISOString(), what: 'Images' });
  await play.node.settle();
  return id;
}

describe('preservation that ends without a request', () => {
  it('UNCC 42(8): alarms both States 14 days before, once, on the file, in the list and in the feed; nothing is released', async () => {
    const id = await secured();
    await pass(46 * DAY - 1);
    for (const who of BOTH) expect(await kindsOf(who, id)).toEqual([]);
    await pass(1);
    await pass(5);
    for (const who of BOTH) {
      expect(await alarms(who, id)).toMatchObject([{ kind: 'preservation-ends', status: 'raised', measure: 1, rule: 'UNCC 42(8)', requestId: id, advice: expect.stringContaining('42(9)'), called: null }]);
      const listed = (await (await play.as(who)).get('/alarms').expect(200)).body.items as Body[];
      expect(listed.filter((a) => a.requestId === id)).toHaveLength(1);
      const fed = await feed(who);
      expect(fed.filter((c) => c.requestId === id && c.type === 'ALARM_RAISED')).toMatchObject([{ alarm: 'preservation-ends', source: 'clock', measure: 1, deadlineId: listed.find((a) => a.requestId === id)!.id }]);
    }
    await pass(30 * DAY);
    for (const who of BOTH) {
      expect(await kindsOf(who, id)).toEqual(['preservation-ends']);
      expect((await play.view(who, id)).measures[0]).toMatchObject({ state: 'secured', outcome: null });
    }
  });

  it('UNCC 42(8), 44: is quiet while a request that continues it stands, rings when that is withdrawn, and ends when one is sent', async () => {
    const id = await secured();
    const follows = measure({ followsPreservation: { requestId: id, measure: 1 }, items: [{ type: 'ipv4', value: '203.0.113.77' }] });
    const first = await play.transmitted({ measures: [follows] });
    await pass(47 * DAY);
    for (const who of BOTH) expect(await kindsOf(who, id)).toEqual([]);
    await play.act('KZ central-authority', first, 1, 'WITHDRAW_MEASURE', { reason: 'To be drawn up anew' });
    await play.node.settle();
    expect((await play.view('KZ case-officer', first)).measures[0].outcome).toBe('withdrawn');
    await pass(DAY);
    for (const who of BOTH) expect(await kindsOf(who, id, 'raised')).toEqual(['preservation-ends']);
    const last = await play.transmitted({ measures: [{ ...follows, items: [{ type: 'ipv4', value: '203.0.113.78' }] }] });
    for (const who of BOTH) expect(await kindsOf(who, id, 'ended')).toEqual(['preservation-ends']);
    // And again, in both States, when that one is withdrawn after all.
    await play.act('KZ central-authority', last, null, 'WITHDRAW', { reason: 'The suspect was found' });
    await play.node.settle();
    for (const who of BOTH) expect(await kindsOf(who, id, 'raised')).toEqual(['preservation-ends']);
  });

  it('UNCC 43: the disclosure of a path is no request for the data, and does not quiet it', async () => {
    const id = await secured();
    await play.act('VN point-of-contact', id, 1, 'OPEN_DISCLOSURE', { finding: 'A provider abroad' });
    await play.act('VN point-of-contact', id, 2, 'DISCLOSE_PATH', { path: [leg()] });
    await play.act('VN central-authority', id, 2, 'CONFIRM_DUTY_ACT');
    await play.node.settle();
    await pass(47 * DAY);
    for (const who of BOTH) expect(await kindsOf(who, id)).toContain('preservation-ends');
  });

  it('UNCC 42(9): rings also while an extension is asked for and not answered', async () => {
    const id = await secured();
    await play.act('KZ central-authority', id, 1, 'REQUEST_EXTENSION', { until: new Date(now().getTime() + 90 * 86_400_000).toISOString(), reasons: 'Being translated' });
    await play.node.settle();
    await pass(47 * DAY);
    for (const who of BOTH) expect(await kindsOf(who, id)).toContain('preservation-ends');
  });

  it('UNCC 41(3): every form of the network calls, and so does what is urgent', () => {
    expect(['preservation', 'preserved-traffic-data', 'emergency-disclosure', 'network-query', 'stored-data'].map((form) => isCall(false, [form]))).toEqual([true, true, true, true, false]);
    expect(isCall(true, ['stored-data'])).toBe(true);
  });

  it('practice: a review that was missed is chased until it is made', async () => {
    const id = await play.transmitted({ measures: [preservation] });
    await play.act('VN point-of-contact', id, 1, 'ORDER_PRESERVATION');
    await pass(25 * 60);
    expect(await alarms('VN case-officer', id)).toMatchObject([{ kind: 'internal-due', status: 'raised', measure: 1 }]);
    await play.act('VN central-authority', id, 1, 'CONFIRM_DUTY_ACT');
    expect(await alarms('VN case-officer', id)).toMatchObject([{ kind: 'internal-due', status: 'ended' }]);
  });

  it('UNCC 42(9): what is asked for again is a call, answered by an extension', async () => {
    const id = await secured();
    await play.act('KZ central-authority', id, 1, 'REQUEST_EXTENSION', { until: new Date(now().getTime() + 90 * 86_400_000).toISOString(), reasons: 'Being translated' });
    await play.node.settle();
    await pass(31);
    for (const who of BOTH) expect(await kindsOf(who, id, 'raised')).toEqual(['call-unanswered']);
    await play.act('VN central-authority', id, 1, 'EXTEND', { until: new Date(now().getTime() + 90 * 86_400_000).toISOString() });
    await play.node.settle();
    for (const who of BOTH) expect(await kindsOf(who, id, 'raised')).toEqual([]);
  });

  it('UNCC 42(9): ends with an extension, and rings anew before the end of the longer period', async () => {
    const id = await secured();
    await pass(50 * DAY);
    const until = new Date(now().getTime() + 60 * 86_400_000).toISOString();
    await play.act('KZ central-authority', id, 1, 'REQUEST_EXTENSION', { until, reasons: 'Translation' });
    await play.node.settle();
    await play.act('VN central-authority', id, 1, 'EXTEND', { until });
    await play.node.settle();
    for (const who of BOTH) expect(await kindsOf(who, id, 'ended')).toEqual(['preservation-ends']);
    await pass(47 * DAY);
    for (const who of BOTH) expect(await kindsOf(who, id, 'raised')).toEqual(['preservation-ends']);
  });
});

describe('a call of the 24/7 network', () => {
  it('UNCC 41(4): unanswered, goes along the duty list of each State to the central authority, each step logged, until it is acknowledged', async () => {
    const id = await play.transmitted({ measures: [preservation] });
    await pass(29);
    expect(await alarms('VN point-of-contact', id)).toEqual([]);
    await pass(1);
    const [alarm] = await alarms('VN point-of-contact', id);
    expect(alarm).toMatchObject({ kind: 'call-unanswered', status: 'raised', step: 1, called: { role: 'point-of-contact', turn: { office: 'duty officer', kind: 'telephone' } }, working: expect.stringMatching(/^30 minutes from .*, received; internal$/) });
    expect(await kindsOf('KZ case-officer', id)).toEqual(['call-unanswered']);
    await pass(14);
    expect(await alarms('VN point-of-contact', id)).toMatchObject([{ step: 1 }]);
    await pass(1);
    expect(await alarms('VN point-of-contact', id)).toMatchObject([{ step: 2, called: { turn: { office: 'second duty officer' } } }]);
    await pass(15);
    expect(await alarms('VN point-of-contact', id)).toMatchObject([{ step: 3, called: { turn: { office: 'head of the desk' } } }]);
    await pass(15);
    expect(await alarms('VN point-of-contact', id)).toMatchObject([{ step: 4, called: { role: 'central-authority', accountId: null }, nextStepAt: null }]);
    await pass(DAY);
    const steps = (await play.log('VN', 'alarm.escalated')).filter((e) => e.subject === `file:${id}`);
    expect(steps.map((e) => [e.body.step, e.body.called.role])).toEqual([[1, 'point-of-contact'], [2, 'point-of-contact'], [3, 'point-of-contact'], [4, 'central-authority']]);
    expect((await feed('VN auditor')).filter((c) => c.requestId === id && c.deadlineId === alarm.id).map((c) => c.type)).toEqual(['ALARM_RAISED', ...Array(4).fill('ALARM_ESCALATED')]);
    const vn = await play.as('VN central-authority');
    expect((await vn.post(`/alarms/${alarm.id}/acknowledge`, {}).expect(200)).body).toMatchObject({ status: 'acknowledged', nextStepAt: null });
    expect(problemOf(await vn.post(`/alarms/${alarm.id}/acknowledge`, {}))).toMatchObject({ status: 409, code: 'alarm.not-raised' });
    expect((await play.log('VN', 'alarm.acknowledged')).at(-1)).toMatchObject({ subject: `file:${id}`, body: { alarmId: alarm.id }, actor: { kind: 'official' } });
    expect(await kindsOf('KZ case-officer', id, 'raised')).toEqual(['call-unanswered']);
  });

  it.each([
    ['acknowledged', { letter: letter({ urgent: { reason: 'Logs are overwritten' } }) }, ['VN point-of-contact', null, 'ACKNOWLEDGE']],
    ['acted on without acknowledgement (UNCC 42(4))', { measures: [preservation] }, ['VN point-of-contact', 1, 'ORDER_PRESERVATION']],
  ] as const)('that was %s in time alarms nobody', async (_, input, [who, no, type]) => {
    const id = await play.transmitted(input as never);
    await pass(20);
    await play.act(who, id, no, type);
    await play.node.settle();
    await pass(60);
    for (const reader of BOTH) expect(await alarms(reader, id)).toEqual([]);
    const { deadlines } = await play.view('VN case-officer', id);
    expect(deadlines.filter((d: Body) => d.code === 'call')).toMatchObject([{ status: 'ended', kind: 'internal', rule: null }]);
  });

  it('calls nobody twice and leaves nobody out where the hours change while it goes unanswered', async () => {
    const { asSuperuser } = play.node.db;
    const hours = (set: string) => asSuperuser(`UPDATE duty_turn SET hours = $1 WHERE state = 'VN' AND office = 'duty officer'`, [set]);
    const id = await play.transmitted({ measures: [preservation] });
    // Some hours ago, by the clocks of Hanoi.
    const [from, to] = [2, 3].map((h) => new Date(now().getTime() + h * 3_600_000).toISOString().slice(11, 16));
    await hours(`${from}-${to}`);
    await pass(30);
    const called = async () => (await alarms('VN point-of-contact', id))[0].called.turn?.office as string | undefined;
    const names = [await called()];
    await hours('at-any-hour');
    for (let step = 0; step < 3; step++) {
      await pass(15);
      names.push(await called());
    }
    expect(names).toEqual(['second duty officer', 'duty officer', 'head of the desk', undefined]);
  });

  it.each([
    ['a warning (UNCC 42(7))', [preservation], 1, 'WARN', { kind: 'will-not-secure', explanation: 'The provider would tell its customer' }],
    ['a question (UNCC 42(6))', [preservation], null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which of the accounts?' }] }],
    ['a call-back (UNCC 41(3)(e))', [emergency()], 1, 'RECORD_CALL_BACK', { number: demoNumber('KZ', '41'), result: 'confirmed', spokeWith: 'The duty officer' }],
  ] as const)('is answered by %s, too', async (_, measures, no, type, payload) => {
    const id = await play.transmitted({ measures: [...measures] });
    await pass(5);
    await play.act('VN point-of-contact', id, no, type, { ...payload, ...(type === 'RECORD_CALL_BACK' && { calledAt: now().toISOString() }) });
    await play.node.settle();
    await pass(60);
    for (const who of BOTH) expect(await kindsOf(who, id)).toEqual([]);
  });

  it('is not answered by being forwarded', async () => {
    const id = await play.transmitted({ letter: letter({ addressedTo: 'point-of-contact' }), measures: [preservation] });
    await play.act('VN point-of-contact', id, null, 'FORWARD', { to: 'central-authority', reasons: 'Its affair' });
    await play.node.settle();
    await pass(30);
    for (const who of BOTH) expect(await kindsOf(who, id, 'raised')).toEqual(['call-unanswered']);
  });

  it('answered after the alarm ends it, and the escalation with it', async () => {
    const id = await play.transmitted({ measures: [preservation] });
    await pass(30);
    await play.act('VN point-of-contact', id, null, 'ACKNOWLEDGE');
    await play.node.settle();
    await pass(60);
    for (const who of BOTH) expect(await alarms(who, id)).toMatchObject([{ status: 'ended', step: 1, nextStepAt: null }]);
  });

  it('an ordinary letter is no call', async () => {
    const id = await play.transmitted();
    await pass(DAY);
    for (const who of BOTH) expect(await alarms(who, id)).toEqual([]);
  });
});

describe('where the directory holds no duty list', () => {
  it('every account of the point of contact is called, then the central authority; one suspended is not', async () => {
    const order = async () => inTransaction(play.node.db.dataSource, { state: 'SG' }, (tx) => play.node.app.get<DutyList>(DUTY_LIST, { strict: false }).order(tx, now()));
    expect((await order())[0]).toMatchObject({ turn: { office: 'duty officer' } });
    // Off duty by the clocks of its authority, an office is called after those on duty.
    await play.node.db.asSuperuser(`UPDATE duty_turn SET hours = '08:00-09:00' WHERE state = 'SG' AND rank = 1`);
    const at = async (time: string) => inTransaction(play.node.db.dataSource, { state: 'SG' }, (tx) => play.node.app.get<DutyList>(DUTY_LIST, { strict: false }).order(tx, new Date(time)));
    expect((await at('2026-11-04T00:30:00Z'))[0]).toMatchObject({ turn: { office: 'duty officer' } });
    expect((await at('2026-11-04T18:00:00Z')).map(({ turn }) => turn?.office)).toEqual(['second duty officer', 'head of the desk', 'duty officer', undefined]);
    await play.node.db.asSuperuser(`UPDATE duty_turn SET hours = '00:00-00:00' WHERE state = 'SG' AND rank = 1`);
    expect((await at('2026-11-04T18:00:00Z'))[0]).toMatchObject({ turn: { office: 'duty officer' } });
    // Among those on duty, the desk of the letter's own network goes first.
    await play.node.db.asSuperuser(`UPDATE duty_turn SET hours = 'at-any-hour' WHERE state = 'SG'`);
    await play.node.db.asSuperuser(`UPDATE duty_turn SET valid_to = valid_from WHERE state = 'SG' AND network = 'budapest-35'`);
    await play.node.db.asSuperuser(`UPDATE duty_turn SET network = 'budapest-35' WHERE state = 'SG' AND network = 'uncc-41' AND office = 'head of the desk'`);
    const under = async (instrument: string) => inTransaction(play.node.db.dataSource, { state: 'SG' }, (tx) => play.node.app.get<DutyList>(DUTY_LIST, { strict: false }).order(tx, now(), instrument));
    expect((await under('budapest-2001')).map(({ turn }) => turn?.office)).toEqual(['head of the desk', 'duty officer', 'second duty officer', undefined]);
    expect((await under('uncc-2024')).map(({ turn }) => turn?.office)).toEqual(['duty officer', 'second duty officer', 'head of the desk', undefined]);
    await play.node.db.asSuperuser(`UPDATE duty_turn SET valid_to = valid_from WHERE state = 'SG'`);
    const { accountId } = await play.node.official('SG', 'point-of-contact');
    expect((await order()).map((c) => [c.role, c.accountId])).toEqual([['point-of-contact', accountId], ['central-authority', null]]);
    await play.node.db.asSuperuser(`UPDATE account SET status = 'suspended' WHERE id = $1`, [accountId]);
    expect((await order()).map((c) => c.role)).toEqual(['central-authority']);
  });
});

describe('deadlines that pass', () => {
  it('UNCC 40(26): suggested by the requesting State: both are told once, none of a request that is answered', async () => {
    const suggested = { letter: letter({ suggestedDeadline: { withinDays: 10, cause: 'trial-date' as const, reason: 'The trial opens' } }) };
    const [open, answered] = [await play.transmitted(suggested), await play.transmitted({ ...suggested, measures: [measure({ items: [{ type: 'ipv4', value: '203.0.113.90' }] })] })];
    await play.act('VN central-authority', answered, null, 'ACKNOWLEDGE');
    await play.act('VN central-authority', answered, 1, 'EXAMINE');
    await play.act('VN central-authority', answered, 1, 'REFUSE', { ground: 'persecution', reasons: 'Substantial grounds' });
    await play.node.settle();
    await pass(10 * DAY);
    await pass(10 * DAY);
    for (const who of BOTH) expect([await kindsOf(who, open), await kindsOf(who, answered)]).toEqual([['suggested-due'], []]);
  });

  it('internal: the own State is told, the other is not; one that was ended before tells nobody', async () => {
    const id = await play.transmitted();
    const vn = await play.as('VN case-officer');
    const set = async () => (await vn.post(`/requests/${id}/deadlines`, { kind: 'internal', withinDays: 2, reason: 'Second person reviews' }).expect(201)).body.id as string;
    const [kept, ended] = [await set(), await set()];
    await vn.post(`/requests/${id}/deadlines/${ended}/end`, { reason: 'Reviewed' }).expect(200);
    await pass(3 * DAY);
    expect((await alarms('VN case-officer', id)).map((a) => [a.id, a.kind])).toEqual([[kept, 'internal-due']]);
    expect(await alarms('KZ case-officer', id)).toEqual([]);
    await (await play.as('VN case-officer')).post(`/requests/${id}/deadlines/${kept}/end`, { reason: 'Reviewed late' }).expect(200);
    expect(await kindsOf('VN case-officer', id, 'ended')).toEqual(['internal-due']);
  });
});

describe('the settings of alarms', () => {
  const kind = async (who: string, name: string): Promise<Body> => (await (await play.as(who)).get('/alarms/kinds').expect(200)).body.items.find((k: Body) => k.kind === name);
  const put = async (who: string, name: string, body: object, etag?: string) => (await play.as(who)).put(`/alarms/kinds/${name}`, body, etag === undefined ? {} : { 'if-match': etag });

  it('are the own State’s, take effect on deadlines that run already, and are logged', async () => {
    const id = await secured();
    const { etag } = await kind('VN administrator', 'preservation-ends');
    expect((await put('VN administrator', 'preservation-ends', { lead: 30 }, etag)).body).toMatchObject({ lead: 30, unit: 'days-before', version: 1 });
    expect(await kind('KZ administrator', 'preservation-ends')).toMatchObject({ lead: 14, version: 0 });
    expect((await play.log('VN', 'alarm.configured')).at(-1)).toMatchObject({ subject: 'node', body: { kind: 'preservation-ends', lead: 30 } });
    await pass(31 * DAY);
    expect([await kindsOf('VN case-officer', id), await kindsOf('KZ case-officer', id)]).toEqual([['preservation-ends'], []]);
  });

  it('switch a kind off: nothing is raised until it is switched on again, and then nothing is lost', async () => {
    const off = await put('KZ administrator', 'call-unanswered', { enabled: false, lead: 5 }, (await kind('KZ administrator', 'call-unanswered')).etag);
    expect(off.status).toBe(200);
    const id = await play.transmitted({ measures: [preservation] });
    await pass(DAY);
    expect(await alarms('KZ case-officer', id)).toEqual([]);
    await put('KZ administrator', 'call-unanswered', { enabled: true }, off.headers['etag'] as string);
    await pass(1);
    expect(await alarms('KZ case-officer', id)).toMatchObject([{ kind: 'call-unanswered', working: expect.stringMatching(/^5 minutes from .*, transmitted; internal$/) }]);
  });

  it('are refused without a version, with a stale one, beyond their bounds, of no kind, and to others than administrators', async () => {
    expect(problemOf(await put('VN administrator', 'agreed-due', { lead: 1 }))).toMatchObject({ status: 428 });
    expect(problemOf(await put('VN administrator', 'agreed-due', { lead: 1 }, '"7"'))).toMatchObject({ status: 412, code: 'version.stale' });
    expect(problemOf(await put('VN administrator', 'agreed-due', { lead: 61 }, '"0"'))).toMatchObject({ status: 422, code: 'alarm.lead-too-long', errors: [{ pointer: '/lead' }] });
    expect(problemOf(await put('VN administrator', 'constructor', { lead: 1 }, '"0"'))).toMatchObject({ status: 404, code: 'alarm-kind.not-found' });
    expect((await put('VN central-authority', 'agreed-due', { lead: 1 }, '"0"')).status).toBe(403);
  });
});

describe('the list of alarms', () => {
  it('goes over pages, by status and kind, and shows no other State’s; auditors acknowledge none', async () => {
    const vn = await play.as('VN auditor');
    const seen: string[] = [];
    let path: string | undefined = '/alarms?status=ended&limit=2';
    while (path) {
      const page: Body = await vn.get(path).expect(200);
      seen.push(...page.body.items.map((a: Body) => `${a.raisedAt} ${a.id}`));
      path = page.headers['link']?.match(/^<\/api\/v1([^>]+)>/)?.[1];
    }
    expect(seen.length).toBeGreaterThan(2);
    expect([...new Set(seen)].sort().reverse()).toEqual(seen);
    const { items } = (await vn.get('/alarms?kind=suggested-due').expect(200)).body;
    expect(new Set(items.map((a: Body) => `${a.kind} ${a.status}`))).toEqual(new Set(['suggested-due raised']));
    expect((await (await play.as('SG case-officer')).get('/alarms').expect(200)).body.items).toEqual([]);
    expect((await vn.post(`/alarms/${items[0].id}/acknowledge`, {})).status).toBe(403);
    expect(problemOf(await (await play.as('SG case-officer')).post(`/alarms/${items[0].id}/acknowledge`, {}))).toMatchObject({ status: 404, code: 'alarm.unknown' });
    expect((await vn.get('/alarms?kind=none')).status).toBe(400);
  });
});

/** The feed as it is once no transaction older than this call is under way, in whatever database of the server: it waits for them. */
async function feed(who: string): Promise<Body[]> {
  const [{ now: newest }] = await play.node.db.asSuperuser<{ now: string }>('SELECT pg_current_xact_id()::text AS now') as [{ now: string }];
  const settled = async () => (await play.node.db.asSuperuser<{ done: boolean }>('SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 AS done', [newest]))[0]!.done;
  for (let tries = 0; !(await settled()) && tries < 200; tries += 1) await new Promise((wake) => setTimeout(wake, 25));
  const caller = await play.as(who);
  const all: Body[] = [];
  for (let after: string | null = null; ; ) {
    const { items, next }: { items: Body[]; next: string | null } = (await caller.get(`/changes?limit=50${after ? `&after=${encodeURIComponent(after)}` : ''}`).expect(200)).body;
    all.push(...items);
    if (items.length === 0) return all;
    after = next;
  }
}
