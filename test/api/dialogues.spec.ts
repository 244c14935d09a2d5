import { letter, measure } from '../support/stored-data.js';
import { Play, type Body } from './play.js';

// Real: everything but the clock. Each side dialogue of a measure, end to end, seen from both files.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const KZ = 'KZ central-authority';
const VN = 'VN central-authority';
const COMPETENT = 'VN competent-authority';
const views = async (id: string): Promise<Body[]> => [await play.view('KZ auditor', id), await play.view('VN auditor', id)];
const first = async (id: string): Promise<Body[]> => (await views(id)).map((v) => v.measures[0]);
const soon = (days: number) => new Date(play.node.clock.now().getTime() + days * 86_400_000).toISOString();

describe('UNCC 40(30): costs', () => {
  const raise = (id: string) => play.act(COMPETENT, id, 1, 'RAISE_COSTS', { estimate: { amount: '18000.00', currency: 'USD' }, explanation: 'Rebuilding a storage array' });

  it('hold the execution until they are answered; accepted, it goes on', async () => {
    const id = await play.advanced('granted');
    await play.act(COMPETENT, id, 1, 'AUTHORISE', { body: 'Court', remedyOpen: false });
    await raise(id);
    await play.node.settle();
    expect(await play.refused(COMPETENT, id, 1, 'BEGIN_EXECUTION')).toMatchObject({ status: 409, code: 'costs.unanswered', rule: 'UNCC 40(30)' });
    for (const m of await first(id)) expect(m).toMatchObject({ regions: { costs: 'raised' }, particulars: { costs: [{ estimate: { amount: '18000.00', currency: 'USD' } }] } });
    await play.act(KZ, id, 1, 'ACCEPT_COSTS');
    await play.node.settle();
    await play.act(COMPETENT, id, 1, 'BEGIN_EXECUTION');
    await play.node.settle();
    for (const m of await first(id)) expect(m).toMatchObject({ state: 'executing', regions: { costs: 'accepted' }, particulars: { costs: [{ answer: 'accepted' }] } });
  });

  it('declined, the requested State may raise others, and a sum must be a sum', async () => {
    const id = await play.advanced('granted');
    await raise(id);
    await play.node.settle();
    await play.act(KZ, id, 1, 'DECLINE_COSTS', { reasons: 'No budget' });
    await play.node.settle();
    for (const m of await first(id)) expect(m.particulars.costs).toMatchObject([{ answer: 'declined', reasons: 'No budget' }]);
    for (const estimate of [{ amount: '1e9', currency: 'USD' }, { amount: '-1', currency: 'USD' }, { amount: '10', currency: 'usd' }, { amount: 10, currency: 'USD' }]) expect((await play.refused(COMPETENT, id, 1, 'RAISE_COSTS', { estimate, explanation: 'x' })).status).toBe(422);
    await raise(id);
    await play.node.settle();
    for (const m of await first(id)) expect(m).toMatchObject({ regions: { costs: 'raised' }, particulars: { costs: [{}, {}] } });
  });
});

