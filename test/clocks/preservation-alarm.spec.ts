import { profile } from '@comity/treaty';
import { DirectoryApiModule } from '../../apps/api/src/directory/directory-api.module.js';
import { Letters } from '../api/letters.js';
import { Play, type Body } from '../api/play.js';
import { preservation } from '../support/network.js';
import { letter, measure } from '../support/stored-data.js';

// Real: everything but the clock.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url, {}, [DirectoryApiModule]);
});
afterAll(() => play.close());

const KZ = 'KZ central-authority';
const VN = 'VN central-authority';
const BOTH = [KZ, VN];
const HOUR = 60;
const DAY = 24 * HOUR;
const now = () => play.node.clock.now();
const inDays = (days: number) => new Date(now().getTime() + days * 86_400_000).toISOString();
const pass = async (minutes: number) => {
  play.node.clock.set(new Date(now().getTime() + minutes * 60_000));
  await play.node.settle();
};
const alarms = async (who: string, id: string): Promise<[string, string][]> => (await play.view(who, id)).alarms.filter((a: Body) => a.kind === 'preservation-ends').map((a: Body) => [a.kind, a.status]);
const RINGS = [['preservation-ends', 'raised']];
let address = 1;
/** Another address each time: no letter is a duplicate of one before. */
const items = () => [{ type: 'ipv4', value: `203.0.113.${address++}` }];

async function secured(): Promise<string> {
  const id = await play.transmitted({ measures: [preservation({ items: items() })] });
  await play.act(VN, id, 1, 'ORDER_PRESERVATION');
  await play.act('VN competent-authority', id, 1, 'REPORT_SECURED', { from: now().toISOString(), until: inDays(60) });
  await play.node.settle();
  return id;
}
const continued = (id: string) => play.transmitted({ measures: [measure({ items: items(), followsPreservation: { requestId: id, measure: 1 } })] });

