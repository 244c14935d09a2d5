import { inTransaction } from '@comity/database';
import { Calendars } from '@comity/directory';
import { AuditApiModule } from '../../apps/api/src/audit/audit-api.module.js';
import { letter, measure } from '../support/stored-data.js';
import { Play, problemOf, someId, type Body } from './play.js';

// Real: everything but the clock.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url, {}, [AuditApiModule]);
});
afterAll(() => play.close());

const now = () => play.node.clock.now();
const inDays = (n: number) => new Date(now().getTime() + n * 86_400_000).toISOString();
const ofRequest = async (who: string, id: string): Promise<Body[]> => (await (await play.as(who)).get(`/requests/${id}/deadlines`).expect(200)).body.items;
const open = async (who: string, query = ''): Promise<Body> => (await (await play.as(who)).get(`/deadlines${query}`).expect(200)).body;
const set = async (who: string, id: string, body: object) => (await play.as(who)).post(`/requests/${id}/deadlines`, { reason: 'Answer to the court', ...body });

describe('a deadline', () => {
  it('UNCC 40(26): suggested as a day ends in UTC, in both files at the same instant, and says so', async () => {
    const id = await play.transmitted({ letter: letter({ suggestedDeadline: { at: '2027-01-23', reason: 'The custody limit expires' } }) });
    for (const [who, at] of [['KZ central-authority', '2027-01-24T04:59:59.999+05:00'], ['VN central-authority', '2027-01-24T06:59:59.999+07:00']] as const) {
      expect(await ofRequest(who, id)).toMatchObject([{ dueAt: '2027-01-23T23:59:59.999Z', local: { at }, working: 'until the end of 2027-01-23 UTC, suggested in the letter; UNCC 40(26)' }]);
    }
  });

  it('UNCC 40(26): suggested by the requesting State shows cause, reason and working in both files, in UTC and on the wall of each reader', async () => {
    const id = await play.transmitted({ letter: letter({ suggestedDeadline: { withinDays: 60, cause: 'custody-limit', reason: 'The custody limit expires' } }) });
    const from = now().toISOString();
    for (const [who, zone, offset] of [['KZ central-authority', 'Asia/Almaty', '+05:00'], ['VN central-authority', 'Asia/Ho_Chi_Minh', '+07:00']] as const) {
      const [term] = await ofRequest(who, id);
      expect(term).toMatchObject({
        kind: 'suggested', code: 'suggested', rule: 'UNCC 40(26)', reason: 'The custody limit expires', status: 'open', overdue: false, setBy: null, dueAt: inDays(60),
        working: `60 days from ${from}, transmitted, custody limit; UNCC 40(26)`, local: { timeZone: zone },
      });
      expect(term.local.at).toMatch(new RegExp(`\\${offset}$`));
      expect(Date.parse(term.local.at)).toBe(Date.parse(term.dueAt));
    }
  });

  it('UNCC 42(8): legal, with its working; it is open in the lists of both States under its form', async () => {
    const id = await play.transmitted({ measures: [measure({ form: 'preservation', custodian: 'Hosting provider', relation: 'Source', necessity: 'Logs kept a week', requestToFollow: true, legalBases: [{ instrument: 'uncc-2024', article: '42', date: '2026-11-03', role: 'primary' }] })] });
    await play.act('VN point-of-contact', id, 1, 'ORDER_PRESERVATION');
    const from = now().toISOString();
    await play.act('VN competent-authority', id, 1, 'REPORT_SECURED', { from, until: inDays(60), what: 'Images' });
    await play.node.settle();
    for (const who of ['KZ case-officer', 'VN auditor']) {
      const found = (await open(who, '?kind=legal&form=preservation')).items.filter((d: Body) => d.requestId === id);
      expect(found).toMatchObject([{ kind: 'legal', code: 'preservation', form: 'preservation', measure: 1, rule: 'UNCC 42(8)', working: `60 days from ${from}, secured; UNCC 42(8)`, fires: null }]);
      expect((await open(who, '?kind=legal&form=stored-data')).items.filter((d: Body) => d.requestId === id)).toEqual([]);
    }
  });
});

