import { Letters } from './letters.js';
import { Play } from './play.js';

// Real: everything but the clock. DE keeps no files here: its letters are transcribed by two.
let play: Play;
let letters: Letters;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
  letters = new Letters(play);
});
afterAll(() => play.close());

const US = 'US central-authority';
const OTHER = 'Investigation of money laundering';
const consent = (patch: object = {}) => ({ kind: 'onward-transfer', purpose: 'Evidence', proceeding: OTHER, data: 'Logs', personalData: true, destination: { state: 'KZ' }, ...patch });

describe('Budapest 28, practice: consent to later use, with a State off the network', () => {
  it('is asked by letter and granted by a transcribed one; a number that was never asked for is not confirmed', async () => {
    const id = await letters.toGermany();
    for (const [type, body] of [['EXAMINATION_BEGUN', {}], ['GRANTED', {}], ['EXECUTION_BEGUN', {}], ['EXECUTED', { result: 'data-obtained' }], ['TRANSMISSION_DECIDED', { outcome: 'released' }]] as const) await letters.transcribed(id, type, 1, body);
    const central = await play.as(US);
    const { id: packageId } = (await central.post('/evidence-packages', { requestId: id, measure: 1 }).expect(201)).body;
    await central.post(`/evidence-packages/${packageId}/files?name=logs.txt&mediaType=text/plain`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('logs')).expect(201);
    await central.post(`/evidence-packages/${packageId}/seal`).expect(200);
    await letters.transcribed(id, 'EVIDENCE_TRANSMITTED', 1, { packageId });
    await play.act(US, id, 1, 'CONFIRM_RECEIPT');

    await play.act(US, id, 1, 'REQUEST_USE_CONSENT', consent());
    const asked = (await letters.sent(id)).at(-1);
    expect(asked).toMatchObject({ type: 'USE_CONSENT_REQUESTED', status: 'to-dispatch', measure: 1 });
    // The letter that is printed bears the number by which the answer will be known.
    const printed = await central.get(`/requests/${id}/messages/${asked.id}/letter`).expect(200);
    expect(printed.text).toContain('consent');
    await letters.carryAll(id);
    expect(await letters.refused(id, 'USE_CONSENT_GRANTED', 1, { consent: 2 })).toMatchObject({ status: 422, code: 'consent.not-asked' });
    await letters.transcribed(id, 'USE_CONSENT_GRANTED', 1, { consent: 1, inWriting: true, reference: 'DE 17' });
    await play.act('US case-officer', id, 1, 'RECORD_USE', { ...consent({ kind: 'onward-transfer' }), consent: 1 });
    const { items } = (await (await play.as('US auditor')).get(`/uses?requestId=${id}`).expect(200)).body;
    expect(items).toMatchObject([{ destination: { state: 'KZ' }, consent: { no: 1, reference: 'DE 17' } }]);
  });

  it('is asked by a transcribed letter and answered by one that is carried; notice of disclosure is taken in', async () => {
    const id = await letters.fromGermany();
    await play.acts(id, [[US, null, 'ACKNOWLEDGE'], [US, 1, 'EXAMINE'], [US, 1, 'GRANT'], [US, 1, 'ASSIGN', { authority: 'District' }], ['US competent-authority', 1, 'AUTHORISE', { body: 'Court', remedyOpen: false }], ['US competent-authority', 1, 'BEGIN_EXECUTION'], ['US competent-authority', 1, 'REPORT_EXECUTION', { result: 'data-obtained' }], [US, 1, 'DECIDE_TRANSMISSION', { outcome: 'released' }]]);
    const packageId = await play.package(id, 1, { 'logs.txt': Buffer.from('logs') }, 'US competent-authority');
    await play.act(US, id, 1, 'TRANSMIT_EVIDENCE', { packageId });
    await letters.carryAll(id);
    await letters.transcribed(id, 'RECEIPT_CONFIRMED', 1);
    await letters.transcribed(id, 'CLOSED', null);
    await letters.transcribed(id, 'USE_CONSENT_REQUESTED', 1, consent());
    await letters.transcribed(id, 'EXCULPATORY_DISCLOSURE_NOTIFIED', 1, { proceeding: OTHER, data: 'One line', explanation: 'It clears the accused' });
    // As with any message: what is lacking is named when it is proposed.
    expect((await letters.propose(id, 'USE_CONSENT_REQUESTED', 1, consent({ destination: undefined }))).status).toBe(422);
    await play.act(US, id, 1, 'DECLINE_USE_CONSENT', { consent: 1, reasons: 'Own proceedings' });
    expect((await letters.sent(id)).at(-1)).toMatchObject({ type: 'USE_CONSENT_DECLINED', status: 'to-dispatch' });
    expect((await play.view('US auditor', id)).measures[0]).toMatchObject({ regions: { use: 'answered' }, particulars: { consents: [{ answer: 'declined', reasons: 'Own proceedings' }], disclosures: [{ no: 1 }] } });
  });
});
