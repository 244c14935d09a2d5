import { Letters } from './letters.js';
import { Play, type Body } from './play.js';

// Real: everything but the clock. DE keeps no files here, and tells of outcomes only.
let play: Play;
let letters: Letters;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
  letters = new Letters(play);
});
afterAll(() => play.close());

const US = 'US central-authority';
const first = async (id: string): Promise<Body> => (await play.view('US case-officer', id)).measures[0];

describe('the outcome alone, from a State off the network', () => {
  it('no data found, and the letter is closed; what a later letter tells of the way is noted', async () => {
    const id = await letters.toGermany();
    await letters.transcribed(id, 'NO_DATA_FOUND', 1, { result: 'no-data-found', explanation: 'Servers were reset' });
    expect(await play.view('US auditor', id)).toMatchObject({ overall: 'answered', measures: [{ state: 'noDataFound', outcome: 'no-data-found', particulars: { execution: { explanation: 'Servers were reset' } } }] });
    await letters.transcribed(id, 'ACKNOWLEDGED', null, { reference: 'DE 9351' });
    await letters.transcribed(id, 'GRANTED', 1);
    expect(await play.view('US auditor', id)).toMatchObject({ counterpartReference: 'DE 9351', measures: [{ outcome: 'no-data-found' }] });
    const { items } = (await (await play.as('US auditor')).get(`/requests/${id}/timeline`).expect(200)).body;
    expect(items.filter((i: Body) => i.by === 'DE').map((i: Body) => [i.type, i.measureState])).toEqual([['NO_DATA_FOUND', 'noDataFound'], ['ACKNOWLEDGED', null], ['GRANTED', 'noDataFound']]);
    await play.act(US, id, null, 'CLOSE');
    await letters.transcribed(id, 'CLOSED', null);
    expect((await play.view('US auditor', id)).overall).toBe('closed');
  });

  it('Budapest 27(7): refused with ground and reasons; cannot be executed; postponed and then refused', async () => {
    const refusal = { ground: 'political-offence', reasons: 'A political offence' };
    const id = await letters.toGermany([Letters.measure(), Letters.measure({ what: 'Logs' }), Letters.measure({ what: 'Subscriber information' })]);
    await letters.transcribed(id, 'REFUSED', 1, refusal);
    await letters.transcribed(id, 'CANNOT_BE_EXECUTED', 2, { result: 'cannot-be-executed', explanation: 'The provider has ceased' });
    await letters.transcribed(id, 'POSTPONED', 3, { reasons: 'Own proceedings' });
    await letters.transcribed(id, 'REFUSED', 3, refusal);
    expect((await play.view('US auditor', id)).measures.map((m: Body) => m.outcome)).toEqual(['refused', 'cannot-be-executed', 'refused']);
  });

  it('evidence transmitted: entered as it came, and confirmed; the letter and the disk are all there was', async () => {
    const id = await letters.toGermany();
    const central = await play.as(US);
    const { id: packageId } = (await central.post('/evidence-packages', { requestId: id, measure: 1 }).expect(201)).body;
    await central.post(`/evidence-packages/${packageId}/files?name=logs.txt&mediaType=text/plain`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('logs')).expect(201);
    await central.post(`/evidence-packages/${packageId}/seal`).expect(200);
    await letters.transcribed(id, 'EVIDENCE_TRANSMITTED', 1, { packageId });
    await play.act(US, id, 1, 'CONFIRM_RECEIPT');
    expect(await first(id)).toMatchObject({ state: 'completed', outcome: 'transmitted-in-full' });
    // It has its outcome: nothing more is entered.
    expect((await central.post('/evidence-packages', { requestId: id, measure: 1 }).expect(409)).body).toMatchObject({ code: 'evidence.not-collecting' });
  });

  it('UNCC 40(26): that crossed our withdrawal counts where it is final', async () => {
    const id = await letters.toGermany();
    await play.act(US, id, 1, 'WITHDRAW_MEASURE', { reason: 'No longer needed' });
    await letters.carryAll(id);
    // Their letter answers the request alone: it had seen one message of ours.
    await letters.transcribed(id, 'NO_DATA_FOUND', 1, { result: 'no-data-found', explanation: 'None' }, { ack: 1 });
    expect(await first(id)).toMatchObject({ outcome: 'no-data-found' });
  });

  it('that contradicts the outcome on file is not confirmed, and changes nothing', async () => {
    const id = await letters.toGermany();
    await letters.transcribed(id, 'NO_DATA_FOUND', 1, { result: 'no-data-found', explanation: 'None' });
    expect(await letters.refused(id, 'REFUSED', 1, { ground: 'political-offence', reasons: 'x' })).toMatchObject({ status: 409, code: 'event.not-possible-now' });
  });

  it('is entered by hand for no State that has a node: evidence comes from its store', async () => {
    const id = await play.advanced('executing');
    await play.node.settle();
    expect((await (await play.as('KZ central-authority')).post('/evidence-packages', { requestId: id, measure: 1 }).expect(409)).body).toMatchObject({ code: 'evidence.not-collecting' });
  });
});
