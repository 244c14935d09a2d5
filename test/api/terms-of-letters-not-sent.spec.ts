import { preservationMeasure } from '../support/preservation.js';
import { Letters } from './letters.js';
import { Play, type Body } from './play.js';

// Real: everything but the clock. The United States has a node here; Germany has none, and its letters are carried by people.
let play: Play;
let letters: Letters;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
  letters = new Letters(play);
});
afterAll(() => play.close());

const US = 'US central-authority';
const soon = (days: number) => new Date(play.node.clock.now().getTime() + days * 86_400_000).toISOString();
const passed = async (days: number): Promise<void> => {
  play.node.clock.advanceDays(days);
  await play.node.settle();
};
const deadline = async (id: string): Promise<Body> => ((await (await play.as(US)).get(`/requests/${id}/deadlines`).expect(200)).body.items as Body[]).find(({ code }) => code === 'consultation')!;
const consultation = async (id: string): Promise<string> => (await play.view(US, id)).measures[0].regions.consultation;
const refusal = { ground: 'essential-interests', reasons: 'Security' };

/** A letter from Germany under the Convention's own duty to consult, examined. */
async function examined(): Promise<string> {
  const id = await letters.fromGermany([Letters.measure({ legalBases: [{ instrument: 'uncc-2024', article: '44', date: '2026-11-03', role: 'primary' }] })]);
  await play.acts(id, [[US, null, 'ACKNOWLEDGE'], [US, 1, 'EXAMINE']]);
  return id;
}

describe('UNCC 40(28): a consultation whose opening nobody has carried to the other State', () => {
  it('does not lapse, and serves for no refusal; carried after its term, it gives the other State as long as if it had left at once', async () => {
    const id = await examined();
    const [opened, term] = [soon(0), soon(3)];
    await play.act(US, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term });
    await passed(4);
    expect([await consultation(id), (await deadline(id)).dueAt]).toEqual(['openedHere', term]);
    expect(await play.refused(US, id, 1, 'REFUSE', refusal)).toMatchObject({ code: 'consultation.required', rule: 'UNCC 40(28)' });
    await letters.carryAll(id);
    await play.node.settle();
    expect([await consultation(id), await deadline(id)]).toMatchObject(['openedHere', { status: 'open', dueAt: soon(3), working: `stated when the consultation was opened; it left on ${soon(0)}, and the time given runs from then` }]);
    // Ended by its opener within that time, it would not count.
    expect(await play.refused(US, id, 1, 'REFUSE', refusal)).toMatchObject({ code: 'consultation.required' });
    await passed(2);
    expect(await consultation(id)).toBe('openedHere');
    await passed(1);
    expect([await consultation(id), (await deadline(id)).status]).toEqual(['withoutAgreement', 'fired']);
    expect(Date.parse(soon(0)) - Date.parse(opened)).toBe(7 * 86_400_000);
    await play.act(US, id, 1, 'REFUSE', refusal);
  });

  it('counts for nothing where the State that opened it ends it after the term it wrote, and before the time has run', async () => {
    const id = await examined();
    await play.act(US, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term: soon(3) });
    play.node.clock.advanceDays(4);
    await letters.carryAll(id);
    await play.act(US, id, 1, 'END_CONSULTATION_WITHOUT_AGREEMENT');
    expect((await play.refused(US, id, 1, 'REFUSE', refusal)).code).toBe('consultation.required');
  });

  it('does not count either where the State that opened it ends it after its term, and one on the timing was held since', async () => {
    const id = await examined();
    await play.act(US, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term: soon(3) });
    play.node.clock.advanceDays(4);
    await play.act(US, id, 1, 'END_CONSULTATION_WITHOUT_AGREEMENT');
    await play.act(US, id, 1, 'OPEN_CONSULTATION', { subject: 'timing', proposal: 'In March?', term: soon(3) });
    await letters.carryAll(id);
    await letters.transcribed(id, 'CONSULTATION_AGREED', 1, { terms: 'In March' });
    expect((await play.refused(US, id, 1, 'REFUSE', refusal)).code).toBe('consultation.required');
  });
});

