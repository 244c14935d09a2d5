import { letter, measure } from '../support/stored-data.js';
import { Play } from './play.js';

// Real: everything but the clock. What a naive build would refuse and this one takes (scenarios/README.md), and what acts are listed.
/** Says on which treaty it rests, and nothing else. */
const EMPTY = { form: 'stored-data', items: [], legalBases: measure().legalBases };
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const submitted = async (input: Parameters<Play['draft']>[0]): Promise<string> => {
  const id = await play.draft(input);
  await play.act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
  return id;
};
const tryTransmit = (id: string) => play.fire('KZ central-authority', id, null, 'TRANSMIT');

describe('UNCC 40(13): a language the requested State does not accept', () => {
  it('blocks the transmission, names the rule and what is accepted', async () => {
    const id = await submitted({ letter: letter({ language: 'ru' }) });
    expect(await play.refused('KZ central-authority', id, null, 'TRANSMIT')).toMatchObject({
      code: 'request.incomplete', rule: 'UNCC 40(13)', detail: expect.stringContaining('accepts en, vi'),
    });
  });

  it('does not block when a translation is included, and blocks when it is only said to be', async () => {
    const content = letter({ language: 'ru', translation: { status: 'included' } });
    const officer = await play.as('KZ case-officer');
    const check = async (requestId?: string) => (await officer.post('/requests/check', { ...(requestId && { requestId }), requestedState: 'VN', letter: content, measures: [measure()] }).expect(200)).body;
    const attach = async (id: string) => (await officer.post(`/requests/${id}/attachments?name=letter-en.pdf&mediaType=application/pdf`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('Letter')).expect(201)).body.id as string;
    // Of what is no draft yet nobody knows what will be attached.
    expect(await check()).toMatchObject({ ready: true });
    const id = await play.draft({ letter: content });
    const takenOut = await attach(id);
    expect(await check(id)).toMatchObject({ ready: true, lacking: [] });
    await officer.delete(`/requests/${id}/attachments/${takenOut}`, { 'if-match': '"2"' }).expect(200);
    expect(await check(id)).toMatchObject({ ready: false, lacking: [{ code: 'translation.document-missing', rule: 'UNCC 40(13)' }] });
    await play.act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
    expect(await play.refused('KZ central-authority', id, null, 'TRANSMIT')).toMatchObject({ code: 'request.incomplete', rule: 'UNCC 40(13)' });
    await play.act('KZ central-authority', id, null, 'RETURN_FOR_CHANGES', { note: 'Attach the translation.' });
    await attach(id);
    await play.act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
    expect((await tryTransmit(id)).status).toBe(200);
  });

  it('does not block an urgent letter whose translation follows by a date; without urgency or date it does', async () => {
    const toFollow = { language: 'ru', translation: { status: 'to-follow' as const, by: '2026-11-20' } };
    const urgent = { reason: 'The provider deletes unpaid servers after 14 days' };
    for (const [content, status] of [
      [{ ...toFollow, urgent }, 200],
      [toFollow, 409],
      [{ ...toFollow, translation: { status: 'to-follow' as const }, urgent }, 409],
      [{ ...toFollow, translation: { status: 'to-follow' as const, by: '2026-11-01' }, urgent }, 409],
    ] as const) {
      const id = await submitted({ letter: letter(content) });
      expect([content, (await tryTransmit(id)).status]).toEqual([content, status]);
    }
  });
});

describe('UNCC 40(6): the legal basis of a measure', () => {
  it.each([
    ['an article that does not carry the form', { article: '42' }, 'legal-basis.article-unfit'],
    ['an article there is none of', { article: '999 (no such)' }, 'legal-basis.article-unfit'],
    ['found to bind on a day that is still to come', { date: '2031-01-01' }, 'legal-basis.date-ahead'],
  ])('blocks the transmission: %s', async (_, patch, code) => {
    const measures = [measure({ legalBases: [{ ...measure().legalBases[0]!, ...patch }] })];
    const { body } = await (await play.as('KZ case-officer')).post('/requests/check', { requestedState: 'VN', letter: letter(), measures }).expect(200);
    expect(body).toMatchObject({ ready: false, lacking: expect.arrayContaining([expect.objectContaining({ code, blocks: true })]) });
    const id = await submitted({ measures });
    expect(await play.refused('KZ central-authority', id, null, 'TRANSMIT')).toMatchObject({ code: 'request.incomplete' });
  });
});

describe('a request that looks like an earlier one', () => {
  it('is flagged as a possible duplicate in both files, and goes its way', async () => {
    const items = [{ type: 'domain', value: 'market.example' }];
    const first = await play.transmitted({ measures: [measure({ items })] });
    const second = await play.transmitted({ measures: [measure({ items: [{ type: 'domain', value: ' MARKET.example ' }] })] });
    for (const who of ['KZ case-officer', 'VN central-authority']) {
      expect(await play.view(who, second)).toMatchObject({ possibleDuplicateOf: first });
      expect(await play.view(who, first)).toMatchObject({ possibleDuplicateOf: null });
    }
    await play.act('VN central-authority', second, null, 'ACKNOWLEDGE');
  });
});

describe('an authority that is not competent', () => {
  it('UNCC 40(12): refers the measure with notice; the requesting State sees where to and why', async () => {
    const id = await play.advanced('examined');
    await play.act('VN central-authority', id, 1, 'REFER', { authority: 'Central authority for the special territory', reasons: 'The provider sits there', note: 'Ask the registrar' });
    await play.node.settle();
    const view = await play.view('KZ case-officer', id);
    expect(view.measures[0]).toMatchObject({ state: 'referred', outcome: 'referred', particulars: { referral: { authority: 'Central authority for the special territory', reasons: 'The provider sits there' } } });
    expect(JSON.stringify(view)).not.toContain('registrar');
  });
});