describe('practice: the terms of an execution', () => {
  const VN = 'VN central-authority';
  const COMPETENT = 'VN competent-authority';
  const termsOf = async (id: string, code: string, who = VN) => (await ofRequest(who, id)).filter((d: Body) => d.code === code).map((d: Body) => [d.dueAt, d.status]);

  it('UNCC 24(2): the term of a remedy is the one recorded last, and ends with the decision on transmission', async () => {
    const id = await play.advanced('granted');
    const [first, last] = [inDays(30), inDays(10)];
    for (const remedyUntil of [first, last]) await play.act(COMPETENT, id, 1, 'AUTHORISE', { body: 'Court', remedyOpen: true, remedyUntil });
    await play.node.settle();
    for (const who of [VN, 'KZ central-authority']) expect(await termsOf(id, 'remedy', who)).toEqual(expect.arrayContaining([[first, 'ended'], [last, 'open']]));
    await play.acts(id, [[COMPETENT, 1, 'BEGIN_EXECUTION'], [COMPETENT, 1, 'REPORT_EXECUTION', { result: 'data-obtained' }]]);
    expect((await play.view(VN, id)).measures[0].availableEvents.find((e: Body) => e.type === 'DECIDE_TRANSMISSION').deadline).toBe(last);
    await play.act(VN, id, 1, 'DECIDE_TRANSMISSION', { outcome: 'released' });
    await play.node.settle();
    for (const who of [VN, 'KZ central-authority']) expect((await termsOf(id, 'remedy', who)).map(([, status]) => status)).toEqual(['ended', 'ended']);
  });

  it('the stated end of a hold is one, for each kind of hold, and ends when that hold is lifted', async () => {
    const id = await play.advanced('executing');
    const [appeal, privilege] = [inDays(5), inDays(8)];
    await play.acts(id, [
      [COMPETENT, 1, 'REPORT_EXECUTION', { result: 'data-obtained' }],
      [COMPETENT, 1, 'PLACE_HOLD', { kind: 'appeal', reason: 'Appealed', until: appeal }], [COMPETENT, 1, 'PLACE_HOLD', { kind: 'privilege', reason: 'A lawyer', until: privilege }],
    ]);
    await play.node.settle();
    for (const who of [VN, 'KZ central-authority']) expect([await termsOf(id, 'hold-appeal', who), await termsOf(id, 'hold-privilege', who)]).toEqual([[[appeal, 'open']], [[privilege, 'open']]]);
    await play.act(COMPETENT, id, 1, 'LIFT_HOLD', { kind: 'appeal', reason: 'Dismissed' });
    expect([await termsOf(id, 'hold-appeal'), await termsOf(id, 'hold-privilege')]).toEqual([[[appeal, 'ended']], [[privilege, 'open']]]);
    await play.act(VN, id, 1, 'DECIDE_TRANSMISSION', { outcome: 'denied', ground: 'persecution', reasons: 'Reasons' });
    expect(await termsOf(id, 'hold-privilege')).toEqual([[privilege, 'ended']]);
  });

  it.each([
    ['REQUEST_INFORMATION', null, 'by', { items: [{ measure: 1, question: 'Which server?' }] }],
    ['POSTPONE', 1, 'until', { reasons: 'Own proceedings' }],
  ] as const)('%s gives a term that lies ahead', async (type, no, member, payload) => {
    const id = await play.advanced('examined');
    await play.act('KZ central-authority', id, 1, 'OPEN_CONSULTATION', { subject: 'postponement', proposal: 'Later', term: inDays(1) });
    await play.node.settle();
    await play.act(VN, id, 1, 'AGREE_IN_CONSULTATION');
    for (const passed of [now().toISOString(), inDays(-30)]) {
      expect(await play.refused(VN, id, no, type, { ...payload, [member]: passed })).toMatchObject({ status: 422, code: 'term.passed', errors: [{ pointer: `/payload/${member}` }] });
    }
    await play.act(VN, id, no, type, { ...payload, [member]: inDays(30) });
  });

  it('practice: is given for a reply for a year at most: a slip of the pen would keep the letter open for good', async () => {
    const id = await play.advanced('examined');
    const ask = { items: [{ measure: 1, question: 'Which account?' }] };
    expect(await play.refused('VN central-authority', id, null, 'REQUEST_INFORMATION', { ...ask, by: inDays(13_000) })).toMatchObject({ status: 422, code: 'term.too-far', errors: [{ pointer: '/payload/by' }] });
    await play.act('VN central-authority', id, null, 'REQUEST_INFORMATION', { ...ask, by: inDays(366) });
  });
});