describe('UNCC 40(20): confidentiality that cannot be kept', () => {
  it('holds the measure until the requesting State decides to go on', async () => {
    const id = await play.advanced('examined');
    await play.act(COMPETENT, id, 1, 'REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT', { explanation: 'The provider must be heard' });
    await play.node.settle();
    expect(await play.refused(VN, id, 1, 'GRANT')).toMatchObject({
      status: 409, code: 'confidentiality.undecided', rule: 'practice:confidentiality-hold', force: 'practice', errors: [{ rule: 'practice:confidentiality-hold', force: 'practice' }],
    });
    const blocked = (await play.view(VN, id)).measures[0].blockedEvents.find((e: Body) => e.type === 'GRANT');
    expect(blocked.reasons).toMatchObject([{ code: 'confidentiality.undecided', force: 'practice' }]);
    expect(await play.refused(VN, id, 1, 'REFUSE', { ground: 'bank-secrecy', reasons: 'Bank secrecy' })).toMatchObject({ rule: 'UNCC 40(24)', force: 'binding' });
    for (const m of await first(id)) expect(m).toMatchObject({ regions: { confidentiality: 'reported' }, particulars: { confidentiality: { explanation: 'The provider must be heard' } } });
    await play.act(KZ, id, 1, 'PROCEED_WITHOUT_CONFIDENTIALITY');
    await play.node.settle();
    await play.act(VN, id, 1, 'GRANT');
    await play.node.settle();
    for (const m of await first(id)) expect(m).toMatchObject({ state: 'granted', regions: { confidentiality: 'waived' }, particulars: { confidentiality: { waivedAt: expect.any(String) } } });
  });

  it('practice to UNCC 40(20), Budapest 27(8): collects no data while it is executed and that is undecided', async () => {
    const id = await play.advanced('executing');
    const caller = await play.as(COMPETENT);
    const { id: packageId } = (await caller.post('/evidence-packages', { requestId: id, measure: 1 }).expect(201)).body;
    await play.act(COMPETENT, id, 1, 'REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT', { explanation: 'The provider tells its customer' });
    const open = () => caller.post('/evidence-packages', { requestId: id, measure: 1 });
    const add = () => caller.post(`/evidence-packages/${packageId}/files?name=a.bin&mediaType=application/octet-stream`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('a'));
    for (const collect of [open, add]) expect(await play.unchanged(collect)).toMatchObject({ status: 409, code: 'evidence.not-collecting', detail: expect.stringContaining('the requesting State decides') });
    await play.node.settle();
    await play.act(KZ, id, 1, 'PROCEED_WITHOUT_CONFIDENTIALITY');
    await play.node.settle();
    for (const collect of [open, add]) expect((await collect()).status).toBe(201);
  });

  it('is not reported where the letter asked for none', async () => {
    const id = await play.advanced('examined', { letter: letter({ confidential: { requested: false } }) });
    expect(await play.refused(COMPETENT, id, 1, 'REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT', { explanation: 'The provider must be heard' })).toMatchObject({ status: 409, code: 'confidentiality.not-asked', rule: 'UNCC 40(20)' });
    const blocked = (await play.view(COMPETENT, id)).measures[0].blockedEvents.find((e: Body) => e.type === 'REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT');
    expect(blocked.reasons).toMatchObject([{ code: 'confidentiality.not-asked' }]);
  });

  it('or withdraws the measure', async () => {
    const id = await play.advanced('examined');
    await play.act(VN, id, 1, 'REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT', { explanation: 'The provider must be heard' });
    await play.node.settle();
    await play.act(KZ, id, 1, 'WITHDRAW_MEASURE', { reason: 'Secrecy matters more' });
    await play.node.settle();
    for (const m of await first(id)) expect(m.outcome).toBe('withdrawn');
  });
});

describe('UNCC 40(27): postponement', () => {
  it('after a consultation, with reasons; resumed where it stood', async () => {
    const id = await play.advanced('granted');
    await play.act(VN, id, 1, 'OPEN_CONSULTATION', { subject: 'postponement', proposal: 'Our own trial runs', term: soon(5) });
    await play.node.settle();
    await play.act(KZ, id, 1, 'AGREE_IN_CONSULTATION', { terms: 'Until the trial ends' });
    await play.node.settle();
    expect((await play.refused(VN, id, 1, 'POSTPONE')).code).toBe('reasons.required');
    await play.act(VN, id, 1, 'POSTPONE', { reasons: 'Own proceedings', until: soon(60) });
    await play.node.settle();
    for (const m of await first(id)) expect(m).toMatchObject({ state: 'postponed', outcome: 'postponed', particulars: { postponement: { reasons: 'Own proceedings' } } });
    for (const v of await views(id)) expect(v.deadlines).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'postponement', status: 'open', kind: 'internal' })]));
    await play.act(VN, id, 1, 'RESUME');
    await play.node.settle();
    for (const m of await first(id)) expect(m).toMatchObject({ state: 'granted', outcome: null });
    for (const v of await views(id)) expect(v.deadlines.filter((d: Body) => d.code === 'postponement').map((d: Body) => d.status)).toEqual(['ended']);
  });
});

