import { Play, type Body } from '../api/play.js';

// Real: everything but the clock. Messages cross because nothing is delivered between two acts.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const KZ = 'KZ central-authority';
const VN = 'VN central-authority';
const both = async (id: string): Promise<[Body, Body]> => [await play.view('KZ auditor', id), await play.view('VN auditor', id)];
/** State and outcome of measure 1 in both files. */
const ends = async (id: string) => (await both(id)).map((view) => [view.measures[0].state, view.measures[0].outcome]);
const consultations = async (id: string) => (await both(id)).map((view) => view.measures[0].regions.consultation);
const TERM = '2026-12-01T00:00:00Z';

describe('a withdrawal that crosses', () => {
  it('UNCC 40(26): evidence under way comes too late; the evidence stands and is confirmed', async () => {
    const id = await play.advanced('released');
    const packageId = await play.package(id, 1, { 'a.txt': Buffer.from('a') });
    await play.act(VN, id, 1, 'TRANSMIT_EVIDENCE', { packageId });
    await play.act(KZ, id, 1, 'WITHDRAW_MEASURE', { reason: 'No longer needed' });
    await play.node.settle();
    expect(await ends(id)).toEqual([['evidenceReceived', null], ['evidenceTransmitted', null]]);
    await play.act(KZ, id, 1, 'CONFIRM_RECEIPT');
    await play.node.settle();
    expect(await ends(id)).toEqual([['completed', 'transmitted-in-full'], ['completed', 'transmitted-in-full']]);
    const { body } = await (await play.as('KZ auditor')).get(`/requests/${id}/timeline`).expect(200);
    expect(body.items.map((i: Body) => i.type)).toEqual(expect.arrayContaining(['WITHDRAW_MEASURE', 'EVIDENCE_TRANSMITTED', 'WITHDRAWAL_TOO_LATE']));
  });

  it('a grant is confirmed, and the grant has no effect', async () => {
    const id = await play.advanced('examined');
    await play.act(VN, id, 1, 'GRANT');
    await play.act(KZ, id, 1, 'WITHDRAW_MEASURE', { reason: 'No longer needed' });
    await play.node.settle();
    expect(await ends(id)).toEqual([['withdrawn', 'withdrawn'], ['withdrawn', 'withdrawn']]);
  });

  it.each([
    ['a refusal', 'REFUSE', { ground: 'persecution', reasons: 'Reasons' }, 'refused'],
    ['a referral', 'REFER', { authority: 'Other', reasons: 'Territory' }, 'referred'],
  ] as const)('%s comes too late, and the outcome stands', async (_, type, payload, outcome) => {
    const id = await play.advanced('examined');
    await play.act(VN, id, 1, type, payload);
    await play.act(KZ, id, 1, 'WITHDRAW_MEASURE', { reason: 'No longer needed' });
    await play.node.settle();
    expect(await ends(id)).toEqual([[outcome, outcome], [outcome, outcome]]);
  });

  it('the acknowledgement withdraws the whole letter', async () => {
    const id = await play.transmitted();
    await play.act(VN, id, null, 'ACKNOWLEDGE');
    await play.act(KZ, id, null, 'WITHDRAW', { reason: 'The case was closed' });
    await play.node.settle();
    expect(await ends(id)).toEqual([['withdrawn', 'withdrawn'], ['withdrawn', 'withdrawn']]);
    await play.act(KZ, id, null, 'CLOSE');
    await play.node.settle();
    expect((await both(id)).map((v) => v.overall)).toEqual(['closed', 'closed']);
  });

  it('an offer of conditions leaves nothing open', async () => {
    const id = await play.advanced('examined');
    await play.act(VN, id, 1, 'OFFER_CONDITIONS', { conditions: [{ kind: 'use', text: 'This case only' }] });
    await play.act(KZ, id, 1, 'WITHDRAW_MEASURE', { reason: 'No longer needed' });
    await play.node.settle();
    expect(await ends(id)).toEqual([['withdrawn', 'withdrawn'], ['withdrawn', 'withdrawn']]);
  });
});

