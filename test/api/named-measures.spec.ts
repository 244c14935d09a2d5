import { letter as content, measure } from '../support/stored-data.js';
import { Play, someId } from './play.js';

// Real: everything but the clock.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const [KZ, VN] = ['KZ central-authority', 'VN central-authority'];

describe('a measure named by a number the letter does not have', () => {
  it('UNCC 40(16): is refused in a question, with its place, and nothing is asked', async () => {
    const id = await play.transmitted({ measures: [measure(), measure()] });
    await play.act(VN, id, null, 'ACKNOWLEDGE');
    await play.node.settle();
    const items = [{ measure: 2, question: 'Which time zone?' }, { measure: 3, question: 'Which server?' }, { question: 'Which court?' }, { measure: 100, question: 'Which disk?' }];
    expect(await play.refused(VN, id, null, 'REQUEST_INFORMATION', { items })).toMatchObject({
      status: 422, code: 'measure.unknown',
      errors: [{ pointer: '/payload/items/1/measure', code: 'measure.unknown', detail: expect.stringContaining('it has 1, 2') }, { pointer: '/payload/items/3/measure' }],
    });
    await play.act(VN, id, null, 'REQUEST_INFORMATION', { items: items.slice(0, 1) });
    await play.node.settle();
    expect((await play.view(KZ, id)).letter.regions.information).toBe('asked');
  });

  it('is refused in a transcribed letter, for its subject and within its text', async () => {
    const budapest = { instrument: 'budapest-2001', article: '31', date: '2026-11-03', role: 'primary' } as const;
    const id = await play.draft({ requestedState: 'DE', letter: content({ language: 'de' }), measures: [measure({ legalBases: [budapest] })] }, 'US case-officer');
    await play.acts(id, [['US case-officer', null, 'SUBMIT_FOR_REVIEW'], ['US central-authority', null, 'TRANSMIT']]);
    const us = await play.as('US central-authority');
    const { sha256 } = (await us.post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('scan')).expect(201)).body;
    const letter = { requestId: id, counterpart: 'DE', measure: null, datedAt: '2026-11-03T08:00:00Z', receivedAt: '2026-11-03T09:00:00Z', channel: 'letter', document: { sha256 } };
    expect(await play.unchanged(() => us.post('/transcriptions', { ...letter, type: 'GRANTED', measure: 9, body: {} }))).toMatchObject({ status: 422, code: 'measure.unknown', errors: [{ pointer: '/measure' }] });
    const body = { items: [{ measure: 9, question: 'Which server?' }] };
    expect(await play.unchanged(() => us.post('/transcriptions', { ...letter, type: 'INFORMATION_REQUESTED', body }))).toMatchObject({ status: 422, code: 'measure.unknown', errors: [{ pointer: '/body/items/0/measure' }] });
  });

  it('UNCC 42(8): is refused as a preservation to be continued: no such request, to another State, no such measure, none of that form', async () => {
    const stored = await play.transmitted();
    const link = (requestId: string, no: number) => ({ measures: [measure({ followsPreservation: { requestId, measure: no } })] });
    const faults: [object, string, string][] = [
      [link(someId(), 1), 'preservation.unknown', '/measures/0/followsPreservation/requestId'],
      [link(stored, 2), 'measure.unknown', '/measures/0/followsPreservation/measure'],
      [link(stored, 1), 'measure.unknown', '/measures/0/followsPreservation/measure'],
      [{ ...link(stored, 1), requestedState: 'IS' }, 'preservation.unknown', '/measures/0/followsPreservation/requestId'],
    ];
    for (const [input, code, pointer] of faults) {
      expect(await play.unchanged(() => play.tryDraft(input))).toMatchObject({ status: 422, code, errors: [{ pointer, code }] });
    }
  });
});