describe('UNCC 40(28): consultation', () => {
  it('opened by the requesting State and closed by the other without agreement', async () => {
    const id = await play.advanced('examined');
    await play.act(KZ, id, 1, 'OPEN_CONSULTATION', { subject: 'scope', proposal: 'Only the second server', term: soon(5) });
    await play.node.settle();
    expect((await play.view(VN, id)).measures[0].availableEvents.find((e: Body) => e.type === 'AGREE_IN_CONSULTATION')).toMatchObject({ rule: 'UNCC 40(28)', deadline: expect.any(String) });
    await play.act(VN, id, 1, 'END_CONSULTATION_WITHOUT_AGREEMENT', { reasons: 'Both are needed' });
    await play.node.settle();
    for (const m of await first(id)) expect(m).toMatchObject({ regions: { consultation: 'withoutAgreement' }, particulars: { consultations: [{ openedBy: 'requesting', result: 'disagreement', reasons: 'Both are needed' }] } });
    // Closed: the duty to consult is met.
    await play.act(VN, id, 1, 'REFUSE', { ground: 'essential-interests', reasons: 'Security', organ: 'Ministry of Justice' });
    await play.node.settle();
    for (const m of await first(id)) expect(m).toMatchObject({ outcome: 'refused', particulars: { refusal: { ground: 'essential-interests', reasons: 'Security', organ: 'Ministry of Justice' } } });
  });

  it('on a refusal, ended by the State that opened it before its term, is not made good by one on the timing', async () => {
    const id = await play.advanced('examined');
    await play.act(VN, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term: soon(30) });
    await play.act(VN, id, 1, 'END_CONSULTATION_WITHOUT_AGREEMENT');
    await play.node.settle();
    await play.act(VN, id, 1, 'OPEN_CONSULTATION', { subject: 'timing', proposal: 'May we answer in March?', term: soon(30) });
    await play.node.settle();
    await play.act(KZ, id, 1, 'AGREE_IN_CONSULTATION', { terms: 'March will do' });
    await play.node.settle();
    const refusal = { ground: 'essential-interests', reasons: 'Security' };
    expect(await play.refused(VN, id, 1, 'REFUSE', refusal)).toMatchObject({ code: 'consultation.required', rule: 'UNCC 40(28)' });
    for (const m of await first(id)) expect(m.particulars.consultations[0]).toMatchObject({ result: 'disagreement', endedBeforeTerm: true });
    await play.act(VN, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We still mean to refuse', term: soon(30) });
    await play.node.settle();
    await play.act(KZ, id, 1, 'END_CONSULTATION_WITHOUT_AGREEMENT', { reasons: 'We disagree' });
    await play.node.settle();
    await play.act(VN, id, 1, 'REFUSE', refusal);
  });
});

describe('UNCC 40(19), 40(28): conditions', () => {
  it('of each kind are offered together; declined ones bind nobody, accepted ones bind', async () => {
    const id = await play.advanced('examined');
    const conditions = ['use', 'confidentiality', 'cost', 'return', 'assurance'].map((kind) => ({ kind, text: `Condition of ${kind}`, ...(kind === 'assurance' && { signatory: 'Prosecutor General' }) }));
    await play.act(VN, id, 1, 'OFFER_CONDITIONS', { conditions });
    expect(await play.refused(VN, id, 1, 'GRANT')).toMatchObject({ code: 'conditions.unanswered' });
    await play.node.settle();
    await play.act(KZ, id, 1, 'DECLINE_CONDITIONS', { reasons: 'Return is not possible' });
    await play.node.settle();
    await play.act(VN, id, 1, 'OFFER_CONDITIONS', { conditions: conditions.slice(0, 1) });
    await play.node.settle();
    await play.act(KZ, id, 1, 'ACCEPT_CONDITIONS');
    await play.node.settle();
    for (const m of await first(id)) expect(m.particulars.conditions).toMatchObject([{ answer: 'declined' }, { answer: 'accepted', binding: true, conditions: [{ kind: 'use' }] }]);
    await play.act(VN, id, 1, 'GRANT');
  });

  it('personal data law refuses only after conditions were tried', async () => {
    const id = await play.advanced('examined');
    expect((await play.refused(VN, id, 1, 'REFUSE', { ground: 'personal-data', reasons: 'Data law' })).rule).toMatch(/UNCC/);
  });
});