describe('consultations that cross', () => {
  const open = (who: string, id: string) => play.act(who, id, 1, 'OPEN_CONSULTATION', { subject: 'scope', proposal: `Proposal of ${who}`, term: TERM });

  it('UNCC 40(28): both open at once: the opening of the requested State governs, and the other can answer it', async () => {
    const id = await play.advanced('examined');
    await open(KZ, id);
    await open(VN, id);
    await play.node.settle();
    expect(await consultations(id)).toEqual(['openedThere', 'openedHere']);
    await play.act(KZ, id, 1, 'AGREE_IN_CONSULTATION', { terms: 'Agreed' });
    await play.node.settle();
    expect(await consultations(id)).toEqual(['agreed', 'agreed']);
  });

  it('a disagreement declared stands over an agreement given at the same time', async () => {
    const id = await play.advanced('examined');
    await open(VN, id);
    await play.node.settle();
    await play.act(KZ, id, 1, 'AGREE_IN_CONSULTATION', { terms: 'Agreed' });
    await play.act(VN, id, 1, 'END_CONSULTATION_WITHOUT_AGREEMENT');
    await play.node.settle();
    expect(await consultations(id)).toEqual(['withoutAgreement', 'withoutAgreement']);
  });

  it('a lapse stands over an agreement given at the same time', async () => {
    const id = await play.advanced('examined');
    const start = play.node.clock.now();
    await play.act(VN, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We consider refusing', term: new Date(start.getTime() + 86_400_000).toISOString() });
    await play.node.settle();
    play.node.clock.advanceDays(2);
    await play.act(KZ, id, 1, 'AGREE_IN_CONSULTATION', { terms: 'Agreed' });
    // The term fires before the agreement is delivered.
    await play.node.settle();
    const [kz, vn] = await consultations(id);
    expect(kz).toBe(vn);
    expect(['agreed', 'withoutAgreement']).toContain(kz);
  });
});

describe('closings that cross', () => {
  it('both States close at once: the letter is closed once', async () => {
    const id = await play.advanced('executing');
    await play.act('VN competent-authority', id, 1, 'REPORT_EXECUTION', { result: 'no-data-found', explanation: 'Nothing' });
    await play.node.settle();
    await play.act(KZ, id, null, 'CLOSE');
    await play.act(VN, id, null, 'CLOSE');
    await play.node.settle();
    expect((await both(id)).map((v) => v.overall)).toEqual(['closed', 'closed']);
    for (const who of [KZ, VN]) expect((await play.view(who, id)).letter.availableEvents.map((e: Body) => e.type)).not.toContain('CLOSE');
  });

  it('closing for want of reply crosses the answer: the answer is on file, and the letter is reopened', async () => {
    const id = await play.transmitted();
    await play.act(VN, id, null, 'ACKNOWLEDGE');
    await play.act(VN, id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which time zone?' }] });
    const term = new Date(play.node.clock.now().getTime() + 5 * 86_400_000).toISOString();
    expect((await play.refused(VN, id, null, 'CLOSE_FOR_WANT_OF_REPLY')).code).toBe('closure.no-notice');
    await play.act(VN, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term, reason: 'No answer for months' });
    await play.node.settle();
    expect((await play.refused(VN, id, null, 'CLOSE_FOR_WANT_OF_REPLY')).code).toBe('closure.term-runs');
    play.node.clock.advanceDays(6);
    await play.act(VN, id, null, 'CLOSE_FOR_WANT_OF_REPLY');
    await play.act(KZ, id, null, 'PROVIDE_INFORMATION', { answer: 'UTC+07:00' });
    await play.node.settle();
    expect((await both(id)).map((v) => v.overall)).toEqual(['closed-for-want-of-reply', 'closed-for-want-of-reply']);
    expect((await both(id)).map((v) => v.letter.particulars.information[0].answer)).toEqual(['UTC+07:00', 'UTC+07:00']);
    // It is no refusal: the measure has no outcome, and the requested State takes it up again.
    expect(await ends(id)).toEqual([['requested', null], ['received', null]]);
    await play.act(VN, id, null, 'REOPEN', { reason: 'The answer came' });
    await play.act(VN, id, 1, 'EXAMINE');
    await play.node.settle();
    expect(await ends(id)).toEqual([['underExamination', null], ['underExamination', null]]);
    expect((await both(id)).map((v) => v.letter.state)).toEqual(['acknowledged', 'acknowledged']);
  });

  it('notice of closure crosses the answer: the notice falls', async () => {
    const id = await play.transmitted();
    await play.act(VN, id, null, 'ACKNOWLEDGE');
    await play.act(VN, id, null, 'REQUEST_INFORMATION', { items: [{ question: 'Which time zone?' }] });
    await play.node.settle();
    const term = new Date(play.node.clock.now().getTime() + 5 * 86_400_000).toISOString();
    await play.act(VN, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term, reason: 'No answer' });
    await play.act(KZ, id, null, 'PROVIDE_INFORMATION', { answer: 'UTC+07:00' });
    await play.node.settle();
    play.node.clock.advanceDays(6);
    await play.node.settle();
    expect((await play.refused(VN, id, null, 'CLOSE_FOR_WANT_OF_REPLY')).status).toBe(409);
    expect((await both(id)).map((v) => v.overall)).toEqual(['acknowledged', 'acknowledged']);
    for (const view of await both(id)) expect(view.deadlines.filter((d: Body) => d.status === 'open')).toEqual([]);
  });
});
