import { emergency } from '../support/network.js';
import { letter } from '../support/stored-data.js';
import { Letters } from './letters.js';
import { Play, type Body } from './play.js';

// Real: everything but the clock. DE keeps no files here.
let play: Play;
let letters: Letters;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
  letters = new Letters(play);
});
afterAll(() => play.close());

const US = 'US central-authority';
const inDays = (days: number): string => new Date(play.node.clock.now().getTime() + days * 86_400_000).toISOString();
let account = 1;
const toGermany = (): Promise<string> => letters.toGermany([emergency({ items: [{ type: 'account', value: `threat-account-${account++}`, timeZone: 'UTC' }] }) as never]);
const told = (id: string, type: string, body: object = {}): Promise<Body> => letters.transcribed(id, type, 1, body, { datedAt: inDays(0), receivedAt: inDays(0) });
const first = async (id: string): Promise<Body> => (await play.view(US, id)).measures[0];
const formalRequest = async (id: string): Promise<Body[]> => (await play.view(US, id)).deadlines.filter((d: Body) => d.code === 'formal-request' && d.status === 'open');
const entered = async (id: string): Promise<string> => {
  const central = await play.as(US);
  const { id: packageId } = (await central.post('/evidence-packages', { requestId: id, measure: 1 }).expect(201)).body;
  await central.post(`/evidence-packages/${packageId}/files?name=logs.txt&mediaType=text/plain`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('logs')).expect(201);
  await central.post(`/evidence-packages/${packageId}/seal`).expect(200);
  return packageId;
};

describe('UNCC 41(3)(e): an emergency told of by a State without a node', () => {
  it('the data come without a word of the order; the formal request is awaited for the usual days, and the order told late is noted', async () => {
    const id = await toGermany();
    await told(id, 'EVIDENCE_TRANSMITTED', { packageId: await entered(id) });
    expect(await formalRequest(id)).toMatchObject([{ dueAt: inDays(14), kind: 'internal', rule: 'practice:formal-request', working: expect.stringMatching(/^14 days from .*, data received by letter; practice:formal-request$/) }]);
    await told(id, 'DISCLOSURE_ORDERED');
    await play.act(US, id, 1, 'CONFIRM_RECEIPT');
    await told(id, 'DISCLOSURE_ORDERED', { custodian: 'A provider' });
    expect(await first(id)).toMatchObject({ state: 'completed', outcome: 'transmitted-in-full' });
    // practice:formal-request: one that is sent ends it, not one that nobody has carried.
    const follows = await play.draft({ requestedState: 'DE', letter: letter({ language: 'de' }), measures: [Letters.measure({ followsEmergency: { requestId: id, measure: 1 } })] }, 'US case-officer');
    await play.acts(follows, [['US case-officer', null, 'SUBMIT_FOR_REVIEW'], [US, null, 'TRANSMIT']]);
    expect(await formalRequest(id)).toHaveLength(1);
    await letters.carryAll(follows);
    expect(await formalRequest(id)).toEqual([]);
  });

  it('a letter that states until when the formal request is awaited is followed', async () => {
    const id = await toGermany();
    await told(id, 'DISCLOSURE_ORDERED');
    await told(id, 'EVIDENCE_TRANSMITTED', { packageId: await entered(id), formalRequestBy: inDays(5) });
    expect(await formalRequest(id)).toMatchObject([{ dueAt: inDays(5), working: expect.stringContaining('stated when the data were disclosed') }]);
  });

  it('data that come again after a dispute are chased once', async () => {
    const id = await toGermany();
    for (const days of [5, 7]) {
      await told(id, 'EVIDENCE_TRANSMITTED', { packageId: await entered(id), formalRequestBy: inDays(days) });
      await play.act(US, id, 1, 'DISPUTE_RECEIPT', { reason: 'A file is missing' });
    }
    await told(id, 'EVIDENCE_TRANSMITTED', { packageId: await entered(id) });
    expect(await formalRequest(id)).toMatchObject([{ dueAt: inDays(14) }]);
  });

  it('a call-back told of is what the message says, at an hour that a letter may leave out, and not to come', async () => {
    const id = await toGermany();
    const refused = async (type: string, body: object) => {
      const proposed = await letters.propose(id, type, 1, body, { datedAt: inDays(0), receivedAt: inDays(0) });
      return (await letters.confirm((proposed.body as { id: string }).id)).body as Body;
    };
    expect(await refused('CALL_BACK_CONFIRMED', { result: 'denied' })).toMatchObject({ status: 422, code: 'call-back.other-result' });
    expect(await refused('CALL_BACK_NOT_REACHED', { calledAt: inDays(1) })).toMatchObject({ status: 422, code: 'call-back.in-future' });
    await told(id, 'CALL_BACK_NOT_REACHED');
    await told(id, 'CALL_BACK_CONFIRMED', { calledAt: inDays(0) });
    expect(await first(id)).toMatchObject({ regions: { callBack: 'confirmed' }, particulars: { callBacks: [{ result: 'not-reached' }, { result: 'confirmed', calledAt: inDays(0) }] } });
  });

  it('no data found, cannot be executed, refused: each without a word of the order, which may be told late', async () => {
    for (const [type, body, outcome] of [
      ['NO_DATA_FOUND', { result: 'no-data-found', explanation: 'None' }, 'no-data-found'],
      ['CANNOT_BE_EXECUTED', { result: 'cannot-be-executed', explanation: 'The provider has ceased' }, 'cannot-be-executed'],
      ['REFUSED', { ground: 'political-offence', reasons: 'A political offence' }, 'refused'],
    ] as const) {
      const id = await toGermany();
      await told(id, type, body);
      await told(id, 'DISCLOSURE_ORDERED');
      expect(await first(id)).toMatchObject({ outcome });
      expect(await formalRequest(id)).toEqual([]);
    }
  });
});