describe('practice: closing for want of reply', () => {
  it('UNCC 40(28): waits for the consultation that the closing State opened: in a closed letter the other could not answer it', async () => {
    const id = await examined();
    await play.acts(id, [
      [US, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which server?' }] }], [US, null, 'GIVE_NOTICE_OF_CLOSURE', { term: soon(1), reason: 'No reply' }],
      [US, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term: soon(10) }],
    ]);
    await letters.carryAll(id);
    await passed(2);
    expect(await play.refused(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY')).toMatchObject({ code: 'closure.consultation-runs', rule: 'practice:closing-for-want-of-reply' });
    await passed(8);
    await play.act(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY');
  });

  it('is noticed for no day before the time given for the reply has run, by when the question left', async () => {
    const id = await examined();
    await play.act(US, id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which server?' }], by: soon(10) });
    await passed(8);
    await letters.carryAll(id);
    expect((await play.refused(US, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: soon(3), reason: 'No reply' })).code).toBe('closure.term-before-reply');
    await play.act(US, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: soon(10), reason: 'No reply' });
  });

  it('rests on no question and no notice that nobody has carried to the other State', async () => {
    const id = await examined();
    await play.act(US, id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which server?' }] });
    await play.act(US, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: soon(1), reason: 'No reply' });
    play.node.clock.advanceDays(2);
    const blocked = (await play.view(US, id)).letter.blockedEvents.find(({ type }: { type: string }) => type === 'CLOSE_FOR_WANT_OF_REPLY');
    expect(blocked.reasons).toMatchObject([{ code: 'closure.not-sent', rule: 'practice:closing-for-want-of-reply', force: 'practice' }]);
    expect(await play.refused(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY')).toMatchObject({ status: 409, code: 'closure.not-sent' });
    await letters.carryAll(id);
    expect((await play.refused(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY')).code).toBe('closure.term-runs');
    play.node.clock.advanceDays(1);
    await play.act(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY');
  });
});

describe('practice: released after notice', () => {
  let address = 20;
  const preservation = (patch: object = {}) => preservationMeasure({ items: [{ type: 'ipv4', value: `203.0.113.${address++}` }], legalBases: [{ instrument: 'budapest-2001', article: '29', date: '2026-11-03', role: 'primary' }], ...patch }) as never;
  const secured = async (): Promise<string> => {
    const id = await letters.fromGermany([preservation()]);
    await play.acts(id, [[US, null, 'ACKNOWLEDGE'], [US, 1, 'ORDER_PRESERVATION'], [US, 1, 'REPORT_SECURED', { from: soon(0), until: soon(90) }]]);
    await letters.carryAll(id);
    return id;
  };

  it('rests on no notice that nobody has carried, and the time that it gives runs from when it was carried', async () => {
    const id = await secured();
    await passed(91);
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(10), reason: 'Nothing came' });
    await passed(11);
    const blocked = (await play.view(US, id)).measures[0].blockedEvents.find(({ type }: { type: string }) => type === 'RELEASE');
    expect(blocked.reasons).toMatchObject([{ code: 'release.not-sent', rule: 'practice:release-after-notice', force: 'practice' }]);
    expect(await play.refused(US, id, 1, 'RELEASE')).toMatchObject({ status: 409, code: 'release.not-sent' });
    await letters.carryAll(id);
    await passed(9);
    expect(await play.refused(US, id, 1, 'RELEASE')).toMatchObject({ code: 'release.term-runs' });
    await passed(1);
    await play.act(US, id, 1, 'RELEASE');
    expect((await play.view(US, id)).measures[0].state).toBe('preservationReleased');
  });

  it('waits until the answer to an extension asked for in time has left (UNCC 42(9))', async () => {
    const id = await secured();
    await passed(85);
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(6), reason: 'The period ends' });
    await letters.carryAll(id);
    await passed(2);
    await letters.transcribed(id, 'EXTENSION_REQUESTED', 1, { until: soon(90), reasons: 'Being translated' }, { datedAt: soon(0), receivedAt: soon(0) });
    await passed(10);
    await play.act(US, id, 1, 'DECLINE_EXTENSION', { reasons: 'No' });
    expect((await play.refused(US, id, 1, 'RELEASE')).code).toBe('release.not-sent');
    await letters.carryAll(id);
    await play.act(US, id, 1, 'RELEASE');
  });

  it('does not serve for data reported after the notice', async () => {
    const id = await letters.fromGermany([preservation({ custodian: undefined, custodians: ['A', 'B'] })]);
    await play.acts(id, [[US, null, 'ACKNOWLEDGE'], [US, 1, 'ORDER_PRESERVATION', { custodians: ['A', 'B'] }], [US, 1, 'REPORT_SECURED', { from: soon(0), until: soon(90), custodian: 'A' }]]);
    await passed(91);
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(10), reason: 'The period is over' });
    await passed(1);
    await play.act(US, id, 1, 'REPORT_SECURED', { from: soon(0), until: soon(90), custodian: 'B' });
    await letters.carryAll(id);
    await passed(91);
    expect(await play.refused(US, id, 1, 'RELEASE')).toMatchObject({ code: 'release.no-notice', rule: 'practice:release-after-notice' });
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(10), reason: 'The periods are over' });
    await letters.carryAll(id);
    await passed(10);
    await play.act(US, id, 1, 'RELEASE');
  });

  it('gives the time of the first notice, whatever a second one says', async () => {
    const id = await secured();
    await passed(91);
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(10), reason: 'The period is over' });
    await passed(9);
    await letters.carryAll(id);
    const until = soon(10);
    expect(await play.refused(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(2), reason: 'Now' })).toMatchObject({ code: 'term.before-notice', rule: 'practice:release-after-notice', detail: expect.stringContaining(until), errors: [{ pointer: '/payload/term' }] });
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: until, reason: 'Again' });
  });

  it('is not done in a letter closed for want of reply, in which the other State could not ask for an extension (UNCC 42(9))', async () => {
    const id = await secured();
    await passed(91);
    await play.act(US, id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Still needed?' }] });
    await play.act(US, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: soon(5), reason: 'No reply' });
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(5), reason: 'The period is over' });
    await letters.carryAll(id);
    await passed(6);
    await play.act(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY');
    expect((await play.refused(US, id, 1, 'RELEASE')).code).toBe('request.not-open');
    await play.act(US, id, null, 'REOPEN', { reason: 'To let the data go' });
    await play.act(US, id, 1, 'RELEASE');
  });
});