describe('an internal deadline', () => {
  let id: string;
  beforeAll(async () => {
    id = await play.transmitted();
  });

  it('is set by an official with its reason, logged, seen in the own State only, and ended by hand', async () => {
    const answer = await set('VN case-officer', id, { kind: 'internal', measure: 1, withinDays: 10 });
    expect([answer.status, answer.body]).toEqual([201, expect.objectContaining({ kind: 'internal', measure: 1, form: 'stored-data', status: 'open', dueAt: inDays(10), working: `10 days from ${now().toISOString()}, set; internal`, reason: 'Answer to the court' })]);
    expect((await ofRequest('VN auditor', id)).map((d) => d.id)).toEqual([answer.body.id]);
    expect(await ofRequest('KZ auditor', id)).toEqual([]);
    expect((await play.log('VN', 'deadline.set')).at(-1)).toMatchObject({ subject: `file:${id}`, body: { deadlineId: answer.body.id, kind: 'internal' }, commitments: { reason: expect.any(String) } });
    const vn = await play.as('VN case-officer');
    const end = `/requests/${id}/deadlines/${answer.body.id}/end`;
    await vn.post(end, { reason: 'Answered' }).expect(200);
    expect(problemOf(await vn.post(end, { reason: 'Again' }))).toMatchObject({ status: 409, code: 'deadline.not-open' });
    expect((await play.log('VN', 'deadline.ended')).at(-1)).toMatchObject({ body: { deadlineId: answer.body.id } });
  });

  it('on a day ends with that day in the zone of the own authority, also where the clocks change', async () => {
    const answer = await set('VN case-officer', id, { kind: 'internal', on: '2028-02-29' });
    expect(answer.body).toMatchObject({ dueAt: '2028-02-29T16:59:59.999Z', local: { at: '2028-02-29T23:59:59.999+07:00', timeZone: 'Asia/Ho_Chi_Minh' } });
  });

  it('is due in a year of four digits on every clock (RFC 3339), east and west of UTC', async () => {
    const west = await play.draft({ requestedState: 'IS' }, 'US case-officer');
    expect(problemOf(await set('US case-officer', west, { kind: 'internal', on: '9999-12-31' }))).toMatchObject({ status: 422, code: 'deadline.too-far' });
    for (const [who, request] of [['US case-officer', west], ['VN case-officer', id]] as const) {
      const last = await set(who, request, { kind: 'internal', at: '9999-12-31T23:59:59.999+14:00' });
      expect([last.status, last.body.dueAt, last.body.local.at]).toEqual([201, '9999-12-31T09:59:59.999Z', expect.stringMatching(/^9999-12-31T/)]);
    }
  });

  it('repeated with the same key is set once', async () => {
    const key = someId();
    const vn = await play.as('VN case-officer');
    const send = () => vn.post(`/requests/${id}/deadlines`, { kind: 'internal', withinDays: 3, reason: 'Once' }, { 'idempotency-key': key });
    const [first, second] = [await send(), await send()];
    expect(second.body).toEqual(first.body);
    expect((await ofRequest('VN auditor', id)).filter((d) => d.reason === 'Once')).toHaveLength(1);
  });

  it.each([
    [{}, 422, 'deadline.none-given', ''],
    [{ withinDays: 3, at: '2030-01-01T00:00:00Z' }, 422, 'deadline.two-given', ''],
    [{ at: '2020-01-01T00:00:00Z' }, 422, 'deadline.past', '/at'],
    [{ at: '2030-01-01+02:00' }, 422, 'date.offset-without-time', '/at'],
    [{ at: '2030-01-01T00:00:00' }, 422, 'date.invalid', '/at'],
    [{ on: '2027-02-29' }, 422, 'date.invalid', '/on'],
    [{ on: '9999-12-31' }, 422, 'deadline.too-far', '/on'],
    [{ at: '9999-12-31T23:59:59Z' }, 422, 'deadline.too-far', '/at'],
    [{ withinBusinessDays: 3 }, 422, 'calendar.missing', '/withinBusinessDays'],
    [{ withinDays: 3, agreement: { by: 'consultation' } }, 422, 'deadline.agreement-unfit', '/agreement'],
  ])('%j is refused with %i %s %s, and nothing is kept', async (when, status, code, pointer) => {
    const vn = await play.as('VN case-officer');
    const problem = await play.unchanged(() => vn.post(`/requests/${id}/deadlines`, { kind: 'internal', reason: 'x', ...when }));
    expect(problem).toMatchObject({ status, code, errors: [{ pointer, code }] });
  });

  it('legal and suggested ones are not set by hand, nor ended; another State’s request is not found; an auditor sets none', async () => {
    const vn = await play.as('VN case-officer');
    for (const kind of ['legal', 'suggested']) expect((await vn.post(`/requests/${id}/deadlines`, { kind, withinDays: 3, reason: 'x' })).status).toBe(400);
    expect(problemOf(await (await play.as('SG case-officer')).post(`/requests/${id}/deadlines`, { kind: 'internal', withinDays: 3, reason: 'x' }))).toMatchObject({ status: 404, code: 'request.unknown' });
    expect((await (await play.as('SG auditor')).get(`/requests/${id}/deadlines`)).status).toBe(404);
    expect((await (await play.as('VN auditor')).post(`/requests/${id}/deadlines`, { kind: 'internal', withinDays: 3, reason: 'x' })).status).toBe(403);
    const other = await play.transmitted({ letter: letter({ suggestedDeadline: { withinDays: 60, reason: 'Trial' } }) });
    const [suggested] = await ofRequest('VN central-authority', other);
    expect(problemOf(await (await play.as('VN central-authority')).post(`/requests/${other}/deadlines/${suggested.id}/end`, { reason: 'x' }))).toMatchObject({ status: 409, code: 'deadline.of-an-act' });
  });

  it('in business days needs a calendar that an administrator has confirmed', async () => {
    const [calendars, admin] = [play.node.app.get(Calendars, { strict: false }), await play.node.official('VN', 'administrator')];
    const officer = await play.node.official('VN', 'case-officer');
    const as = <T>(work: Parameters<typeof inTransaction<T>>[2]) => inTransaction(play.node.db.dataSource, { state: 'VN' }, work);
    const year = now().getUTCFullYear();
    const row = await as((tx) => calendars.record(tx, admin, { authorityId: officer.authorityId, weekend: [6, 7], holidays: [], coversFrom: `${year}-01-01`, coversTo: `${year + 1}-12-31`, source: 'Decree', asOf: `${year}-01-01` }, now()));
    expect(problemOf(await set('VN case-officer', id, { kind: 'internal', withinBusinessDays: 5 }))).toMatchObject({ status: 422, code: 'calendar.unconfirmed' });
    await as((tx) => calendars.confirm(tx, admin, row.id, now()));
    const answer = await set('VN case-officer', id, { kind: 'internal', withinBusinessDays: 5 });
    expect(answer.body.working).toContain('5 business days');
    expect(answer.body.local.at).toMatch(/T23:59:59\.999\+07:00$/);
    expect(problemOf(await set('VN case-officer', id, { kind: 'internal', withinBusinessDays: 900 }))).toMatchObject({ status: 422, code: 'calendar.not-covered' });
  });
});

