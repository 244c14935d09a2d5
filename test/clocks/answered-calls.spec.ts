import { Play, problemOf, type Body } from '../api/play.js';
import { deskNumber, emergency, preservation } from '../support/network.js';

// Real: everything but the clock.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const KZ = 'KZ central-authority';
const VN = 'VN central-authority';
const DESK = 'VN point-of-contact';
const BOTH = [KZ, VN];
const now = () => play.node.clock.now();
const inDays = (days: number) => new Date(now().getTime() + days * 86_400_000).toISOString();
const pass = async (minutes: number) => {
  play.node.clock.set(new Date(now().getTime() + minutes * 60_000));
  await play.node.settle();
};
const calls = async (who: string, id: string): Promise<Body[]> => (await play.view(who, id)).alarms.filter((a: Body) => a.kind === 'call-unanswered');
const terms = async (who: string, id: string): Promise<Body[]> => (await play.view(who, id)).deadlines.filter((d: Body) => d.code === 'call' && d.status === 'open');
let address = 1;
const asked = (): Promise<string> => play.transmitted({ measures: [preservation({ items: [{ type: 'ipv4', value: `203.0.113.${address++}` }] })] });

describe('UNCC 41: a call of the 24/7 network', () => {
  it('is acknowledged by the 24/7 desk or the central authority only: another authority’s note would stop the escalation', async () => {
    const id = await asked();
    await pass(30);
    const [alarm] = await calls(VN, id);
    for (const who of ['competent-authority', 'case-officer']) {
      const problem = await play.as(`VN ${who}`).then((caller) => caller.post(`/alarms/${alarm.id}/acknowledge`, {}));
      expect(problemOf(problem)).toMatchObject({ status: 403, code: 'permission.lacking' });
    }
    expect((await play.log('VN', 'permission.refused')).at(-1)).toMatchObject({ body: { code: 'permission.lacking', act: 'alarm.acknowledge', alarmId: alarm.id } });
    await pass(15);
    expect(await calls(VN, id)).toMatchObject([{ status: 'raised', step: 2 }]);
    await (await play.as(DESK)).post(`/alarms/${alarm.id}/acknowledge`, {}).expect(200);
  });

  it('goes no further along the duty list while its kind is switched off, and goes on where it stood afterwards', async () => {
    const admin = await play.as('VN administrator');
    const kind = async (): Promise<Body> => (await admin.get('/alarms/kinds').expect(200)).body.items.find((k: Body) => k.kind === 'call-unanswered');
    const enable = async (enabled: boolean) => (await play.as('VN administrator')).put('/alarms/kinds/call-unanswered', { enabled }, { 'if-match': (await kind()).etag }).expect(200);
    const id = await asked();
    await pass(30);
    await enable(false);
    await pass(20);
    expect(await calls(VN, id)).toMatchObject([{ status: 'raised', step: 1 }]);
    expect(await calls(KZ, id)).toMatchObject([{ status: 'raised', step: 2 }]);
    await enable(true);
    await pass(1);
    expect(await calls(VN, id)).toMatchObject([{ status: 'raised', step: 2 }]);
  });

  it('UNCC 41(3)(e): is not answered by a call-back that reached nobody, in either State; by one that did, it is', async () => {
    const id = await play.transmitted({ measures: [emergency()] });
    const call = (result: string, more: object = {}) => play.act(DESK, id, 1, 'RECORD_CALL_BACK', { number: deskNumber('KZ'), calledAt: now().toISOString(), result, ...more });
    await call('not-reached');
    await pass(30);
    for (const who of BOTH) expect(await calls(who, id)).toMatchObject([{ status: 'raised', step: 1 }]);
    await call('not-reached');
    await pass(15);
    for (const who of BOTH) expect(await calls(who, id)).toMatchObject([{ status: 'raised', step: 2 }]);
    await call('confirmed', { spokeWith: 'The duty officer' });
    await pass(15);
    for (const who of BOTH) expect(await calls(who, id)).toMatchObject([{ status: 'ended', nextStepAt: null }]);
  });
});

describe('UNCC 42(9): what is asked again of a preservation', () => {
  const secured = async (): Promise<string> => {
    const id = await asked();
    await play.act(DESK, id, 1, 'ORDER_PRESERVATION');
    await play.act(DESK, id, 1, 'REPORT_SECURED', { from: now().toISOString(), until: inDays(60) });
    await play.node.settle();
    return id;
  };
  const askAgain = async (id: string): Promise<Body> => {
    const done = await play.act(KZ, id, 1, 'REQUEST_EXTENSION', { until: inDays(150), reasons: 'Being translated' });
    await play.node.settle();
    return done;
  };
  const released = async (): Promise<string> => {
    const id = await secured();
    await pass(61 * 1440);
    await play.act(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: inDays(1), reason: 'Nothing came' });
    await play.node.settle();
    await pass(2 * 1440);
    await play.act(VN, id, 1, 'RELEASE');
    await play.node.settle();
    return id;
  };
  const question = [null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which of the accounts?' }] }] as const;
  const warning = [1, 'WARN', { kind: 'will-not-secure', explanation: 'It would tell its customer' }] as const;

  it.each([
    ['an extension', 'a question', secured, question],
    ['an extension', 'a warning', secured, warning],
    ['a new preservation', 'a question', released, question],
    ['a new preservation', 'a warning', released, warning],
  ] as const)('%s is answered by %s, as the first request is', async (_what, _by, prepared, [no, type, payload]) => {
    const id = await prepared();
    await askAgain(id);
    for (const who of BOTH) expect([who, await terms(who, id)]).toMatchObject([who, [{ measure: 1 }]]);
    await pass(30);
    for (const who of BOTH) expect(await calls(who, id)).toMatchObject([{ status: 'raised', step: 1 }]);
    await play.act(DESK, id, no, type, payload);
    await play.node.settle();
    for (const who of BOTH) expect([who, await terms(who, id)]).toEqual([who, []]);
    await pass(60);
    for (const who of BOTH) expect(await calls(who, id)).toMatchObject([{ status: 'ended', step: 1, nextStepAt: null }]);
  });

  it.each([['the measure', 1, 'WITHDRAW_MEASURE'], ['the whole letter', null, 'WITHDRAW']] as const)('practice: calls nobody once %s is withdrawn, in either State', async (_what, no, type) => {
    const id = await secured();
    await askAgain(id);
    await pass(30);
    for (const who of BOTH) expect(await calls(who, id)).toMatchObject([{ status: 'raised', step: 1, measure: 1 }]);
    await play.act(KZ, id, no, type, { reason: 'Not needed any more' });
    await play.node.settle();
    await pass(60);
    for (const who of BOTH) expect([who, await terms(who, id), await calls(who, id)]).toMatchObject([who, [], [{ status: 'ended', step: 1, nextStepAt: null }]]);
  });

  it('is not answered by the review of an earlier act, which the other State does not hear of', async () => {
    const id = await secured();
    await askAgain(id);
    await play.act(VN, id, 1, 'CONFIRM_DUTY_ACT');
    await pass(30);
    for (const who of BOTH) expect(await calls(who, id)).toMatchObject([{ status: 'raised', measure: 1 }]);
  });
});
