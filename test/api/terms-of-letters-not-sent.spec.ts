import { Letters } from './letters.js';
import { Play } from './play.js';

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
const consultation = async (id: string): Promise<string> => (await play.view(US, id)).measures[0].regions.consultation;
const refusal = { ground: 'essential-interests', reasons: 'Security' };

/** A letter from Germany under the Convention's own duty to consult, examined. */
async function examined(): Promise<string> {
  const id = await letters.fromGermany([Letters.measure({ legalBases: [{ instrument: 'uncc-2024', article: '44', date: '2026-11-03', role: 'primary' }] })]);
  await play.acts(id, [[US, null, 'ACKNOWLEDGE'], [US, 1, 'EXAMINE']]);
  return id;
}

describe('UNCC 40(28): a consultation whose opening nobody has carried to the other State', () => {
  it('does not lapse, and serves for no refusal; once it was carried, it lapses', async () => {
    const id = await examined();
    await play.act(US, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term: soon(3) });
    play.node.clock.advanceDays(4);
    await play.node.settle();
    expect(await consultation(id)).toBe('openedHere');
    expect(await play.refused(US, id, 1, 'REFUSE', refusal)).toMatchObject({ code: 'consultation.required', rule: 'UNCC 40(28)' });
    await letters.carryAll(id);
    await play.node.settle();
    expect(await consultation(id)).toBe('withoutAgreement');
    await play.act(US, id, 1, 'REFUSE', refusal);
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
    await play.act(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY');
  });
});