describe('an agreed deadline', () => {
  it('UNCC 40(28): needs the other State’s accord, by a consultation that both files hold or by a record; set by the central authority', async () => {
    const id = await play.advanced('examined');
    const agreed = (body: object) => set('VN central-authority', id, { kind: 'agreed', measure: 1, withinDays: 30, ...body });
    expect(problemOf(await agreed({}))).toMatchObject({ status: 422, code: 'deadline.agreement-missing', rule: 'UNCC 40(28)' });
    expect(problemOf(await agreed({ agreement: { by: 'record' } }))).toMatchObject({ status: 422, code: 'deadline.agreement-missing' });
    expect(problemOf(await agreed({ agreement: { by: 'consultation' } }))).toMatchObject({ status: 422, code: 'deadline.not-agreed', rule: 'UNCC 40(28)' });
    expect(problemOf(await set('VN case-officer', id, { kind: 'agreed', withinDays: 30, agreement: { by: 'record', reference: 'N 1', on: '2026-11-01' } }))).toMatchObject({ status: 403, code: 'permission.lacking' });
    await play.act('KZ central-authority', id, 1, 'OPEN_CONSULTATION', { subject: 'timing', proposal: 'By the end of the month', term: inDays(5) });
    await play.node.settle();
    await play.act('VN central-authority', id, 1, 'AGREE_IN_CONSULTATION', { terms: 'Thirty days' });
    expect((await agreed({ agreement: { by: 'consultation' } })).body).toMatchObject({ kind: 'agreed', agreement: { by: 'consultation', closedAt: now().toISOString() } });
    const record = { by: 'record', reference: 'Note verbale 12/2026', on: '2026-11-01' };
    expect(problemOf(await agreed({ agreement: { ...record, on: inDays(3).slice(0, 10) } }))).toMatchObject({ status: 422, code: 'deadline.record-ahead', rule: 'UNCC 40(28)', errors: [{ pointer: '/agreement/on' }] });
    for (const [patch, pointer] of [[{ reason: ' \n ' }, '/reason'], [{ agreement: { ...record, reference: '  ' } }, '/agreement/reference']] as const) expect(problemOf(await agreed({ agreement: record, ...patch }))).toMatchObject({ status: 400, errors: [{ pointer }] });
    expect((await agreed({ agreement: record })).body).toMatchObject({ agreement: { by: 'record', reference: 'Note verbale 12/2026' } });
  });

  it('rings once it has passed until the letter is closed: also where that was answered, or withdrawn', async () => {
    const answered = await play.advanced('examined');
    await play.act('VN central-authority', answered, 1, 'REFUSE', { ground: 'persecution', reasons: 'On file' });
    const [withdrawn, closed] = [await play.transmitted(), await play.transmitted()];
    for (const id of [withdrawn, closed]) await play.act('KZ central-authority', id, null, 'WITHDRAW', { reason: 'The suspect was found' });
    await play.node.settle();
    const ids = [answered, withdrawn, closed];
    const agreement = { by: 'record', reference: 'Note verbale 14/2026', on: '2026-11-01' };
    for (const id of ids) expect((await set('VN central-authority', id, { kind: 'agreed', withinDays: 2, agreement })).status).toBe(201);
    await play.act('KZ central-authority', closed, null, 'CLOSE');
    await play.node.settle();
    expect((await Promise.all(ids.map((id) => play.view('VN central-authority', id)))).map((v) => v.overall)).toEqual(['answered', 'withdrawn', 'closed']);
    play.node.clock.advanceDays(3);
    await play.node.settle();
    const rung = async (id: string) => (await play.view('VN central-authority', id)).alarms.map((a: Body) => a.kind);
    expect(await Promise.all(ids.map(rung))).toEqual([['agreed-due'], ['agreed-due'], []]);
  });
});