describe('UNCC 42(8): the alarm about a preservation that ends', () => {
  it('rings as soon as the only request is withdrawn in the last day, though nothing had rung before', async () => {
    const id = await secured();
    const request = await continued(id);
    // Looked at day by day, and put off each time, the last time half an hour before the withdrawal.
    for (let day = 0; day < 13; day += 1) await pass(day === 0 ? 47 * DAY : DAY);
    await pass(30);
    for (const who of BOTH) expect(await alarms(who, id)).toEqual([]);
    await play.act(KZ, request, 1, 'WITHDRAW_MEASURE', { reason: 'To be drawn up anew' });
    await play.node.settle();
    await pass(1);
    for (const who of BOTH) expect([who, await alarms(who, id)]).toEqual([who, RINGS]);
  });

  it('that was acknowledged rings again when the request that followed is withdrawn', async () => {
    const id = await secured();
    await pass(47 * DAY);
    const [alarm] = (await play.view(KZ, id)).alarms;
    await (await play.as(KZ)).post(`/alarms/${alarm.id}/acknowledge`, {}).expect(200);
    const request = await continued(id);
    expect([await alarms(KZ, id), await alarms(VN, id)]).toEqual([[['preservation-ends', 'acknowledged']], [['preservation-ends', 'ended']]]);
    await play.act(KZ, request, null, 'WITHDRAW', { reason: 'To be drawn up anew' });
    await play.node.settle();
    for (const who of BOTH) expect([who, await alarms(who, id)]).toEqual([who, RINGS]);
    expect((await play.view(KZ, id)).alarms).toMatchObject([{ settledBy: null, settledAt: null }]);
  });

  const refusal = { ground: 'persecution', reasons: 'Substantial grounds' };
  it.each([
    ['refused', [[VN, 1, 'REFUSE', refusal]]],
    ['referred', [[VN, 1, 'REFER', { authority: 'Another authority', reasons: 'Its province' }]]],
    ['ended without data', [
      [VN, 1, 'GRANT'], [VN, 1, 'ASSIGN', { authority: 'Executing authority' }], ['VN competent-authority', 1, 'AUTHORISE', { body: 'Court', remedyOpen: false }], ['VN competent-authority', 1, 'BEGIN_EXECUTION'],
      ['VN competent-authority', 1, 'REPORT_EXECUTION', { result: 'no-data-found', explanation: 'Not in these images' }],
    ]],
  ] as [string, [string, number, string, object?][]][])('rings in both States at once where the request is %s', async (_, end) => {
    const [early, late] = [await secured(), await secured()];
    const requests = [await continued(early), await continued(late)];
    await play.acts(requests[0]!, [[VN, null, 'ACKNOWLEDGE'], [VN, 1, 'EXAMINE'], ...(end as never[])]);
    await play.node.settle();
    await pass(46 * DAY - 1);
    for (const who of BOTH) expect(await alarms(who, early)).toEqual([]);
    await pass(1);
    for (const who of BOTH) expect([who, await alarms(who, early), await alarms(who, late)]).toEqual([who, RINGS, []]);
    // Within the window, and after it had been put off.
    await pass(HOUR);
    await play.acts(requests[1]!, [[VN, null, 'ACKNOWLEDGE'], [VN, 1, 'EXAMINE'], ...(end as never[])]);
    await play.node.settle();
    for (const who of BOTH) expect([who, await alarms(who, late)]).toEqual([who, RINGS]);
  });

  it('stays quiet while another request stands beside the one refused, and once the data of one have come', async () => {
    const id = await secured();
    const [first, second] = [await continued(id), await continued(id)];
    await pass(47 * DAY);
    await play.acts(first, [[VN, null, 'ACKNOWLEDGE'], [VN, 1, 'EXAMINE'], [VN, 1, 'REFUSE', refusal]]);
    await play.node.settle();
    await pass(DAY);
    for (const who of BOTH) expect(await alarms(who, id)).toEqual([]);
    await play.acts(second, [
      [VN, null, 'ACKNOWLEDGE'], [VN, 1, 'EXAMINE'], [VN, 1, 'GRANT'], [VN, 1, 'ASSIGN', { authority: 'Executing authority' }], ['VN competent-authority', 1, 'AUTHORISE', { body: 'Court', remedyOpen: false }],
      ['VN competent-authority', 1, 'BEGIN_EXECUTION'], ['VN competent-authority', 1, 'REPORT_EXECUTION', { result: 'data-obtained' }], [VN, 1, 'DECIDE_TRANSMISSION', { outcome: 'released' }],
    ]);
    await play.act(VN, second, 1, 'TRANSMIT_EVIDENCE', { packageId: await play.package(second, 1, { 'a.img': Buffer.from('a') }) });
    await play.node.settle();
    await play.act(KZ, second, 1, 'CONFIRM_RECEIPT');
    await play.node.settle();
    await pass(2 * DAY);
    for (const who of BOTH) expect(await alarms(who, id)).toEqual([]);
  });

  it('rings again where the request is closed for want of reply, and is quiet once that is reopened; the preservation ends or is asked for anew meanwhile', async () => {
    const id = await secured();
    const request = await continued(id);
    await play.acts(request, [[VN, null, 'ACKNOWLEDGE'], [VN, null, 'REQUEST_INFORMATION', { items: [{ question: 'Which account?' }] }]]);
    await pass(47 * DAY);
    await play.act(VN, request, null, 'GIVE_NOTICE_OF_CLOSURE', { term: inDays(1), reason: 'No reply' });
    await play.node.settle();
    await pass(2 * DAY);
    for (const who of BOTH) expect(await alarms(who, id)).toEqual([]);
    await play.act(VN, request, null, 'CLOSE_FOR_WANT_OF_REPLY');
    await play.node.settle();
    await pass(1);
    for (const who of BOTH) expect([who, await alarms(who, id)]).toEqual([who, RINGS]);
    expect((await play.view(VN, id)).measures[0]).toMatchObject({ linked: 'over' });
    await pass(12 * DAY);
    await play.act(KZ, id, 1, 'REQUEST_EXTENSION', { until: inDays(60), reasons: 'The reply is being drawn up' });
    await play.node.settle();
    await play.act(VN, request, null, 'REOPEN', { reason: 'The reply is announced' });
    await play.node.settle();
    expect((await play.view(VN, id)).measures[0]).toMatchObject({ linked: 'waiting' });
    for (const who of BOTH) expect([who, (await alarms(who, id)).filter(([, status]) => status === 'raised')]).toEqual([who, []]);
  });

  it('is quieted by no request that waits to be carried, and once that is dispatched it is', async () => {
    const US = 'US central-authority';
    const letters = new Letters(play);
    const today = () => ({ datedAt: now().toISOString(), receivedAt: now().toISOString() });
    const ids: string[] = [];
    for (const days of [90, 120, 120]) {
      const id = await letters.toGermany([preservation({ items: items(), legalBases: [{ instrument: 'budapest-2001', article: '29', date: '2026-11-03', role: 'primary' }] })]);
      await letters.transcribed(id, 'PRESERVATION_ORDERED', 1, {}, today());
      await letters.transcribed(id, 'DATA_SECURED', 1, { from: now().toISOString(), until: inDays(days) }, today());
      ids.push(id);
    }
    const sent = async (requestId: string): Promise<string> => {
      const request = await play.draft({ requestedState: 'DE', letter: letter({ language: 'de' }), measures: [Letters.measure({ items: items(), followsPreservation: { requestId, measure: 1 } })] }, 'US case-officer');
      await play.acts(request, [['US case-officer', null, 'SUBMIT_FOR_REVIEW'], [US, null, 'TRANSMIT']]);
      return request;
    };
    const [early, late, answered] = ids.splice(0) as [string, string, string];
    ids.push(early, late);
    // Written before the alarm rings, and after it has rung.
    const requests = [await sent(early)];
    // Nobody noted that it was carried, but it was answered.
    await letters.transcribed(await sent(answered), 'ACKNOWLEDGED', null, {}, today());
    await pass(107 * DAY);
    requests.push(await sent(late));
    await pass(DAY);
    expect(await alarms(US, answered)).toEqual([]);
    for (const id of ids) expect(await alarms(US, id)).toEqual(RINGS);
    for (const request of requests) await letters.carryAll(request);
    for (const id of ids) expect(await alarms(US, id)).toEqual([['preservation-ends', 'ended']]);
  });

  it('rings again where the request could not be delivered, also of what had not rung yet, and is quiet once it is sent again', async () => {
    const [rung, next] = [await secured(), await secured()];
    const tampered = async (id: string): Promise<string> => {
      const request = await play.draft({ measures: [measure({ items: items(), followsPreservation: { requestId: id, measure: 1 } })] });
      await play.acts(request, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], [KZ, null, 'TRANSMIT']]);
      // On its way to the node: nobody is called on, and nothing flickers.
      expect((await alarms(KZ, id)).filter(([, status]) => status === 'raised')).toEqual([]);
      await play.node.db.asSuperuser(`UPDATE outbox_message SET signature = left(signature, -4) || 'AAAA' WHERE state = 'KZ' AND thread_id = $1`, [request]);
      return request;
    };
    await tampered(next);
    await play.node.settle();
    await pass(47 * DAY);
    for (const who of BOTH) expect([who, await alarms(who, rung), await alarms(who, next)]).toEqual([who, RINGS, RINGS]);
    const request = await tampered(rung);
    await play.node.settle();
    for (const who of BOTH) expect([who, await alarms(who, rung)]).toEqual([who, RINGS]);
    const { messageId } = (await play.view(KZ, request)).letter.particulars.deliveryFailure;
    await play.act(KZ, request, null, 'RESEND', { messageId });
    expect(await alarms(KZ, rung)).toEqual([['preservation-ends', 'ended']]);
    await play.node.settle();
    // Tampered with still: it fails again.
    expect(await alarms(KZ, rung)).toEqual(RINGS);
  });

  it('is neither ended nor kept from ringing by a letter of another State that names the preservation', async () => {
    const [US, IS] = ['US central-authority', 'IS central-authority'];
    const basis = (article: string) => [{ instrument: 'budapest-2001', article, date: '2026-11-03', role: 'primary' as const }];
    const ids: string[] = [];
    for (let n = 0; n < 2; n += 1) {
      const id = await play.draft({ requestedState: 'US', measures: [preservation({ items: items(), legalBases: basis('29') })] }, 'IS case-officer');
      await play.acts(id, [['IS case-officer', null, 'SUBMIT_FOR_REVIEW'], [IS, null, 'TRANSMIT']]);
      await play.node.settle();
      await play.act(US, id, 1, 'ORDER_PRESERVATION');
      await play.act('US competent-authority', id, 1, 'REPORT_SECURED', { from: now().toISOString(), until: inDays(90 + n) });
      await play.node.settle();
      ids.push(id);
    }
    const letters = new Letters(play);
    const strangers: [theirs: string, requestId: string][] = [];
    const [rung, next] = ids as [string, string];
    await pass(76 * DAY);
    expect([await alarms(US, rung), await alarms(US, next)]).toEqual([RINGS, []]);
    for (const requestId of ids) {
      const link = { requestId, measure: 1 };
      const said = (patch: object) => ({
        letter: letter({ authority: { name: 'Federal Office of Justice' } }), measures: [measure({ items: items(), legalBases: basis('31'), ...patch })], reference: `DE ${address}`, profile: { 'budapest-2001': profile('budapest-2001').version },
      });
      const today = { datedAt: now().toISOString(), receivedAt: now().toISOString() };
      const wrong = await letters.propose(undefined, 'REQUESTED', null, said({ followsPreservation: link }), today);
      expect((await letters.confirm((wrong.body as Body).id)).body).toMatchObject({ status: 422, code: 'preservation.unknown', errors: [{ pointer: '/body/measures/0/followsPreservation/requestId' }] });
      const { requestId: theirs } = await letters.transcribed(undefined, 'REQUESTED', null, said({}), today);
      // As a node that minds no rule could have it.
      await play.node.db.asSuperuser(`UPDATE measure SET content = content || $2 WHERE state = 'US' AND file_id = $1`, [theirs, { followsPreservation: link }]);
      strangers.push([theirs, requestId]);
    }
    // While theirs stands, and once it is referred.
    await pass(DAY);
    for (const who of [US, IS]) for (const id of ids) expect([who, await alarms(who, id)]).toEqual([who, RINGS]);
    for (const [theirs, requestId] of strangers) {
      await play.acts(theirs, [[US, null, 'ACKNOWLEDGE'], [US, 1, 'REFER', { authority: 'Another authority', reasons: 'Its province' }]]);
      expect((await play.view(US, requestId)).deadlines.map((d: Body) => d.code)).not.toContain('grace');
    }
    await pass(DAY);
    for (const who of [US, IS]) for (const id of ids) expect([who, await alarms(who, id)]).toEqual([who, RINGS]);
  });
});