describe('four eyes', () => {
  const listed = async (who: string, id: string) => {
    const { letter: subject } = await play.view(who, id);
    return { available: subject.availableEvents.map((e: { type: string }) => e.type), blocked: Object.fromEntries(subject.blockedEvents.map((e: { type: string; reasons: { code: string }[] }) => [e.type, e.reasons.map((r) => r.code)])) };
  };

  it('whoever drafted, edited or submitted the letter does not transmit it', async () => {
    const drafted = await play.draft({}, 'KZ central-authority');
    await play.act('KZ case-officer', drafted, null, 'SUBMIT_FOR_REVIEW');
    const submittedOnly = await play.draft();
    await play.act('KZ central-authority', submittedOnly, null, 'SUBMIT_FOR_REVIEW');
    const edited = await play.draft();
    const ca = await play.as('KZ central-authority');
    await ca.put(`/requests/${edited}`, { letter: letter(), measures: [measure()] }, { 'if-match': await play.etag('KZ central-authority', edited) }).expect(200);
    await play.act('KZ case-officer', edited, null, 'SUBMIT_FOR_REVIEW');
    for (const id of [drafted, submittedOnly, edited]) {
      expect(await play.refused('KZ central-authority', id, null, 'TRANSMIT')).toMatchObject({ status: 409, code: 'four-eyes.same-person' });
      expect((await listed('KZ central-authority', id)).blocked['TRANSMIT']).toEqual(['four-eyes.same-person']);
      expect((await listed('KZ central-authority-2', id)).available).toContain('TRANSMIT');
      await play.act('KZ central-authority-2', id, null, 'TRANSMIT');
    }
  });

  it('a letter returned for changes goes back to its drafter with the reason, and out again', async () => {
    const id = await submitted({});
    const officer = await play.as('KZ case-officer');
    const etag = await play.etag('KZ case-officer', id);
    expect((await officer.put(`/requests/${id}`, { letter: letter(), measures: [measure()] }, { 'if-match': etag })).status).toBe(409);
    await play.act('KZ central-authority', id, null, 'RETURN_FOR_CHANGES', { note: 'Say what the servers are' });
    await officer.put(`/requests/${id}`, { letter: letter({ facts: 'Now said.' }), measures: [measure()] }, { 'if-match': await play.etag('KZ case-officer', id) }).expect(200);
    await play.acts(id, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], ['KZ central-authority', null, 'TRANSMIT']]);
    await play.node.settle();
    const seen = await (await play.as('VN auditor')).get(`/requests/${id}/timeline`).expect(200);
    expect(JSON.stringify([seen.body, await play.view('VN auditor', id)])).not.toContain('Say what the servers are');
  });

  it('lists the transmission of an incomplete letter as blocked, each lacking item with its rule', async () => {
    const id = await submitted({ letter: { offences: [], persons: [] }, measures: [EMPTY] });
    const { letter: subject } = await play.view('KZ central-authority', id);
    const transmit = subject.blockedEvents.find((e: { type: string }) => e.type === 'TRANSMIT');
    expect(transmit.reasons[0]).toMatchObject({ code: 'request.incomplete', detail: expect.stringMatching(/lacks \d+ item/) });
    const check = await (await play.as('KZ case-officer')).post('/requests/check', { requestedState: 'VN', letter: { offences: [], persons: [] }, measures: [EMPTY] }, { 'idempotency-key': '' }).expect(200);
    const rules = check.body.lacking.map((l: { rule: string }) => l.rule);
    expect(rules).toEqual(expect.arrayContaining(['UNCC 40(15)(a)', 'UNCC 40(15)(b)', 'UNCC 40(15)(c)', 'UNCC 40(15)(d)', 'UNCC 40(15)(g)']));
    expect(check.body).toMatchObject({ ready: false });
  });
});

describe('drafting', () => {
  it('abandons a draft for good, and shows it to nobody else', async () => {
    const id = await play.draft();
    await play.act('KZ case-officer', id, null, 'ABANDON', { note: 'Not needed' });
    expect(await play.view('KZ auditor', id)).toMatchObject({ overall: 'abandoned' });
    expect((await play.view('KZ central-authority', id)).letter.availableEvents).toEqual([]);
    expect((await (await play.as('VN central-authority')).get(`/requests/${id}`)).status).toBe(404);
  });

  it('keeps autosaves, coalesced into one entry of the log per sitting', async () => {
    const id = await play.draft();
    const officer = await play.as('KZ case-officer');
    for (let n = 0; n < 5; n += 1) await officer.put(`/requests/${id}`, { letter: letter({ facts: `Draft ${n}` }), measures: [measure(), measure()] }, { 'if-match': await play.etag('KZ case-officer', id) }).expect(200);
    expect(await play.view('KZ case-officer', id)).toMatchObject({ content: { facts: 'Draft 4' }, measures: [{ no: 1 }, { no: 2 }], version: 6 });
    const entries = (await play.log('KZ')).filter((e) => e.subject === `file:${id}` && e.type === 'request.draft-saved');
    expect(entries.length).toBe(1);
  });

  it('refuses a reference that another request of the State bears', async () => {
    await play.draft({ ownReference: 'KZ-77' });
    expect(await play.unchanged(() => play.tryDraft({ ownReference: 'KZ-77' }))).toMatchObject({ status: 409, code: 'reference.taken', errors: [{ pointer: '/ownReference' }] });
  });
});