describe('what was owed on a letter', () => {
  const BOTH = ['KZ central-authority', 'VN central-authority'];
  const overdue = async (who: string, id: string) => (await open(who, '?overdue=true&limit=200')).items.filter((d: Body) => d.requestId === id).map((d: Body) => d.code);
  const question = async (who: string, id: string) => (await (await play.as(who)).get('/audit/questions/overdue-requests').expect(200)).body.items.filter((i: Body) => i.requestId === id);
  const suggested = { letter: letter({ suggestedDeadline: { withinDays: 20, cause: 'custody-limit' as const, reason: 'The custody limit expires' } }) };
  const quiet = async (id: string) => {
    for (const who of BOTH) expect([who, await overdue(who, id), await question(who, id), (await play.view(who, id)).alarms]).toEqual([who, [], [], []]);
  };

  it('UNCC 40(26): a suggested deadline ends with the answer in both files, also before its receipt is confirmed, and no list has it as overdue', async () => {
    const [refused, sent] = [await play.advanced('examined', suggested), await play.advanced('released', suggested)];
    await play.act('VN central-authority', refused, 1, 'REFUSE', { ground: 'persecution', reasons: 'On file' });
    await play.act('VN central-authority', sent, 1, 'TRANSMIT_EVIDENCE', { packageId: await play.package(sent, 1, { 'a.img': Buffer.from('a') }) });
    await play.node.settle();
    play.node.clock.advanceDays(25);
    await play.node.settle();
    for (const id of [refused, sent]) await quiet(id);
  });

  it('UNCC 40(26): one that was answered late stays on record as such, and is overdue no more', async () => {
    const id = await play.advanced('examined', suggested);
    play.node.clock.advanceDays(20);
    await play.node.settle();
    // Due at this instant: the list, the question and the alarm say so with one voice.
    for (const who of BOTH) expect([await overdue(who, id), await question(who, id), (await play.view(who, id)).alarms]).toMatchObject([['suggested'], [{ answeredAt: null, daysLate: 0 }], [{ kind: 'suggested-due', status: 'raised' }]]);
    play.node.clock.advanceDays(5);
    await play.act('VN central-authority', id, 1, 'REFUSE', { ground: 'persecution', reasons: 'On file' });
    await play.node.settle();
    for (const who of BOTH) expect([await overdue(who, id), await question(who, id), (await play.view(who, id)).alarms]).toMatchObject([[], [{ daysLate: 5 }], [{ kind: 'suggested-due', status: 'ended' }]]);
  });

  it('the answer to a question, and the notice of closure about it, end with the letter’s withdrawal in both files', async () => {
    const id = await play.advanced('examined', suggested);
    await play.act('VN central-authority', id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which of the accounts?' }], by: inDays(5) });
    await play.act('VN central-authority', id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: inDays(9), reason: 'Nothing was answered' });
    await play.node.settle();
    await play.act('KZ central-authority', id, null, 'WITHDRAW', { reason: 'The suspect was found' });
    await play.node.settle();
    play.node.clock.advanceDays(25);
    await play.node.settle();
    await quiet(id);
  });
});

