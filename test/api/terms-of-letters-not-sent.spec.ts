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
  it('rests on no notice that nobody has carried, and the time that it gives runs from when it was carried', async () => {
    const id = await letters.fromGermany([preservationMeasure({ legalBases: [{ instrument: 'budapest-2001', article: '29', date: '2026-11-03', role: 'primary' }] }) as never]);
    await play.acts(id, [[US, null, 'ACKNOWLEDGE'], [US, 1, 'ORDER_PRESERVATION'], [US, 1, 'REPORT_SECURED', { from: soon(0), until: soon(90) }]]);
    await letters.carryAll(id);
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
});
