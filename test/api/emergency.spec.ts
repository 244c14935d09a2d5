import { letter, measure } from '../support/stored-data.js';
import { deskLetter, deskNumber, emergency, query } from '../support/network.js';
import { Play, problemOf, someId, type Body } from './play.js';

const KZ = 'KZ point-of-contact';
const VN = 'VN point-of-contact';
const HOUR = 3_600_000;

// Real: everything but the clock. One duty officer on each side, at night.
describe('UNCC 41(3)(e): disclosure in an emergency', () => {
  let play: Play;
  beforeAll(async () => {
    play = await Play.open(import.meta.url);
  });
  afterAll(() => play.close());

  const settled = () => play.node.settle();
  const now = () => play.node.clock.now().toISOString();
  const sent = async (patch = {}): Promise<string> => {
    const id = await play.draft({ letter: deskLetter(), measures: [emergency(patch)] }, KZ);
    await play.act(KZ, id, null, 'TRANSMIT');
    await settled();
    return id;
  };
  const ordered = async (): Promise<string> => {
    const id = await sent();
    await play.act(VN, id, 1, 'ORDER_DISCLOSURE', { custodian: 'A provider in Ha Noi' });
    await settled();
    return id;
  };
  const call = (result = 'confirmed', number = deskNumber('KZ')) => ({ number, calledAt: now(), result, ...(result !== 'not-reached' && { spokeWith: 'duty officer of the desk' }) });
  const disclosed = async (): Promise<string> => {
    const id = await ordered();
    await play.act(VN, id, 1, 'RECORD_CALL_BACK', call());
    const packageId = await play.package(id, 1, { 'subscriber.txt': Buffer.from('last address 198.51.100.7') }, VN);
    await play.act(VN, id, 1, 'DISCLOSE', { packageId });
    await settled();
    return id;
  };
  const seen = async (who: string, id: string) => (await play.view(who, id)).measures[0];
  /** The treaty is applied as an exercise here. */
  const counts = async (who: string) => (await (await play.as(who)).get('/network/emergencies').expect(200)).body.exercises;

  it('lacks nothing silently: statement and proof of the emergency, hours and the formal request to follow are asked for', async () => {
    const id = await play.draft({ letter: deskLetter(), measures: [emergency({ emergency: { risk: 'life' }, requestToFollow: false })] }, KZ);
    const { detail } = await play.refused(KZ, id, null, 'TRANSMIT');
    expect(detail).toMatch(/who is in danger.*what shows the emergency.*how many hours.*formal request will follow/s);
    expect((await play.tryDraft({ letter: deskLetter(), measures: [emergency({ emergency: { risk: 'life', answerWithinHours: 200 } })] }, KZ)).status).toBe(400);
  });

  it('is chased in hours: the answer is suggested by both files alike', async () => {
    const id = await sent();
    for (const who of [KZ, VN]) {
      const { deadlines, urgent } = await play.view(who, id);
      expect(urgent).toBe(true);
      expect(deadlines).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'emergency-answer', kind: 'suggested', measure: 1, working: expect.stringMatching(/^6 hours from .*practice:emergency-hours$/) })]));
    }
  });

  it('is not disclosed before the sender was called back over a number from the directory, and that is recorded', async () => {
    const id = await ordered();
    const packageId = await play.package(id, 1, { 'a.txt': Buffer.from('a') }, VN);
    expect(await play.refused(VN, id, 1, 'DISCLOSE', { packageId })).toMatchObject({ status: 409, code: 'call-back.missing', rule: 'practice:call-back' });
    const { blockedEvents } = await seen(VN, id);
    expect(blockedEvents).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'DISCLOSE', reasons: [expect.objectContaining({ code: 'call-back.missing' })] })]));
    // A number from the request, one of another State, one that ended, a call before the request, a call yet to come.
    for (const number of ['+998901234567', deskNumber('SG'), 'not a number']) expect(await play.refused(VN, id, 1, 'RECORD_CALL_BACK', call('confirmed', number))).toMatchObject({ code: 'call-back.not-in-directory', errors: [{ pointer: expect.stringContaining('number') }] });
    const before = new Date(play.node.clock.now().getTime() - HOUR).toISOString();
    const later = new Date(play.node.clock.now().getTime() + HOUR).toISOString();
    expect(await play.refused(VN, id, 1, 'RECORD_CALL_BACK', { ...call(), calledAt: before })).toMatchObject({ code: 'call-back.before-request' });
    expect(await play.refused(VN, id, 1, 'RECORD_CALL_BACK', { ...call(), calledAt: later })).toMatchObject({ code: 'call-back.in-future' });
    expect(await play.refused(VN, id, 1, 'RECORD_CALL_BACK', { number: deskNumber('KZ'), calledAt: now(), result: 'confirmed' })).toMatchObject({ status: 422, code: 'payload.missing' });
    // Not reached, and denied: still nothing goes out.
    for (const result of ['not-reached', 'denied']) {
      await play.act(VN, id, 1, 'RECORD_CALL_BACK', call(result));
      expect(await play.refused(VN, id, 1, 'DISCLOSE', { packageId })).toMatchObject({ code: 'call-back.missing' });
    }
    await settled();
    expect(await seen(KZ, id)).toMatchObject({ regions: { callBack: 'denied' } });
    // As people write it.
    await play.act(VN, id, 1, 'RECORD_CALL_BACK', call('confirmed', deskNumber('KZ').replace('+999', '00 999 - ')));
    await play.act(VN, id, 1, 'DISCLOSE', { packageId });
    await settled();
    // Number and office stay at home.
    const there = await seen(KZ, id);
    expect(there).toMatchObject({ state: 'evidenceReceived', regions: { callBack: 'confirmed' }, particulars: { callBacks: [{ result: 'not-reached' }, { result: 'denied' }, { result: 'confirmed' }] } });
    expect(JSON.stringify(there.particulars.callBacks)).not.toContain('999');
    expect((await play.log('VN', 'measure.sender-called-back')).filter((e) => e.subject === `file:${id}`)).toHaveLength(3);
  });

  it('a number that the directory has ended counts for the days before only', async () => {
    const admin = await play.as('KZ administrator');
    const id = await ordered();
    await play.node.db.asSuperuser(`UPDATE contact_channel SET valid_to = '2026-11-04' WHERE speaks_of = 'KZ' AND network = 'uncc-41' AND kind = 'telephone'`);
    await play.act(VN, id, 1, 'RECORD_CALL_BACK', call());
    play.node.clock.advanceDays(1);
    expect(await play.refused(VN, id, 1, 'RECORD_CALL_BACK', call())).toMatchObject({ code: 'call-back.not-in-directory' });
    await play.node.db.asSuperuser(`UPDATE contact_channel SET valid_to = NULL WHERE speaks_of = 'KZ'`);
    expect(admin.token).toBeDefined();
  });

  it('a number counts by the days of the desk called, and no longer than that desk', async () => {
    const id = await ordered();
    const { asSuperuser } = play.node.db;
    const set = (table: string, column: string, end: string | null) => asSuperuser(`UPDATE ${table} SET valid_to = $1 WHERE ${column} = 'KZ' AND ${table === 'authority' ? `id = 'KZ-point-of-contact'` : 'TRUE'}`, [end]);
    const [was, today] = [play.node.clock.now(), now().slice(0, 10)];
    const next = new Date(was.getTime() + 86_400_000).toISOString().slice(0, 10);
    // 02:00 of the next day in Almaty, where it is still today in UTC.
    play.node.clock.set(new Date(`${today}T21:00:00Z`));
    for (const [table, column] of [['contact_channel', 'speaks_of'], ['authority', 'state']] as const) {
      await set(table, column, next);
      expect(await play.refused(VN, id, 1, 'RECORD_CALL_BACK', call())).toMatchObject({ code: 'call-back.not-in-directory' });
      await set(table, column, null);
    }
    await play.act(VN, id, 1, 'RECORD_CALL_BACK', call());
    play.node.clock.set(was);
  });

  it('a number that the directory holds, but not for calling back, does not verify the sender', async () => {
    const id = await ordered();
    await play.node.db.asSuperuser(`UPDATE contact_channel SET call_back = false WHERE speaks_of = 'KZ' AND kind = 'telephone'`);
    expect(await play.refused(VN, id, 1, 'RECORD_CALL_BACK', call())).toMatchObject({ code: 'call-back.not-in-directory' });
    await play.node.db.asSuperuser(`UPDATE contact_channel SET call_back = true WHERE speaks_of = 'KZ' AND kind = 'telephone'`);
  });

  it('practice: what one duty officer orders and discloses alone waits for a second person', async () => {
    const id = await disclosed();
    const terms = async () => (await play.view(VN, id)).deadlines.filter((d: Body) => d.code === 'duty-review').map((d: Body) => [d.status, /ORDER_DISCLOSURE|DISCLOSE/.exec(d.working)?.[0]]);
    expect(await terms()).toEqual([['open', 'ORDER_DISCLOSURE']]);
    const other = await ordered();
    await play.act('VN central-authority', other, 1, 'CONFIRM_DUTY_ACT');
    await play.act(VN, other, 1, 'RECORD_CALL_BACK', call());
    await play.act(VN, other, 1, 'DISCLOSE', { packageId: await play.package(other, 1, { 'a.txt': Buffer.from('a') }, VN) });
    const due = (await play.view(VN, other)).deadlines.filter((d: Body) => d.code === 'duty-review' && d.status === 'open');
    expect(due).toMatchObject([{ working: expect.stringContaining(' DISCLOSE by one duty officer') }]);
  });

  it('practice: an objection to what has gone out is listed and chased until it is taken back, though the receipt was disputed and the measure refused', async () => {
    const id = await disclosed();
    const listed = async () => ((await (await play.as('VN central-authority')).get('/network/duty-reviews').expect(200)).body.items as Body[]).filter(({ requestId }) => requestId === id).map(({ status }) => status);
    const chase = async () => (await play.view(VN, id)).deadlines.filter((d: Body) => d.code === 'duty-objection' && d.status === 'open');
    await play.act('VN central-authority', id, 1, 'OBJECT_TO_DUTY_ACT', { reasons: 'Should not have gone out' });
    await play.act('KZ central-authority', id, 1, 'DISPUTE_RECEIPT', { reason: 'A file is missing' });
    await settled();
    await play.act('VN central-authority', id, 1, 'REFUSE', { ground: 'persecution', reasons: 'Reasons' });
    await settled();
    expect([await seen(VN, id), await listed()]).toMatchObject([{ outcome: 'refused' }, ['objected']]);
    expect(await chase()).toMatchObject([{ kind: 'internal', rule: 'practice:duty-officer', working: expect.stringContaining('REFUSE, what was objected to has gone out') }]);
    await play.act('VN central-authority', id, 1, 'CONFIRM_DUTY_ACT', { note: 'The other State deleted it' });
    expect([await listed(), await chase()]).toEqual([[], []]);
  });

  it('practice: an objection to what has gone out is chased by one term, though receipt was confirmed', async () => {
    const id = await disclosed();
    await play.act('VN central-authority', id, 1, 'OBJECT_TO_DUTY_ACT', { reasons: 'Should not have gone out' });
    await play.act('KZ central-authority', id, 1, 'CONFIRM_RECEIPT');
    await settled();
    expect((await play.view(VN, id)).deadlines.filter((d: Body) => d.code === 'duty-objection').map((d: Body) => d.status)).toEqual(['open']);
  });

  it('practice: an objection to an order of which nothing went out ends with the refusal', async () => {
    const id = await ordered();
    await play.act('VN central-authority', id, 1, 'OBJECT_TO_DUTY_ACT', { reasons: 'Not ours to order' });
    await play.act('VN central-authority', id, 1, 'REFUSE', { ground: 'persecution', reasons: 'Reasons' });
    expect((await (await play.as('VN central-authority')).get('/network/duty-reviews').expect(200)).body.items.filter(({ requestId }: Body) => requestId === id)).toEqual([]);
    expect((await play.view(VN, id)).deadlines.filter((d: Body) => d.code === 'duty-objection' && d.status === 'open')).toEqual([]);
  });

  it('is counted when the sender denied it; a draft of the formal request follows nothing yet', async () => {
    const before = (await counts('VN auditor')).received;
    const id = await ordered();
    await play.act(VN, id, 1, 'RECORD_CALL_BACK', call('denied'));
    expect((await counts('VN auditor')).received.denied).toBe(before.denied + 1);
    const mine = (await counts('KZ auditor')).sent.formalRequest;
    const open = await disclosed();
    await play.draft({ letter: letter(), measures: [measure({ followsEmergency: { requestId: open, measure: 1 } })] });
    expect((await counts('KZ auditor')).sent.formalRequest).toMatchObject({ followed: mine.followed, outstanding: mine.outstanding + 1 });
  });

  it('reaches the requesting desk with its manifest, which reads it and has its receipt confirmed', async () => {
    const id = await disclosed();
    const received = await seen(KZ, id);
    const packageId = received.particulars.evidence.packageId as string;
    const bytes = await (await play.as(KZ)).get(`/evidence-packages/${packageId}/files/1`);
    expect([bytes.status, String(bytes.body)]).toEqual([200, 'last address 198.51.100.7']);
    await play.act('KZ central-authority', id, 1, 'CONFIRM_RECEIPT');
    await settled();
    for (const who of [KZ, VN]) expect(await seen(who, id)).toMatchObject({ state: 'completed', outcome: 'transmitted-in-full' });
  });

  it('a receipt that is disputed leads to another package', async () => {
    const id = await disclosed();
    await play.act('KZ central-authority', id, 1, 'DISPUTE_RECEIPT', { reason: 'The file is empty' });
    await settled();
    const packageId = await play.package(id, 1, { 'again.txt': Buffer.from('again') }, VN);
    await play.act(VN, id, 1, 'DISCLOSE', { packageId });
    await settled();
    expect(await seen(KZ, id)).toMatchObject({ state: 'evidenceReceived', particulars: { evidence: { packageId } } });
    expect((await play.view(VN, id)).deadlines.filter((d: { code: string; status: string }) => d.code === 'formal-request' && d.status === 'open')).toHaveLength(1);
  });

  it('practice:call-back: a denial after the disclosure stands as a term in both files, due at once, with its alarm, until a call confirms the request', async () => {
    const id = await disclosed();
    const terms = async (who: string) => (await play.view(who, id)).deadlines.filter((d: Body) => d.code === 'sender-denied').map((d: Body) => [d.status, d.kind, d.rule, d.dueAt]);
    const raised = async (who: string) => (await play.view(who, id)).alarms.filter((a: Body) => a.kind === 'internal-due' && a.rule === 'practice:call-back').map((a: Body) => a.status);
    const denied = now();
    await play.act(VN, id, 1, 'RECORD_CALL_BACK', call('denied'));
    await settled();
    for (const who of [KZ, VN]) {
      expect(await terms(who)).toEqual([['open', 'internal', 'practice:call-back', denied]]);
      expect(await raised(who)).toEqual(['raised']);
    }
    await play.act(VN, id, 1, 'RECORD_CALL_BACK', call('not-reached'));
    await play.act(VN, id, 1, 'RECORD_CALL_BACK', call());
    await settled();
    for (const who of [KZ, VN]) {
      expect((await terms(who)).map(([status]: string[]) => status)).toEqual(['ended']);
      expect(await raised(who)).toEqual(['ended']);
    }
  });

  it('practice:call-back: a denial before the disclosure sets no such term; one after it outlives the letter', async () => {
    const before = await ordered();
    await play.act(VN, before, 1, 'RECORD_CALL_BACK', call('denied'));
    await settled();
    const open = async (who: string, id: string) => (await play.view(who, id)).deadlines.filter((d: Body) => d.code === 'sender-denied' && d.status === 'open').length;
    for (const who of [KZ, VN]) expect(await open(who, before)).toBe(0);
    const id = await disclosed();
    await play.act(VN, id, 1, 'RECORD_CALL_BACK', call('denied'));
    await settled();
    await play.act('KZ central-authority', id, 1, 'CONFIRM_RECEIPT');
    await settled();
    await play.act('VN central-authority', id, null, 'ACKNOWLEDGE');
    await play.act('VN central-authority', id, null, 'CLOSE');
    await settled();
    for (const who of [KZ, VN]) expect(await open(who, id)).toBe(1);
  });

  it('is followed by a formal request, chased in both files until it is made, and counted', async () => {
    const [before, there] = [await counts('VN auditor'), await counts('KZ auditor')];
    const id = await disclosed();
    const open = async (who: string) => (await play.view(who, id)).deadlines.filter((d: { code: string; status: string }) => d.code === 'formal-request' && d.status === 'open');
    for (const who of [KZ, VN]) expect(await open(who)).toEqual([expect.objectContaining({ kind: 'internal', rule: 'practice:formal-request', measure: 1 })]);
    await play.acts(id, [['KZ central-authority', 1, 'CONFIRM_RECEIPT']]);
    await settled();
    // Closing the letter does not end what is awaited.
    await play.act('VN central-authority', id, null, 'ACKNOWLEDGE');
    await play.act('VN central-authority', id, null, 'CLOSE');
    await settled();
    expect(await open(VN)).toHaveLength(1);
    const outstanding = await counts('VN auditor');
    expect(outstanding.received).toMatchObject({ total: before.received.total + 1, verified: before.received.verified + 1, disclosed: before.received.disclosed + 1 });
    expect(outstanding.received.formalRequest.outstanding).toBe(before.received.formalRequest.outstanding + 1);
    expect((await counts('KZ auditor')).sent.formalRequest.outstanding).toBe(there.sent.formalRequest.outstanding + 1);
    play.node.clock.advanceDays(15);
    expect((await counts('VN central-authority')).received.formalRequest.overdue).toBeGreaterThan(before.received.formalRequest.overdue);
    await play.transmitted({ letter: letter(), measures: [measure({ followsEmergency: { requestId: id, measure: 1 } })] });
    for (const who of [KZ, VN]) expect(await open(who)).toEqual([]);
    expect((await counts('VN auditor')).received.formalRequest).toMatchObject({ followed: before.received.formalRequest.followed + 1, outstanding: before.received.formalRequest.outstanding });
    for (const state of ['KZ', 'VN']) expect((await play.log(state, 'measure.formal-request-followed')).filter((e) => e.subject === `file:${id}`)).toHaveLength(1);
  });

  it('is chased by both States also when its letter is closed, but not when the formal request crossed the disclosure', async () => {
    const alarms = async (who: string, id: string) => (await play.view(who, id)).alarms.map((a: Body) => a.kind);
    const terms = async (who: string, id: string) => (await play.view(who, id)).deadlines.filter((d: Body) => d.code === 'formal-request' && d.status === 'open').length;
    const formal = (id: string) => play.draft({ letter: letter(), measures: [measure({ followsEmergency: { requestId: id, measure: 1 } })] });
    const closed = await disclosed();
    await play.act('VN central-authority', closed, 1, 'CONFIRM_DUTY_ACT');
    await play.act('KZ central-authority', closed, 1, 'CONFIRM_DUTY_ACT');
    await play.act('KZ central-authority', closed, 1, 'CONFIRM_RECEIPT');
    await settled();
    await play.acts(closed, [['VN central-authority', null, 'ACKNOWLEDGE'], ['VN central-authority', null, 'CLOSE']]);
    await settled();
    const crossed = await ordered();
    await play.act(VN, crossed, 1, 'RECORD_CALL_BACK', call());
    const packageId = await play.package(crossed, 1, { 'subscriber.txt': Buffer.from('last address') }, VN);
    const request = await formal(crossed);
    await play.act('KZ case-officer', request, null, 'SUBMIT_FOR_REVIEW');
    await play.act('KZ central-authority', request, null, 'TRANSMIT');
    await play.act(VN, crossed, 1, 'DISCLOSE', { packageId });
    await settled();
    for (const who of [KZ, VN]) expect([await terms(who, closed), await terms(who, crossed)]).toEqual([1, 0]);
    play.node.clock.advanceDays(15);
    await settled();
    for (const who of [KZ, VN]) expect(await alarms(who, closed)).toContain('internal-due');
  });

  it('a formal request is one for data, of an emergency of one’s own, and one withdrawn does not count', async () => {
    const id = await disclosed();
    const follows = { followsEmergency: { requestId: id, measure: 1 } };
    expect((await play.tryDraft({ letter: deskLetter(), measures: [query(follows)] }, KZ)).body).toMatchObject({ code: 'measure.member-misplaced' });
    expect((await play.tryDraft({ letter: letter(), measures: [measure({ followsEmergency: { requestId: id, measure: 2 } })] })).body).toMatchObject({ code: 'measure.unknown' });
    expect((await play.tryDraft({ letter: letter(), measures: [measure({ followsEmergency: { requestId: someId(), measure: 1 } })] })).body).toMatchObject({ code: 'emergency.unknown' });
    const before = (await counts('KZ auditor')).sent.formalRequest;
    const request = await play.transmitted({ letter: letter(), measures: [measure(follows)] });
    expect((await counts('KZ auditor')).sent.formalRequest.followed).toBe(before.followed + 1);
    await play.act('KZ central-authority', request, 1, 'WITHDRAW_MEASURE', { reason: 'Drawn up anew' });
    await settled();
    expect((await counts('KZ auditor')).sent.formalRequest.followed).toBe(before.followed);
  });

  it('hours are counted from transmission in both files, however long the message is under way', async () => {
    const id = await play.draft({ letter: deskLetter({ suggestedDeadline: { withinDays: 10, cause: 'trial-date', reason: 'Trial' } }), measures: [emergency()] }, KZ);
    await play.act(KZ, id, null, 'TRANSMIT');
    play.node.clock.set(new Date(play.node.clock.now().getTime() + 5 * HOUR));
    await settled();
    const due = async (who: string) => (await play.view(who, id)).deadlines.filter((d: Body) => ['emergency-answer', 'suggested'].includes(d.code)).map((d: Body) => [d.code, d.dueAt, d.working]).sort();
    expect(await due(VN)).toEqual(await due(KZ));
  });

  it('may go in a language not accepted, its translation to follow: urgent by nature', async () => {
    const id = await play.draft({ letter: deskLetter({ language: 'kk', translation: { status: 'to-follow', by: '2026-12-20' } }), measures: [emergency()] }, KZ);
    await play.act(KZ, id, null, 'TRANSMIT');
  });

  it('the desk asks for additional information before it acknowledges, on its own forms only', async () => {
    const id = await sent();
    await play.act(VN, id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Whose life?' }] });
    await settled();
    await play.act(KZ, id, null, 'PROVIDE_INFORMATION', { answer: 'That of a child' });
    const other = await play.transmitted();
    expect(await play.refused(VN, other, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which?' }] })).toMatchObject({ code: 'duty.not-this-form' });
    expect(await play.refused('VN central-authority', other, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which?' }] })).toMatchObject({ code: 'request.not-acknowledged' });
  });

  it('a request of another State does not count as the formal request', async () => {
    const id = await disclosed();
    const other = { measures: [measure({ followsEmergency: { requestId: id, measure: 1 }, items: [] })] };
    expect((await play.tryDraft(other, 'SG case-officer')).body).toMatchObject({ code: 'emergency.unknown' });
    // Nor if it comes from a node that does not ask.
    const draft = await play.draft({ measures: [measure({ items: [] })] }, 'SG case-officer');
    await play.node.db.asSuperuser(`UPDATE measure SET content = content || $2 WHERE state = 'SG' AND file_id = $1`, [draft, JSON.stringify({ followsEmergency: { requestId: id, measure: 1 } })]);
    await play.acts(draft, [['SG case-officer', null, 'SUBMIT_FOR_REVIEW'], ['SG central-authority', null, 'TRANSMIT']]);
    await settled();
    expect((await play.view(VN, id)).deadlines.filter((d: { code: string; status: string }) => d.code === 'formal-request' && d.status === 'open')).toHaveLength(1);
  });

  it('is refused by the grounds of its column only, with reasons, and a defect of form leads to completion', async () => {
    const id = await sent();
    const refuse = (ground: string, reasons?: string) => play.refused('VN central-authority', id, 1, 'REFUSE', { ground, ...(reasons && { reasons }) });
    expect(await refuse('bank-secrecy', 'x')).toMatchObject({ code: 'ground.forbidden', rule: 'UNCC 40(24)' });
    expect(await refuse('not-in-conformity', 'x')).toMatchObject({ code: 'ground.not-for-this-form' });
    expect(await refuse('essential-interests')).toMatchObject({ code: 'reasons.required' });
    await play.act('VN central-authority', id, null, 'ACKNOWLEDGE');
    await play.act('VN central-authority', id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which of the two accounts?' }] });
    await play.act('VN central-authority', id, 1, 'REFUSE', { ground: 'not-permitted-by-law-or-practice', reasons: 'Our law knows no such disclosure' });
    await settled();
    expect(await seen(KZ, id)).toMatchObject({ outcome: 'refused', particulars: { refusal: { reasons: 'Our law knows no such disclosure' } } });
    expect((await play.view(KZ, id)).deadlines.filter((d: { code: string; status: string }) => d.code === 'emergency-answer' && d.status === 'open')).toEqual([]);
  });

  it('counts for those who may see it, and for no other State', async () => {
    for (const [who, status] of [['VN auditor', 200], ['VN point-of-contact', 200], ['VN case-officer', 403], ['VN administrator', 403]] as const) expect([who, (await (await play.as(who)).get('/network/emergencies')).status]).toEqual([who, status]);
    const none = { total: 0, verified: 0, denied: 0, disclosed: 0, refused: 0, noDataFound: 0, otherEnd: 0, open: 0, formalRequest: { followed: 0, outstanding: 0, overdue: 0 } };
    expect(await counts('IS auditor')).toMatchObject({ received: none, sent: none });
    for (const at of ['2026-W10', '20260101', '2026-01-01T10', '2026-02-30T00:00:00Z', '2026-001']) {
      for (const name of ['from', 'to']) expect([at, problemOf(await (await play.as('VN auditor')).get(`/network/emergencies?${name}=${at}`)).code]).toEqual([at, 'query.invalid']);
    }
    expect((await (await play.as('VN auditor')).get('/network/emergencies?from=2027-06-01T00:00:00Z').expect(200)).body.exercises.received.total).toBe(0);
  });

  it('UNCC 40(19), 36(3): what was disclosed goes on to another State by consent only, asked and given as for evidence', async () => {
    const id = await disclosed();
    const transfer = { kind: 'onward-transfer', purpose: 'Protection there', proceeding: 'Abduction', data: 'The last address', personalData: true, destination: { state: 'SG' } };
    expect(await play.refused('KZ central-authority', id, 1, 'RECORD_USE', transfer)).toMatchObject({ code: 'use.without-consent', rule: 'UNCC 36(3)' });
    await play.act('KZ central-authority', id, 1, 'REQUEST_USE_CONSENT', transfer);
    await settled();
    await play.act('VN central-authority', id, 1, 'GRANT_USE_CONSENT', { consent: 1 });
    await settled();
    await play.act('KZ central-authority', id, 1, 'RECORD_USE', { ...transfer, consent: 1 });
  });

  it('one that was disputed and refused is counted once, as disclosed', async () => {
    const before = (await counts('VN auditor')).received;
    const id = await disclosed();
    await play.act(KZ.replace('point-of-contact', 'central-authority'), id, 1, 'DISPUTE_RECEIPT', { reason: 'A file is empty' });
    await settled();
    await play.act('VN central-authority', id, 1, 'REFUSE', { ground: 'persecution', reasons: 'Found since' });
    await settled();
    const { total, disclosed: told, refused, noDataFound, otherEnd, open } = (await counts('VN auditor')).received;
    expect([told - before.disclosed, refused - before.refused]).toEqual([1, 0]);
    expect(told + refused + noDataFound + otherEnd + open).toBe(total);
  });

  it('the sender may be called back before its letter is transcribed, and not before it came', async () => {
    const upload = (await (await play.as('KZ central-authority')).post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('a fax')).expect(201)).body;
    const inMinutes = (minutes: number) => new Date(play.node.clock.now().getTime() + minutes * 60_000).toISOString();
    const [receivedAt, calledAt, early] = [inMinutes(0), inMinutes(10), inMinutes(-10)] as const;
    play.node.clock.set(new Date(play.node.clock.now().getTime() + 30 * 60_000));
    const body = { letter: deskLetter(), measures: [emergency()], reference: 'TH-1', profile: {}, files: [] };
    const proposed = await (await play.as('KZ central-authority')).post('/transcriptions', { counterpart: 'TH', type: 'REQUESTED', measure: null, body, datedAt: receivedAt, receivedAt, channel: 'e-mail', document: { sha256: upload.sha256 } });
    const { requestId } = (await (await play.as('KZ central-authority-2')).post(`/transcriptions/${proposed.body.id}/confirm`).expect(200)).body;
    const called = (at: string) => ({ ...call('confirmed', deskNumber('TH')), calledAt: at });
    expect(await play.refused(KZ, requestId, 1, 'RECORD_CALL_BACK', called(early))).toMatchObject({ code: 'call-back.before-request' });
    await play.act(KZ, requestId, 1, 'RECORD_CALL_BACK', called(calledAt));
  });

  it('practice:formal-request: one that could not be delivered is awaited again, and followed once it is sent again', async () => {
    const id = await disclosed();
    const term = async () => (await play.view(KZ, id)).deadlines.filter((d: Body) => d.code === 'formal-request' && d.status === 'open').map((d: Body) => [d.dueAt, d.working]);
    const [[stated]] = await term();
    const request = await play.draft({ letter: letter(), measures: [measure({ followsEmergency: { requestId: id, measure: 1 } })] });
    await play.acts(request, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], ['KZ central-authority', null, 'TRANSMIT']]);
    expect(await term()).toEqual([]);
    const [sealed] = await play.node.db.asSuperuser<{ signature: string }>(`SELECT signature FROM outbox_message WHERE state = 'KZ' AND thread_id = $1`, [request]);
    const sign = (signature: string) => play.node.db.asSuperuser(`UPDATE outbox_message SET signature = $2 WHERE state = 'KZ' AND thread_id = $1`, [request, signature]);
    await sign(`${sealed!.signature.slice(0, -4)}AAAA`);
    await settled();
    expect(await term()).toEqual([[stated, expect.stringContaining('undelivered since')]]);
    expect((await play.log('KZ', 'measure.formal-request-undelivered')).filter((e) => e.subject === `file:${id}`)).toMatchObject([{ body: { measure: 1, by: request } }]);
    await sign(sealed!.signature);
    await play.act('KZ central-authority', request, null, 'RESEND', { messageId: (await play.view(KZ, request)).letter.particulars.deliveryFailure.messageId });
    expect(await term()).toEqual([]);
    await settled();
    expect((await play.view(VN, id)).deadlines.filter((d: Body) => d.code === 'formal-request' && d.status === 'open')).toEqual([]);
  });

  // Last: it lets weeks pass.
  it('a formal request that is withdrawn is awaited again in both files: until the day stated, or for the usual days once that has passed', async () => {
    const id = await disclosed();
    const follows = { letter: letter(), measures: [measure({ followsEmergency: { requestId: id, measure: 1 } })] };
    const term = async (who: string) => (await play.view(who, id)).deadlines.filter((d: Body) => d.code === 'formal-request' && d.status === 'open').map((d: Body) => [d.dueAt, d.working]);
    const [[stated]] = await term(KZ);
    const withdrawn = async (request: string): Promise<void> => {
      await play.act('KZ central-authority', request, 1, 'WITHDRAW_MEASURE', { reason: 'Drawn up anew' });
      await settled();
    };
    const [one, another] = [await play.transmitted(follows), await play.transmitted(follows)];
    await withdrawn(one);
    // The other one stands.
    for (const who of [KZ, VN]) expect(await term(who)).toEqual([]);
    await withdrawn(another);
    for (const who of [KZ, VN]) expect(await term(who)).toEqual([[stated, expect.stringContaining('withdrawn since')]]);
    const late = await play.transmitted(follows);
    for (const who of [KZ, VN]) expect(await term(who)).toEqual([]);
    play.node.clock.advanceDays(20);
    await settled();
    const at = play.node.clock.now();
    await withdrawn(late);
    for (const who of [KZ, VN]) expect(await term(who)).toEqual([[new Date(at.getTime() + 14 * 24 * HOUR).toISOString(), expect.stringContaining('14 days from')]]);
    for (const state of ['KZ', 'VN']) expect((await play.log(state, 'measure.formal-request-withdrawn')).filter((e) => e.subject === `file:${id}`)).toHaveLength(2);
  });
});