describe('UNCC 40(16), 40(26): questions', () => {
  it('information is asked for with a term, given with documents, and both files show it', async () => {
    const id = await play.transmitted();
    await play.act(VN, id, null, 'ACKNOWLEDGE');
    await play.act(VN, id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which time zone?' }], by: soon(14) });
    await play.node.settle();
    const attached = await (await play.as('KZ case-officer')).post(`/requests/${id}/attachments?name=zone.pdf&mediaType=application/pdf`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('UTC+07:00')).expect(201);
    expect(await play.refused(KZ, id, null, 'PROVIDE_INFORMATION', { answer: 'See the document', attachments: ['00000000-0000-7000-8000-000000000000'] })).toMatchObject({ code: 'attachment.unknown', errors: [{ pointer: '/payload/attachments' }] });
    await play.act(KZ, id, null, 'PROVIDE_INFORMATION', { answer: 'See the document', attachments: [attached.body.id] });
    await play.node.settle();
    for (const v of await views(id)) {
      expect(v.letter.particulars.information).toMatchObject([{ items: [{ question: 'Which time zone?' }], answer: 'See the document' }]);
      expect(v.deadlines.filter((d: Body) => d.code === 'information').map((d: Body) => d.status)).toEqual(['ended']);
    }
    expect((await play.view('VN auditor', id)).attachments).toMatchObject([{ name: 'zone.pdf', origin: 'counterpart', verified: false }]);
  });

  it('practice: a letter is closed for want of reply only after the time that was given for the reply', async () => {
    const id = await play.transmitted();
    await play.act(VN, id, null, 'ACKNOWLEDGE');
    await play.act(VN, id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which server?' }], by: soon(30) });
    expect(await play.refused(VN, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: soon(1), reason: 'No reply' })).toMatchObject({
      code: 'closure.term-before-reply', rule: 'practice:closing-for-want-of-reply', force: 'practice', errors: [{ pointer: '/payload/term' }],
    });
    await play.act(VN, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: soon(30), reason: 'No reply' });
    await play.node.settle();
    play.node.clock.advanceDays(29);
    await play.node.settle();
    expect((await play.refused(VN, id, null, 'CLOSE_FOR_WANT_OF_REPLY')).code).toBe('closure.term-runs');
    play.node.clock.advanceDays(2);
    await play.act(VN, id, null, 'CLOSE_FOR_WANT_OF_REPLY');
  });

  it('the status is asked for by the point of contact and answered', async () => {
    const id = await play.advanced('examined');
    await play.act('KZ point-of-contact', id, null, 'QUERY_STATUS', { question: 'When?' });
    expect((await play.refused('KZ point-of-contact', id, null, 'QUERY_STATUS')).code).toBe('event.not-possible-now');
    await play.node.settle();
    await play.act(VN, id, null, 'ANSWER_STATUS', { answer: 'In a week' });
    await play.node.settle();
    for (const v of await views(id)) expect(v.letter.particulars.status).toMatchObject([{ question: 'When?', answer: 'In a week' }]);
    await play.act('KZ point-of-contact', id, null, 'QUERY_STATUS', {});
  });

  it('a suggested deadline is shown in both files with its reason, as suggested and never as law', async () => {
    const id = await play.transmitted({ letter: letter({ suggestedDeadline: { withinDays: 60, reason: 'The custody limit expires' } }) });
    for (const v of await views(id)) {
      expect(v.deadlines).toMatchObject([{ code: 'suggested', kind: 'suggested', rule: 'UNCC 40(26)', status: 'open' }]);
      expect(v.content.suggestedDeadline.reason).toBe('The custody limit expires');
    }
  });

  it('free letters go both ways, each with the note of its writer kept at home', async () => {
    const id = await play.advanced('examined');
    await play.act(VN, id, null, 'SEND_CORRESPONDENCE', { subject: 'Contact', text: 'Call us', note: 'Ask the minister first' });
    await play.node.settle();
    const kz = await (await play.as('KZ auditor')).get(`/requests/${id}/timeline`).expect(200);
    expect(JSON.stringify(kz.body)).toContain('Call us');
    const messages = await (await play.as('KZ auditor')).get(`/requests/${id}/messages`).expect(200);
    const [row] = await play.node.db.asSuperuser<{ n: string }>(`SELECT count(*) AS n FROM inbox_message WHERE state = 'KZ' AND position('minister' in convert_from(bytes, 'UTF8')) > 0`);
    expect([JSON.stringify([kz.body, messages.body]).includes('minister'), row!.n]).toEqual([false, '0']);
    expect(JSON.stringify((await (await play.as('VN auditor')).get(`/requests/${id}/timeline`).expect(200)).body)).toContain('minister');
  });
});