describe('the list of open deadlines of a State', () => {
  it('is in order of due dates over pages, by kind, due date, overdue and form, and never another State’s', async () => {
    const ids: string[] = [];
    const id = await play.transmitted({ letter: letter({ suggestedDeadline: { withinDays: 2, reason: 'Trial' } }) });
    for (const n of [400, 401, 402, 403]) ids.push((await set('VN case-officer', id, { kind: 'internal', withinDays: n })).body.id as string);
    const pages: Body[] = [];
    let path: string | undefined = `/deadlines?kind=internal&limit=2&dueBefore=${encodeURIComponent(inDays(403))}`;
    const vn = await play.as('VN case-officer');
    while (path) {
      const page: Body = await vn.get(path).expect(200);
      pages.push(...page.body.items);
      path = page.headers['link']?.match(/^<\/api\/v1([^>]+)>/)?.[1];
    }
    expect(pages.map((d) => d.dueAt)).toEqual([...pages.map((d) => d.dueAt)].sort());
    expect(pages.filter((d) => ids.includes(d.id)).map((d) => d.id)).toEqual(ids.slice(0, 3));
    expect(new Set(pages.map((d) => d.id)).size).toBe(pages.length);
    play.node.clock.advanceDays(3);
    const overdue = (await open('VN case-officer', '?overdue=true&kind=suggested')).items;
    expect(overdue.map((d: Body) => [d.requestId, d.overdue])).toContainEqual([id, true]);
    expect((await open('VN case-officer', '?overdue=false&limit=200')).items.every((d: Body) => !d.overdue)).toBe(true);
    expect((await open('SG case-officer')).items).toEqual([]);
  });

  it.each(['?kind=nice', '?form=none', '?dueBefore=2026-13-01T00:00:00Z', '?dueBefore=tomorrow', '?dueBefore=2026-02-30T00:00:00Z', '?dueBefore=0000-01-01T00:00:00Z', '?dueBefore=2026-11-03T24:00:00Z', '?after=x', '?limit=0', '?overdue=perhaps'])('%s is refused with 400', async (query) => {
    expect((await (await play.as('VN case-officer')).get(`/deadlines${query}`)).status).toBe(400);
  });
});
