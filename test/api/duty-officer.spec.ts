import { measure } from '../support/stored-data.js';
import { letter } from '../support/stored-data.js';
import { deskLetter, preservation, query } from '../support/network.js';
import { Play, problemOf, type Body } from './play.js';

const KZ = 'KZ point-of-contact';
const VN = 'VN point-of-contact';

// Real: everything but the clock. What one person of the 24/7 desk may do alone, and how a second person comes after.
describe('practice: one duty officer alone (UNCC 41(1), 42(4))', () => {
  let play: Play;
  beforeAll(async () => {
    play = await Play.open(import.meta.url);
  });
  afterAll(() => play.close());

  const settled = () => play.node.settle();
  const sent = async (): Promise<string> => {
    const id = await play.draft({ letter: letter(), measures: [preservation()] }, KZ);
    await play.act(KZ, id, null, 'TRANSMIT');
    await settled();
    return id;
  };
  const secured = async (): Promise<string> => {
    const id = await sent();
    const from = play.node.clock.now();
    await play.act(VN, id, 1, 'ORDER_PRESERVATION');
    await play.act(VN, id, 1, 'REPORT_SECURED', { from: from.toISOString(), until: new Date(from.getTime() + 60 * 86_400_000).toISOString() });
    await settled();
    return id;
  };
  const seen = async (who: string, id: string) => (await play.view(who, id)).measures[0];
  const reviews = async (who: string, id: string) => ((await (await play.as(who)).get('/network/duty-reviews').expect(200)).body.items as { requestId: string }[]).filter(({ requestId }) => requestId === id);
  const terms = async (who: string, id: string, code: string) => (await play.view(who, id)).deadlines.filter((d: { code: string }) => d.code === code);

  it('drafts and transmits a preservation from the draft, which then waits for a second person within set hours', async () => {
    const id = await sent();
    expect(await seen(KZ, id)).toMatchObject({ state: 'requested', particulars: { dutyReview: { act: 'TRANSMIT' } } });
    expect(await terms('KZ central-authority', id, 'duty-review')).toEqual([expect.objectContaining({ kind: 'internal', status: 'open', measure: 1, rule: 'practice:duty-officer', working: expect.stringMatching(/^24 hours from .*TRANSMIT by one duty officer/) })]);
    expect(await reviews('KZ central-authority', id)).toEqual([expect.objectContaining({ act: 'TRANSMIT', overdue: false, status: 'due', form: 'preservation' })]);
    // The other State hears nothing of it.
    expect(JSON.stringify(await play.view(VN, id))).not.toContain('dutyReview');
    expect(await reviews('VN central-authority', id)).toEqual([]);
  });

  it('orders and secures alone on the requested side: one review, from the first act', async () => {
    const id = await secured();
    expect(await terms('VN central-authority', id, 'duty-review')).toHaveLength(1);
    expect(await reviews('VN auditor', id)).toEqual([expect.objectContaining({ side: 'requested', act: 'ORDER_PRESERVATION' })]);
    await play.act('VN central-authority', id, 1, 'CONFIRM_DUTY_ACT', { note: 'Rightly done' });
    expect(await terms('VN central-authority', id, 'duty-review')).toEqual([expect.objectContaining({ status: 'ended' })]);
    expect(await reviews('VN central-authority', id)).toEqual([]);
    expect(await seen('VN central-authority', id)).toMatchObject({ state: 'secured', particulars: { dutyReview: { result: 'confirmed' } } });
    expect((await play.log('VN', 'measure.duty-act-confirmed')).at(-1)).toMatchObject({ subject: `file:${id}` });
  });

  it('is flagged and logged when the hours pass, and stays due', async () => {
    const id = await sent();
    play.node.clock.advanceDays(1);
    await settled();
    expect(await reviews('KZ central-authority', id)).toEqual([expect.objectContaining({ overdue: true, status: 'due' })]);
    expect(await terms('KZ central-authority', id, 'duty-review')).toEqual([expect.objectContaining({ status: 'fired' })]);
    expect(await seen('KZ central-authority', id)).toMatchObject({ state: 'requested', particulars: { dutyReview: { missedAt: expect.any(String) } } });
    expect(await play.log('KZ', 'measure.duty-review-missed')).toContainEqual(expect.objectContaining({ subject: `file:${id}`, actor: expect.objectContaining({ kind: 'clock' }) }));
    await play.act('KZ central-authority', id, 1, 'CONFIRM_DUTY_ACT');
    expect(await reviews('KZ central-authority', id)).toEqual([]);
  });

  it('is not quieted by the officer whose act it is: the alarm about a missed review, or an objection, is taken note of by someone else', async () => {
    const raised = async (id: string) => (await play.view(VN, id)).alarms.find((a: { kind: string; status: string }) => a.kind === 'internal-due' && a.status === 'raised') as { id: string };
    const acknowledge = async (who: string, { id }: { id: string }) => (await play.as(who)).post(`/alarms/${id}/acknowledge`, {});
    const missed = await sent();
    await play.act(VN, missed, 1, 'ORDER_PRESERVATION');
    const objected = await sent();
    await play.act(VN, objected, 1, 'ORDER_PRESERVATION');
    await play.act('VN central-authority', objected, 1, 'OBJECT_TO_DUTY_ACT', { reasons: 'Not ours to preserve' });
    play.node.clock.advanceDays(2);
    await settled();
    for (const id of [missed, objected]) {
      const alarm = await raised(id);
      expect(problemOf(await acknowledge(VN, alarm))).toMatchObject({ status: 409, code: 'four-eyes.same-person', rule: 'practice:duty-officer' });
      expect(await raised(id)).toMatchObject({ id: alarm.id });
      expect((await acknowledge('VN central-authority', alarm)).body).toMatchObject({ status: 'acknowledged' });
    }
  });

  it('an objection is chased until an official withdraws', async () => {
    const id = await sent();
    expect(await play.refused('KZ central-authority', id, 1, 'OBJECT_TO_DUTY_ACT')).toMatchObject({ status: 422, code: 'payload.missing' });
    await play.act('KZ central-authority', id, 1, 'OBJECT_TO_DUTY_ACT', { reasons: 'No offence is named' });
    expect(await reviews('KZ central-authority', id)).toEqual([expect.objectContaining({ status: 'objected' })]);
    expect(await terms('KZ central-authority', id, 'duty-objection')).toEqual([expect.objectContaining({ status: 'open', kind: 'internal' })]);
    await settled();
    // Nothing happens by itself.
    expect(await seen(VN, id)).toMatchObject({ state: 'received' });
    await play.act('KZ central-authority', id, 1, 'WITHDRAW_MEASURE', { reason: 'Sent in error' });
    await settled();
    for (const who of [KZ, VN]) expect(await seen(who, id)).toMatchObject({ outcome: 'withdrawn' });
    expect(await terms('KZ central-authority', id, 'duty-objection')).toEqual([expect.objectContaining({ status: 'ended' })]);
    expect(await reviews('KZ central-authority', id)).toEqual([]);
  });

  it('an objection outlives what the officer does alone next, and its confirmation: it is chased until it is taken back', async () => {
    const id = await sent();
    const from = play.node.clock.now();
    await play.act(VN, id, 1, 'ORDER_PRESERVATION');
    await play.act('VN central-authority', id, 1, 'OBJECT_TO_DUTY_ACT', { reasons: 'Not ours to preserve' });
    await play.act(VN, id, 1, 'REPORT_SECURED', { from: from.toISOString(), until: new Date(from.getTime() + 61 * 86_400_000).toISOString() });
    expect(await reviews('VN central-authority', id)).toMatchObject([{ act: 'REPORT_SECURED', status: 'due', objected: true }, { act: 'ORDER_PRESERVATION', status: 'objected' }]);
    await play.act('VN central-authority', id, 1, 'CONFIRM_DUTY_ACT', { note: 'The report is right' });
    expect(await reviews('VN central-authority', id)).toMatchObject([{ act: 'ORDER_PRESERVATION', status: 'objected', objected: true }]);
    expect(await terms('VN central-authority', id, 'duty-objection')).toMatchObject([{ status: 'open' }]);
    expect((await seen('VN central-authority', id)).particulars.earlierDutyReviews).toMatchObject([{ act: 'ORDER_PRESERVATION', result: 'objected', reasons: 'Not ours to preserve' }]);
    await play.act('VN central-authority', id, 1, 'CONFIRM_DUTY_ACT', { note: 'It stays preserved' });
    expect((await seen('VN central-authority', id)).particulars).toMatchObject({
      dutyReview: { act: 'REPORT_SECURED', note: 'The report is right' }, earlierDutyReviews: [{ act: 'ORDER_PRESERVATION', result: 'confirmed', reasons: 'Not ours to preserve', note: 'It stays preserved' }],
    });
    expect(await reviews('VN central-authority', id)).toEqual([]);
    expect(await terms('VN central-authority', id, 'duty-objection')).toEqual([expect.objectContaining({ status: 'ended' })]);
  });

  it('each objection is taken back by itself', async () => {
    const id = await sent();
    const from = play.node.clock.now();
    await play.act(VN, id, 1, 'ORDER_PRESERVATION');
    await play.act('VN central-authority', id, 1, 'OBJECT_TO_DUTY_ACT', { reasons: 'Not ours to preserve' });
    await play.act(VN, id, 1, 'REPORT_SECURED', { from: from.toISOString(), until: new Date(from.getTime() + 61 * 86_400_000).toISOString() });
    await play.act('VN central-authority', id, 1, 'OBJECT_TO_DUTY_ACT', { reasons: 'Another custodian' });
    expect((await reviews('VN central-authority', id)).map((r: Body) => [r.act, r.status])).toEqual([['ORDER_PRESERVATION', 'objected'], ['REPORT_SECURED', 'objected']]);
    await play.act('VN central-authority', id, 1, 'CONFIRM_DUTY_ACT', { note: 'The report is right' });
    expect((await reviews('VN central-authority', id)).map((r: Body) => [r.act, r.status])).toEqual([['ORDER_PRESERVATION', 'objected']]);
    expect((await terms('VN central-authority', id, 'duty-objection')).some((d: Body) => d.status === 'open')).toBe(true);
    await play.act('VN central-authority', id, 1, 'CONFIRM_DUTY_ACT', { note: 'It stays preserved' });
    expect(await reviews('VN central-authority', id)).toEqual([]);
    expect((await terms('VN central-authority', id, 'duty-objection')).some((d: Body) => d.status === 'open')).toBe(false);
    expect(await play.refused('VN central-authority', id, 1, 'CONFIRM_DUTY_ACT')).toMatchObject({ code: 'duty.no-review-due' });
  });

  it('all that was done alone stands in the review, and what was done after a review was missed has a term of its own', async () => {
    const id = await sent();
    const from = play.node.clock.now();
    await play.act(VN, id, 1, 'ORDER_PRESERVATION');
    await play.act(VN, id, 1, 'WARN', { kind: 'will-not-secure', custodian: 'B', explanation: 'It would tell its customer' });
    expect(await reviews('VN central-authority', id)).toMatchObject([{ act: 'ORDER_PRESERVATION', acts: ['ORDER_PRESERVATION', 'WARN'] }]);
    play.node.clock.advanceDays(2);
    await settled();
    await play.act(VN, id, 1, 'REPORT_SECURED', { from: from.toISOString(), until: new Date(from.getTime() + 70 * 86_400_000).toISOString(), custodian: 'A' });
    expect(await reviews('VN central-authority', id)).toMatchObject([{ acts: ['ORDER_PRESERVATION', 'WARN', 'REPORT_SECURED'], overdue: true }]);
    await play.act(VN, id, 1, 'WARN', { kind: 'will-not-secure', custodian: 'C', explanation: 'It would tell its customer' });
    expect((await terms('VN central-authority', id, 'duty-review')).map((d: Body) => d.status).sort()).toEqual(['fired', 'open']);
    play.node.clock.advanceDays(2);
    await settled();
    expect((await terms('VN central-authority', id, 'duty-review')).map((d: Body) => d.status)).toEqual(['fired', 'fired']);
  });

  it.each([
    ['WARN', VN, { kind: 'will-not-secure', explanation: 'It would tell its customer' }],
    ['REPORT_SECURED', VN, { custodian: 'Another provider' }],
    ['REQUEST_EXTENSION', KZ, { reasons: 'Being translated' }],
  ])('%s of one officer waits for review as the order did', async (type, who, payload) => {
    const id = await secured();
    for (const state of ['KZ', 'VN']) await play.act(`${state} central-authority`, id, 1, 'CONFIRM_DUTY_ACT');
    const [from, until] = [play.node.clock.now(), new Date(play.node.clock.now().getTime() + 90 * 86_400_000)].map((d) => d.toISOString());
    await play.act(who, id, 1, type, { ...payload, ...(type === 'REPORT_SECURED' && { from }), ...(type !== 'WARN' && { until }) });
    expect(await reviews(who.replace('point-of-contact', 'central-authority'), id)).toMatchObject([{ act: type, status: 'due', objected: false }]);
  });

  it('nobody reviews what they did alone, whatever their roles', async () => {
    const { accountId } = await play.node.official('KZ', 'point-of-contact');
    await play.node.db.asSuperuser(`UPDATE account SET roles = '{central-authority,point-of-contact}' WHERE id = '${accountId}'`);
    play.node.clock.advanceDays(1);
    const id = await play.draft({ letter: letter(), measures: [preservation()] }, KZ);
    await play.act(KZ, id, null, 'TRANSMIT');
    expect(await play.refused(KZ, id, 1, 'CONFIRM_DUTY_ACT')).toMatchObject({ status: 409, code: 'four-eyes.same-person' });
    expect((await seen(KZ, id)).blockedEvents).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'CONFIRM_DUTY_ACT', reasons: [expect.objectContaining({ code: 'four-eyes.same-person' })] })]));
    await play.act('KZ central-authority', id, 1, 'CONFIRM_DUTY_ACT');
    await play.node.db.asSuperuser(`UPDATE account SET roles = '{point-of-contact}' WHERE id = '${accountId}'`);
    play.node.clock.advanceDays(1);
  });

  it('is never a way around four eyes for another form', async () => {
    // Not drafted, not slipped in beside a preservation, not sent though others drafted and submitted it.
    for (const measures of [[measure()], [preservation(), measure()]]) expect(problemOf(await play.tryDraft({ letter: letter(), measures }, KZ))).toMatchObject({ status: 403, code: 'duty.not-this-form' });
    for (const measures of [[measure()], [preservation(), measure()]]) {
      const id = await play.draft({ measures });
      expect(await play.refused(KZ, id, null, 'TRANSMIT')).toMatchObject({ status: 409, code: 'request.not-reviewed' });
      for (const [type, payload] of [['SUBMIT_FOR_REVIEW', {}], ['ABANDON', { note: 'x' }]] as const) expect(await play.refused(KZ, id, null, type, payload)).toMatchObject({ status: 409, code: 'duty.not-this-form' });
      await play.act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
      expect(await play.refused(KZ, id, null, 'TRANSMIT')).toMatchObject({ status: 409, code: 'duty.not-this-form' });
      await play.act('KZ central-authority', id, null, 'TRANSMIT');
    }
    // A draft of the desk is not turned into another form, nor one of others rewritten by the desk.
    const own = await play.draft({ letter: letter(), measures: [preservation()] }, KZ);
    const desk = await play.as(KZ);
    expect((await desk.put(`/requests/${own}`, { letter: letter(), measures: [measure()] }, { 'if-match': await play.etag(KZ, own) })).status).toBe(403);
    const others = await play.draft({});
    expect((await desk.put(`/requests/${others}`, { letter: letter(), measures: [preservation()] }, { 'if-match': await play.etag(KZ, others) })).status).toBe(403);
    // Nor inherited from an earlier request.
    const earlier = await play.transmitted({});
    expect(problemOf(await play.tryDraft({ letter: letter(), measures: [], supplements: earlier }, KZ))).toMatchObject({ status: 403, code: 'duty.not-this-form' });
    // Nor does it help the central authority with its own draft, of whatever form.
    const drafted = await play.draft({ measures: [preservation()] }, 'KZ central-authority');
    expect(await play.refused('KZ central-authority', drafted, null, 'TRANSMIT')).toMatchObject({ code: 'request.not-reviewed' });
    await play.act('KZ case-officer', drafted, null, 'SUBMIT_FOR_REVIEW');
    expect(await play.refused('KZ central-authority', drafted, null, 'TRANSMIT')).toMatchObject({ code: 'four-eyes.same-person' });
  });

  it('asks for complete contents all the same', async () => {
    const id = await play.draft({ letter: deskLetter(), measures: [preservation()] }, KZ);
    expect(await play.refused(KZ, id, null, 'TRANSMIT')).toMatchObject({ code: 'request.incomplete', rule: 'UNCC 42(3)(b)' });
  });

  it('leaves no review where two persons acted, or where only a query was sent', async () => {
    const reviewed = await play.transmitted({ measures: [preservation()] });
    expect(await terms('KZ central-authority', reviewed, 'duty-review')).toEqual([]);
    await play.act('VN central-authority', reviewed, 1, 'ORDER_PRESERVATION');
    expect(await terms('VN central-authority', reviewed, 'duty-review')).toEqual([]);
    const asked = await play.draft({ letter: deskLetter(), measures: [query()] }, KZ);
    await play.act(KZ, asked, null, 'TRANSMIT');
    expect(await terms('KZ central-authority', asked, 'duty-review')).toEqual([]);
  });
});
