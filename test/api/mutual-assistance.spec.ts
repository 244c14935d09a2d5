import type { MeasureContent } from '@comity/treaty';
import { letter } from '../support/stored-data.js';
import { assistance } from '../support/assistance.js';
import { Play, type Body } from './play.js';

const VN = 'VN central-authority';
const KZ = 'KZ central-authority';
const CONSENT = { decision: 'given', before: 'District court, in the presence of counsel', informedOf: 'Purpose, length of the stay, safe conduct' };

// Real: everything but the clock.
describe('UNCC 40(3): mutual legal assistance beside stored data', () => {
  let play: Play;
  beforeAll(async () => {
    play = await Play.open(import.meta.url);
  });
  afterAll(() => play.close());

  const asked = async (patch: Partial<MeasureContent> = {}): Promise<string> => {
    const id = await play.transmitted({ measures: [assistance(patch)] });
    await play.act(VN, id, null, 'ACKNOWLEDGE');
    return id;
  };
  const seen = async (who: string, id: string): Promise<Body> => (await play.view(who, id)).measures[0];
  const blocked = async (who: string, id: string, type: string): Promise<Body> => (await seen(who, id)).blockedEvents.find((e: Body) => e.type === type)?.reasons[0];
  const now = (): string => play.node.clock.now().toISOString();
  const toAuthorised = (id: string) =>
    play.acts(id, [
      [VN, 1, 'EXAMINE'], [VN, 1, 'GRANT', {}], [VN, 1, 'ASSIGN', { authority: 'Provincial court' }], ['VN competent-authority', 1, 'AUTHORISE', { body: 'Provincial court', remedyOpen: false }],
    ]);
  const executed = async (id: string): Promise<void> => {
    await play.acts(id, [['VN competent-authority', 1, 'BEGIN_EXECUTION'], ['VN competent-authority', 1, 'REPORT_EXECUTION', { result: 'data-obtained' }], [VN, 1, 'DECIDE_TRANSMISSION', { outcome: 'released' }]]);
    const packageId = await play.package(id, 1, { 'record.pdf': Buffer.from('record of what was done') });
    await play.act(VN, id, 1, 'TRANSMIT_EVIDENCE', { packageId });
    await play.node.settle();
    await play.act(KZ, id, 1, 'CONFIRM_RECEIPT');
    await play.node.settle();
  };

  it('UNCC 40(3)(b): service of documents goes from draft to closed without a summary of facts, and cannot be secured', async () => {
    const id = await play.transmitted({ letter: letter({ facts: undefined }), measures: [assistance({ assistance: 'service-of-documents', what: 'Service of the indictment' })] });
    await play.act(VN, id, null, 'ACKNOWLEDGE');
    expect(await play.refused('VN competent-authority', id, 1, 'SECURE', {})).toMatchObject({ status: 409, code: 'event.not-possible-now' });
    await toAuthorised(id);
    await executed(id);
    await play.act(KZ, id, null, 'CLOSE');
    await play.node.settle();
    expect([(await play.view(KZ, id)).overall, (await play.view(VN, id)).overall]).toEqual(['closed', 'closed']);
    expect(await seen(VN, id)).toMatchObject({ form: 'mutual-legal-assistance', outcome: 'transmitted-in-full' });
  });

  it('UNCC 35(2): a serious crime opens neither service nor, unsaid, anything but electronic evidence', async () => {
    const serious = letter({ cooperationGround: '35(1)(c)', offences: [{ label: 'fraud', maxPenalty: { kind: 'years', years: 5, law: 'KZ' } }] });
    const id = await play.draft({ letter: serious, measures: [assistance({ assistance: 'service-of-documents' })] });
    await play.act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
    expect(await play.refused(KZ, id, null, 'TRANSMIT')).toMatchObject({ code: 'request.incomplete', errors: expect.arrayContaining([expect.objectContaining({ rule: 'UNCC 35(2)' })]) });
  });

  it('UNCC 40(29): a witness consents, comes, is told, and keeps safe conduct for 15 days; no letter closes over the witness', async () => {
    const id = await asked({ assistance: 'voluntary-appearance', what: 'Appearance of the witness at the trial' });
    expect(await blocked(KZ, id, 'RECORD_ARRIVAL')).toMatchObject({ code: 'person.consent-missing' });
    expect(await blocked(VN, id, 'HAND_OVER_PERSON')).toMatchObject({ code: 'person.not-detained', rule: 'UNCC 40(9)' });
    await play.act('VN competent-authority', id, 1, 'RECORD_CONSENT', CONSENT);
    await play.node.settle();
    expect(await play.refused('KZ case-officer', id, 1, 'RECORD_ARRIVAL', { happenedAt: '2027-01-01T00:00:00Z' })).toMatchObject({ code: 'person.in-future' });
    await play.act('KZ case-officer', id, 1, 'RECORD_ARRIVAL', { happenedAt: now() });
    await toAuthorised(id);
    await executed(id);
    expect(await play.refused(KZ, id, null, 'CLOSE')).toMatchObject({ code: 'request.person-away' });

    const told = now();
    expect(await play.refused(KZ, id, 1, 'RELEASE_FROM_PRESENCE', { informedAt: told, until: '2026-11-10T00:00:00Z' })).toMatchObject({ code: 'safe-conduct.too-short', rule: 'UNCC 40(29)', force: 'binding' });
    await play.act(KZ, id, 1, 'RELEASE_FROM_PRESENCE', { informedAt: told });
    await play.node.settle();
    const due = new Date(Date.parse(told) + 15 * 86_400_000).toISOString();
    for (const who of [KZ, VN]) {
      const { body } = (await (await play.as(who)).get(`/requests/${id}/deadlines`).expect(200)) as { body: Body };
      expect(body.items).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'safe-conduct-end', kind: 'legal', dueAt: due, rule: 'UNCC 40(29)', working: `15 days from ${told}, no longer required; UNCC 40(29)` })]));
    }
    expect(await blocked(KZ, id, 'END_SAFE_CONDUCT')).toMatchObject({ code: 'safe-conduct.runs', rule: 'UNCC 40(29)' });
    play.node.clock.set(new Date(Date.parse(due) - 1000));
    expect(await play.refused(KZ, id, 1, 'END_SAFE_CONDUCT', { explanation: 'Stayed' })).toMatchObject({ code: 'safe-conduct.runs' });
    // The clock alone ends nothing.
    play.node.clock.set(new Date(Date.parse(due) + 1000));
    await play.node.settle();
    expect(await blocked(KZ, id, 'END_SAFE_CONDUCT')).toBeUndefined();
    expect(await play.refused(KZ, id, null, 'CLOSE')).toMatchObject({ code: 'request.person-away' });
    await play.act(KZ, id, 1, 'END_SAFE_CONDUCT', { explanation: 'Stayed of own free will' });
    await play.act(KZ, id, null, 'CLOSE');
    await play.node.settle();
    expect(await seen(VN, id)).toMatchObject({ particulars: { safeConduct: { explanation: 'Stayed of own free will' } } });
  });

  it('UNCC 40(9)-(11): a detained person consents, is handed over once authorised, and is returned; never without consent', async () => {
    const id = await asked({ assistance: 'transfer-of-detained-person', what: 'Confrontation with the accused' });
    expect(await blocked(VN, id, 'HAND_OVER_PERSON')).toMatchObject({ code: 'person.consent-missing', rule: 'UNCC 40(9)', force: 'binding' });
    await play.act('VN competent-authority', id, 1, 'RECORD_CONSENT', CONSENT);
    expect(await play.refused(VN, id, 1, 'HAND_OVER_PERSON', { happenedAt: now() })).toMatchObject({ code: 'measure.not-authorised' });
    await toAuthorised(id);
    // Taken back, and given again.
    await play.act('VN competent-authority', id, 1, 'RECORD_CONSENT', { ...CONSENT, decision: 'refused' });
    expect(await play.refused(VN, id, 1, 'HAND_OVER_PERSON', { happenedAt: now() })).toMatchObject({ code: 'person.consent-missing' });
    await play.act('VN competent-authority', id, 1, 'RECORD_CONSENT', CONSENT);
    // While the measure is postponed, nobody goes.
    await play.act(VN, id, 1, 'OPEN_CONSULTATION', { subject: 'postponement', proposal: 'After our own trial', term: new Date(play.node.clock.now().getTime() + 86_400_000).toISOString() });
    await play.node.settle();
    await play.act(KZ, id, 1, 'AGREE_IN_CONSULTATION');
    await play.node.settle();
    await play.act(VN, id, 1, 'POSTPONE', { reasons: 'Our own trial' });
    expect(await play.refused(VN, id, 1, 'HAND_OVER_PERSON', { happenedAt: now() })).toMatchObject({ code: 'measure.postponed', rule: 'UNCC 40(27)' });
    await play.act(VN, id, 1, 'RESUME');
    const returnBy = new Date(play.node.clock.now().getTime() + 30 * 86_400_000).toISOString();
    await play.act(VN, id, 1, 'HAND_OVER_PERSON', { happenedAt: now(), returnBy, terms: 'Kept in the remand prison of the court' });
    await play.node.settle();
    expect(await play.refused(KZ, id, 1, 'RECORD_ARRIVAL', { happenedAt: now() })).toMatchObject({ code: 'event.not-possible-now' });
    expect(await play.refused(KZ, id, 1, 'RELEASE_FROM_PRESENCE', { informedAt: now() })).toMatchObject({ code: 'event.not-possible-now' });
    const { body } = (await (await play.as(KZ)).get(`/requests/${id}/deadlines`).expect(200)) as { body: Body };
    expect(body.items).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'return-of-person', kind: 'agreed', dueAt: returnBy, rule: 'UNCC 40(9)' })]));
    await play.act(KZ, id, 1, 'RETURN_PERSON', { happenedAt: now() });
    await play.node.settle();
    expect(await seen(VN, id)).toMatchObject({ particulars: { handOver: { returnBy }, return: { happenedAt: expect.any(String) } } });
    await executed(id);
    await play.act(KZ, id, null, 'CLOSE');
  });

  it('UNCC 40(10), 40(11): a person set free by the State that handed over has safe conduct as others have', async () => {
    const id = await asked({ assistance: 'transfer-of-detained-person', what: 'Confrontation with the accused' });
    await play.act('VN competent-authority', id, 1, 'RECORD_CONSENT', CONSENT);
    await toAuthorised(id);
    await play.act(VN, id, 1, 'HAND_OVER_PERSON', { happenedAt: now() });
    await play.act(VN, id, 1, 'LIFT_CUSTODY', { reason: 'Sentence served' });
    await play.node.settle();
    await play.act('KZ case-officer', id, 1, 'RECORD_DEPARTURE', { happenedAt: now() });
    await play.node.settle();
    expect(await seen(VN, id)).toMatchObject({ particulars: { custodyLifted: { reason: 'Sentence served' }, departure: { happenedAt: expect.any(String) } } });
  });

  it('UNCC 40(31): only government records that are closed to the public may be withheld as such', async () => {
    const withheld = { ground: 'records-not-public', reasons: 'Kept by the security service' };
    const open = await asked({ assistance: 'documents-and-records', governmentRecords: 'public', what: 'Extract of the company register' });
    await play.act(VN, open, 1, 'EXAMINE');
    expect(await play.refused(VN, open, 1, 'REFUSE', withheld)).toMatchObject({ code: 'ground.records-public', rule: 'UNCC 40(31)' });
    const closed = await asked({ assistance: 'documents-and-records', governmentRecords: 'not-public', what: 'File of the security service' });
    await play.act(VN, closed, 1, 'EXAMINE');
    expect(await play.refused(VN, closed, 1, 'REFUSE', { ground: 'records-not-public' })).toMatchObject({ code: 'reasons.required', rule: 'UNCC 40(25)' });
    await play.act(VN, closed, 1, 'REFUSE', withheld);
    await play.node.settle();
    expect(await seen(KZ, closed)).toMatchObject({ outcome: 'refused', particulars: { refusal: { ground: 'records-not-public' } } });
  });

  it('UNCC 40(18): a hearing by video without its reason is refused at transmission, and the answer says what to do', async () => {
    const id = await play.draft({ measures: [assistance({ hearing: { heardAs: 'witness', byVideo: true } })] });
    await play.act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
    expect(await play.refused(KZ, id, null, 'TRANSMIT')).toMatchObject({ detail: expect.stringContaining('Say why the person cannot'), errors: [{ rule: 'UNCC 40(18)' }] });
  });

  it('refuses a kind, and a member, that does not belong', async () => {
    expect((await play.tryDraft({ measures: [assistance({ assistance: 'gossip' as never })] })).status).toBe(400);
    expect((await play.tryDraft({ measures: [assistance({ form: 'stored-data' })] })).body).toMatchObject({ status: 422, errors: [{ code: 'measure.member-misplaced', pointer: '/measures/0/assistance' }] });
  });
});
