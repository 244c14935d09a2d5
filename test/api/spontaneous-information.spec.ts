import type { MeasureContent } from '@comity/treaty';
import { deskLetter } from '../support/network.js';
import { Play, type Body } from './play.js';

const SENDER = 'KZ central-authority';
const RECEIVER = 'VN central-authority';
const basis = (instrument: string, article: string): MeasureContent['legalBases'] => [{ instrument, article, date: '2026-11-03', role: 'primary' }];

// Real: everything but the clock.
describe('UNCC 40(4), 40(5): information sent without a request', () => {
  let play: Play;
  beforeAll(async () => {
    play = await Play.open(import.meta.url);
  });
  afterAll(() => play.close());

  const information = (patch: Partial<MeasureContent> = {}): MeasureContent => ({
    form: 'spontaneous-information', what: 'Three accounts with your providers were used in an intrusion here; their logs are attached', items: [], legalBases: basis('uncc-2024', '40'), ...patch,
  });
  const sent = async (patch: Partial<MeasureContent> = {}): Promise<string> => play.transmitted({ letter: deskLetter(), measures: [information(patch)] });
  const seen = async (who: string, id: string): Promise<Body> => (await play.view(who, id)).measures[0];
  const events = async (who: string, id: string): Promise<string[]> => (await seen(who, id)).availableEvents.map((e: Body) => e.type);
  const use = (patch: object = {}) => ({ kind: 'use', purpose: 'Opening an investigation', proceeding: 'Investigation of the three accounts', data: 'The logs', personalData: false, ...patch });

  it('is sent, confirmed and closed; nobody examines, grants or refuses it', async () => {
    const id = await sent();
    expect(await seen(SENDER, id)).toMatchObject({ form: 'spontaneous-information', state: 'sent' });
    expect(await seen(RECEIVER, id)).toMatchObject({ state: 'received' });
    expect(await play.refused(RECEIVER, id, 1, 'REFUSE', { ground: 'essential-interests', reasons: 'x' })).toMatchObject({ status: 409, code: 'event.not-possible-now' });
    await play.act(RECEIVER, id, 1, 'CONFIRM_INFORMATION');
    await play.node.settle();
    expect(await seen(SENDER, id)).toMatchObject({ outcome: 'taken-in' });
    await play.act(SENDER, id, null, 'CLOSE');
    await play.node.settle();
    expect((await play.view(RECEIVER, id)).overall).toBe('closed');
  });

  it('UNCC 40(5): limits of its use bind from receipt on, also before it is confirmed, until the sender consents', async () => {
    const id = await sent({ useLimits: 'For intelligence only, not as evidence' });
    expect(await play.refused(RECEIVER, id, 1, 'RECORD_USE', use())).toMatchObject({ code: 'use.without-consent', rule: 'UNCC 40(5)', force: 'binding' });
    await play.act(RECEIVER, id, 1, 'CONFIRM_INFORMATION');
    await play.act(RECEIVER, id, 1, 'REQUEST_USE_CONSENT', { kind: 'other-use', purpose: 'Trial', proceeding: 'Investigation of the three accounts', data: 'The logs', personalData: false });
    await play.node.settle();
    await play.act(SENDER, id, 1, 'GRANT_USE_CONSENT', { consent: 1, limitedTo: 'That investigation' });
    await play.node.settle();
    await play.act('VN case-officer', id, 1, 'RECORD_USE', use({ consent: 1 }));
    const { body } = (await (await play.as(RECEIVER)).get('/uses').expect(200)) as { body: Body };
    expect(body.items).toEqual(expect.arrayContaining([expect.objectContaining({ requestId: id, consent: expect.objectContaining({ no: 1, answer: 'granted' }) })]));
  });

  it('UNCC 40(5): without limits it may be used; personal data go on to a third State only with consent (UNCC 36(3))', async () => {
    const id = await sent();
    await play.act('VN case-officer', id, 1, 'RECORD_USE', use());
    expect(await play.refused(RECEIVER, id, 1, 'RECORD_USE', use({ kind: 'onward-transfer', personalData: true, destination: { state: 'SG' } }))).toMatchObject({ code: 'use.without-consent', rule: 'UNCC 36(3)' });
  });

  it('UNCC 40(5): what is exculpatory is disclosed to the accused after notice to the sender', async () => {
    const id = await sent({ useLimits: 'Not to be disclosed' });
    await play.act(RECEIVER, id, 1, 'NOTIFY_EXCULPATORY_DISCLOSURE', { proceeding: 'Trial of another', data: 'One log', explanation: 'It shows that the accused was elsewhere' });
    await play.node.settle();
    expect(await seen(SENDER, id)).toMatchObject({ particulars: { disclosures: [expect.objectContaining({ no: 1 })] } });
    await play.act('VN case-officer', id, 1, 'RECORD_USE', use({ proceeding: 'Trial of another', notice: 1 }));
  });

  it('is sent back with reasons where its limits cannot be kept, or taken back before it was looked at; its sender uses nothing of it', async () => {
    const [back, taken] = [await sent({ useLimits: 'Secret' }), await sent()];
    expect(await play.refused(RECEIVER, back, 1, 'RETURN_INFORMATION')).toMatchObject({ status: 422, code: 'payload.missing' });
    await play.act(RECEIVER, back, 1, 'RETURN_INFORMATION', { reasons: 'Our law has it disclosed to the defence' });
    await play.act(SENDER, taken, 1, 'WITHDRAW_MEASURE', { reason: 'Sent by mistake' });
    await play.node.settle();
    expect(await seen(SENDER, back)).toMatchObject({ outcome: 'returned', particulars: { return: { reasons: 'Our law has it disclosed to the defence' } } });
    expect([(await seen(SENDER, taken)).outcome, (await seen(RECEIVER, taken)).outcome]).toEqual(['withdrawn', 'withdrawn']);
    expect(await play.refused(RECEIVER, back, 1, 'RECORD_USE', use())).toMatchObject({ code: 'evidence.not-received' });
    expect(await events(SENDER, back)).not.toContain('RECORD_USE');
  });

  it('Budapest 26: goes under the other treaty, too; a limit is said of nothing else', async () => {
    const id = await play.transmitted({ requestedState: 'IS', letter: deskLetter(), measures: [information({ legalBases: basis('budapest-2001', '26'), useLimits: 'Not as evidence' })] }, 'US');
    expect(await play.refused('IS central-authority', id, 1, 'RECORD_USE', use())).toMatchObject({ code: 'use.without-consent', rule: 'Budapest 26' });
    expect((await play.tryDraft({ measures: [{ form: 'stored-data', what: 'x', items: [], legalBases: [], useLimits: 'x' }] })).body).toMatchObject({ errors: [{ code: 'measure.member-misplaced', pointer: '/measures/0/useLimits' }] });
    expect((await play.tryDraft({ letter: deskLetter(), measures: [information({ useLimits: '\u202e' })] })).status).toBe(422);
  });

  it('asks for its text, and for no offence', async () => {
    const id = await play.draft({ letter: deskLetter(), measures: [information({ what: undefined })] });
    await play.act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
    expect(await play.refused(SENDER, id, null, 'TRANSMIT')).toMatchObject({ errors: [{ rule: 'UNCC 40(4)' }], detail: expect.stringContaining('Write the information') });
  });
});