describe('a supplementary request', () => {
  it('inherits what it does not say, says the rest itself, and is linked in both files', async () => {
    const id = await play.advanced('examined', { letter: letter({ purpose: 'The first purpose' }) });
    const answer = await (await play.as('KZ case-officer')).post('/requests', { requestedState: 'VN', letter: { facts: 'New facts' }, measures: [], supplements: id }).expect(201);
    const draft = await play.view('KZ case-officer', answer.body.id);
    expect(draft).toMatchObject({ supplements: id, content: { facts: 'New facts', purpose: 'The first purpose', offences: [{ conventionOffence: 'UNCC 7' }] }, measures: [{ content: { what: measure().what } }] });
    await play.acts(answer.body.id, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], [KZ, null, 'TRANSMIT']]);
    await play.node.settle();
    for (const v of await views(answer.body.id)) expect(v).toMatchObject({ supplements: id });
  });

  it('goes to the State that has the first one', async () => {
    const id = await play.transmitted();
    expect(await play.unchanged(() => play.tryDraft({ requestedState: 'SG', supplements: id }))).toMatchObject({ status: 422, code: 'request.supplements-other-state' });
  });
});

describe('a letter with several measures', () => {
  it('withdrawn as a whole, is in progress in both files while one that could not be withdrawn goes on', async () => {
    const id = await play.advanced('released', { measures: [measure(), measure({ what: 'Connection logs' })] });
    await play.act(VN, id, 1, 'TRANSMIT_EVIDENCE', { packageId: await play.package(id, 1, { 'a.bin': Buffer.from('a') }) });
    await play.node.settle();
    await play.act(KZ, id, null, 'WITHDRAW', { reason: 'No longer needed' });
    expect((await play.view(KZ, id)).overall).toBe('withdrawing');
    await play.node.settle();
    for (const v of await views(id)) expect([v.overall, v.measures[1].state]).toEqual(['in-progress', 'withdrawn']);
    await play.act(KZ, id, 1, 'CONFIRM_RECEIPT');
    await play.node.settle();
    for (const v of await views(id)) expect(v.overall).toBe('answered');
  });

  it('ends with an outcome of its own for each, and its state is derived', async () => {
    const id = await play.advanced('examined', { measures: [measure(), measure({ what: 'Connection logs' }), measure({ what: 'Subscriber' })] });
    await play.acts(id, [
      [VN, 1, 'REFUSE', { ground: 'persecution', reasons: 'Reasons' }], [VN, 2, 'REFER', { authority: 'Other', reasons: 'Territory' }], [VN, 3, 'GRANT'], [VN, 3, 'ASSIGN', { authority: 'Police' }],
      [COMPETENT, 3, 'AUTHORISE', { body: 'Court', remedyOpen: false }], [COMPETENT, 3, 'BEGIN_EXECUTION'],
    ]);
    expect((await play.refused(VN, id, null, 'CLOSE')).code).toBe('request.measures-open');
    await play.act(COMPETENT, id, 3, 'REPORT_EXECUTION', { result: 'cannot-be-executed', explanation: 'The provider is gone' });
    await play.node.settle();
    for (const v of await views(id)) {
      expect(v.measures.map((m: Body) => m.outcome)).toEqual(['refused', 'referred', 'cannot-be-executed']);
      expect(v.overall).toBe('answered');
    }
    await play.act(VN, id, null, 'CLOSE');
    await play.node.settle();
    for (const v of await views(id)) expect(v).toMatchObject({ overall: 'closed', deadlines: expect.not.arrayContaining([expect.objectContaining({ status: 'open' })]) });
  });
});
