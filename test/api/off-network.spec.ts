import type { Response } from 'supertest';
import { sha256Hex } from '@comity/kernel';
import { DirectoryService } from '@comity/directory';
import { inTransaction } from '@comity/database';
import { openSealed } from '@comity/exchange';
import { profile } from '@comity/treaty';
import { letter, measure } from '../support/stored-data.js';
import { bytesOf, Play, problemOf, sha256, type Body } from './play.js';

// Real: everything but the clock. DE keeps no files here: its letters are carried by people, and transcribed by two.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const budapest = () => measure({ legalBases: [{ instrument: 'budapest-2001', article: '31', date: '2026-11-03', role: 'primary' }] });
const german = (patch = {}) => letter({ language: 'de', ...patch });
const toGermany = async (patch = {}): Promise<string> => {
  const id = await play.draft({ requestedState: 'DE', letter: german(patch), measures: [budapest()] }, 'US case-officer');
  await play.acts(id, [['US case-officer', null, 'SUBMIT_FOR_REVIEW'], ['US central-authority', null, 'TRANSMIT']]);
  await play.node.settle();
  return id;
};
const messages = async (id: string): Promise<Body[]> => (await (await play.as('US central-authority')).get(`/requests/${id}/messages`).expect(200)).body.items;
const upload = async (bytes: Buffer, who = 'US central-authority'): Promise<string> => (await (await play.as(who)).post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(bytes).expect(201)).body.sha256;

async function propose(id: string | undefined, type: string, no: number | null, body: object = {}, patch: object = {}): Promise<Response> {
  const scan = Buffer.from(`scan of ${type}`);
  return (await play.as('US central-authority')).post('/transcriptions', {
    ...(id && { requestId: id }), counterpart: 'DE', type, measure: no, body, datedAt: '2026-11-03T08:00:00Z', receivedAt: '2026-11-03T09:00:00Z', channel: 'diplomatic', document: { sha256: await upload(scan) }, ...patch,
  });
}
const confirm = async (transcriptionId: string, who = 'US central-authority-2') => (await play.as(who)).post(`/transcriptions/${transcriptionId}/confirm`);
async function transcribed(id: string | undefined, type: string, no: number | null, body: object = {}, patch: object = {}): Promise<Body> {
  const proposed = await propose(id, type, no, body, patch);
  expect([type, proposed.status, proposed.status === 201 ? '' : problemOf(proposed)]).toEqual([type, 201, '']);
  const confirmed = await confirm(proposed.body.id);
  expect([type, confirmed.status, confirmed.status === 200 ? '' : problemOf(confirmed)]).toEqual([type, 200, '']);
  return confirmed.body;
}
const dispatch = async (id: string, messageId: string, patch: object = {}) => (await play.as('US point-of-contact')).post(`/requests/${id}/messages/${messageId}/dispatch`, { channel: 'diplomatic', dispatchedAt: play.node.clock.now().toISOString(), reference: 'NV-12', ...patch });

describe('a request to a State off the network', () => {
  const HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)>';
  let id: string;
  let message: Body;

  it('waits to be carried, and can be taken away as JSON that anyone can verify offline', async () => {
    id = await toGermany({ facts: `Facts ${HOSTILE} & more`, subject: HOSTILE });
    [message] = await messages(id);
    expect(message).toMatchObject({ direction: 'sent', type: 'REQUESTED', status: 'to-dispatch', seq: 1 });
    const { body: exported } = await (await play.as('US central-authority')).get(`/requests/${id}/messages/${message.id}/export`).expect(200);
    expect(exported).toMatchObject({ format: 'comity-message', version: 1, sha256: message.sha256 });
    expect(sha256Hex(Buffer.from(exported.sealed, 'utf8'))).toBe(message.sha256);
    const keys = await inTransaction(play.node.db.dataSource, { state: 'DE', readOnly: true }, (tx) => play.node.app.get(DirectoryService, { strict: false }).publicKeys(tx, 'US', play.node.clock.now()));
    const read = openSealed(Buffer.from(exported.sealed, 'utf8'), exported.signature, keys as never);
    expect(read).toMatchObject({ from: 'US', to: 'DE', thread: id, seq: 1, ack: 0, type: 'REQUESTED', body: { letter: { subject: HOSTILE } } });
    expect(() => openSealed(Buffer.from(exported.sealed.replace('Facts', 'Fakts'), 'utf8'), exported.signature, keys as never)).toThrow();
  });

  it('and as a letter to print, in which nothing that was written is run', async () => {
    const answer = await (await play.as('US central-authority')).get(`/requests/${id}/messages/${message.id}/letter`).expect(200);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(answer.text).not.toMatch(/<script|<img|onerror=alert\(1\)>/);
    for (const part of ['Germany (DE)', 'United States', message.sha256]) expect(answer.text).toContain(part);
  });

  it('is noted as dispatched once, not before it was, and by the desk only', async () => {
    expect(problemOf(await dispatch(id, message.id, { dispatchedAt: '2026-11-04T00:00:00Z' }))).toMatchObject({ status: 422, code: 'dispatch.in-future' });
    expect(problemOf(await dispatch(id, message.id, { dispatchedAt: '0001-01-01T00:00:00Z' }))).toMatchObject({ status: 422, code: 'dispatch.before-sealed' });
    expect(problemOf(await dispatch(id, message.id, { channel: 'pigeon' })).status).toBe(400);
    expect((await (await play.as('US case-officer')).post(`/requests/${id}/messages/${message.id}/dispatch`, { channel: 'letter', dispatchedAt: '2026-11-03T09:10:00Z' })).status).toBe(403);
    const etag = await play.etag('US central-authority', id);
    expect((await dispatch(id, message.id)).status).toBe(200);
    expect(await play.etag('US central-authority', id)).toBe(etag);
    expect(problemOf(await dispatch(id, message.id))).toMatchObject({ status: 409, code: 'message.not-to-dispatch' });
    expect((await messages(id))[0]).toMatchObject({ status: 'dispatched', sent: { dispatch: { channel: 'diplomatic', reference: 'NV-12' } } });
    expect((await play.log('US', 'message.dispatched')).at(-1)).toMatchObject({ subject: `file:${id}`, body: { messageId: message.id, channel: 'diplomatic' } });
  });
});

describe('an answer by letter', () => {
  let id: string;
  beforeAll(async () => {
    id = await toGermany();
    await dispatch(id, (await messages(id))[0].id);
  });

  it('takes effect only when a second person confirms it, with the document as proof', async () => {
    const before = await play.view('US auditor', id);
    const proposed = await propose(id, 'ACKNOWLEDGED', null, { reference: 'DE 9351 E' });
    expect(proposed.status).toBe(201);
    expect(proposed.body).toMatchObject({ status: 'proposed', requestId: id, document: { sha256: sha256(Buffer.from('scan of ACKNOWLEDGED')) } });
    expect((await play.view('US auditor', id)).version).toBe(before.version);
    const scan = await bytesOf((await play.as('US central-authority-2')).get(`/transcriptions/${proposed.body.id}/document`)).expect(200);
    expect((scan.body as Buffer).toString()).toBe('scan of ACKNOWLEDGED');
    expect((await play.log('US', 'attachment.read')).at(-1)).toMatchObject({ subject: `file:${id}`, body: { transcriptionId: proposed.body.id } });
    expect(problemOf(await confirm(proposed.body.id, 'US central-authority'))).toMatchObject({ status: 403, code: 'transcription.four-eyes' });
    expect((await confirm(proposed.body.id, 'US point-of-contact')).status).toBe(403);
    expect((await confirm(proposed.body.id)).status).toBe(200);
    expect(problemOf(await confirm(proposed.body.id))).toMatchObject({ status: 409, code: 'transcription.decided' });
    expect(await play.view('US auditor', id)).toMatchObject({ overall: 'acknowledged', counterpartReference: 'DE 9351 E' });
  });

  it('goes through examination, grant and refusal by the same statecharts, marked as transcribed in the timeline', async () => {
    for (const [type, body] of [['EXAMINATION_BEGUN', {}], ['GRANTED', {}], ['ASSIGNED', { authority: 'Regional court' }], ['AUTHORISED', { body: 'Regional court', remedyOpen: false }], ['EXECUTION_BEGUN', {}], ['NO_DATA_FOUND', { result: 'no-data-found', explanation: 'Servers were reset' }]] as const) await transcribed(id, type, 1, body);
    expect((await play.view('US case-officer', id)).measures[0]).toMatchObject({ state: 'noDataFound', outcome: 'no-data-found' });
    const { body: timeline } = await (await play.as('US auditor')).get(`/requests/${id}/timeline`).expect(200);
    const theirs = timeline.items.filter((i: Body) => i.by === 'DE');
    expect(theirs.map((i: Body) => [i.type, i.provenance])).toEqual(['ACKNOWLEDGED', 'EXAMINATION_BEGUN', 'GRANTED', 'ASSIGNED', 'AUTHORISED', 'EXECUTION_BEGUN', 'NO_DATA_FOUND'].map((t) => [t, 'transcribed']));
    expect(timeline.items.filter((i: Body) => i.by === 'US').every((i: Body) => i.provenance === null)).toBe(true);
    await play.act('US central-authority', id, null, 'CLOSE');
    await transcribed(id, 'CLOSED', null);
    expect(await play.view('US auditor', id)).toMatchObject({ overall: 'closed' });
  });

  it('a refusal is taken with its ground and reasons, and not without them', async () => {
    const other = await toGermany();
    await transcribed(other, 'ACKNOWLEDGED', null, { reference: 'DE 1' });
    await transcribed(other, 'EXAMINATION_BEGUN', 1);
    expect(problemOf(await propose(other, 'REFUSED', 1, {}))).toMatchObject({ status: 422, errors: expect.arrayContaining([expect.objectContaining({ pointer: '/body/ground' })]) });
    await transcribed(other, 'REFUSED', 1, { ground: 'political-offence', reasons: 'A political offence' });
    expect((await play.view('US case-officer', other)).measures[0]).toMatchObject({ outcome: 'refused', particulars: { refusal: { ground: 'political-offence', reasons: 'A political offence' } } });
  });

  it('out of its order is refused at the confirmation, changes nothing, and can be confirmed when its turn has come', async () => {
    const other = await toGermany();
    const early = await propose(other, 'STATUS_ANSWERED', null, { answer: 'Under examination' });
    expect(early.status).toBe(201);
    const second = await play.as('US central-authority-2');
    const refused = await play.unchanged(() => second.post(`/transcriptions/${early.body.id}/confirm`));
    expect(refused).toMatchObject({ status: 409, code: 'event.not-possible-now' });
    await transcribed(other, 'ACKNOWLEDGED', null, { reference: 'DE 2' });
    await play.act('US central-authority', other, null, 'QUERY_STATUS');
    expect((await confirm(early.body.id)).status).toBe(200);
    expect((await play.view('US case-officer', other)).letter.particulars.status).toMatchObject([{ answer: 'Under examination' }]);
  });

  it('is proposed once: word for word the same waits for its second person, or is declined first', async () => {
    const other = await toGermany();
    const proposed = await propose(other, 'ACKNOWLEDGED', null, { reference: 'DE 3' });
    expect(problemOf(await propose(other, 'ACKNOWLEDGED', null, { reference: 'DE 3' }))).toMatchObject({ status: 409, code: 'transcription.proposed-already', detail: expect.stringContaining(String(proposed.body.id)) });
    await (await play.as('US central-authority-2')).post(`/transcriptions/${proposed.body.id}/decline`, { reason: 'The reference is DE 8' }).expect(200);
    expect((await propose(other, 'ACKNOWLEDGED', null, { reference: 'DE 3' })).status).toBe(201);
  });

  it('wrongly read is declined with a reason, and stays on record without effect', async () => {
    const other = await toGermany();
    const proposed = await propose(other, 'ACKNOWLEDGED', null, { reference: 'DE 3' });
    const second = await play.as('US central-authority-2');
    expect((await second.post(`/transcriptions/${proposed.body.id}/decline`, {})).status).toBe(400);
    expect((await second.post(`/transcriptions/${proposed.body.id}/decline`, { reason: 'The reference is DE 8' })).status).toBe(200);
    expect(problemOf(await confirm(proposed.body.id))).toMatchObject({ code: 'transcription.decided' });
    expect((await second.get(`/transcriptions?requestId=${other}`).expect(200)).body.items).toMatchObject([{ status: 'declined', declineReason: 'The reference is DE 8' }]);
    for (const wrong of ['after=x', 'limit=0', 'limit=201']) expect((await second.get(`/transcriptions?${wrong}`)).status).toBe(400);
    await propose(other, 'ACKNOWLEDGED', null, { reference: 'DE 8' });
    const first = await second.get(`/transcriptions?requestId=${other}&limit=1`).expect(200);
    expect(first.headers['link']).toMatch(/^<\/api\/v1\/transcriptions\?requestId=[^>]+&after=[^>]+>; rel="next"$/);
    const rest = (await second.get(`/transcriptions?requestId=${other}&limit=1&after=${first.body.next}`).expect(200)).body;
    expect([...first.body.items, ...rest.items].map(({ status }: Body) => status)).toEqual(['declined', 'proposed']);
    expect(rest).not.toHaveProperty('next');
    // Whole letters went out: that is a reading.
    const { accountId } = await play.node.official('US', 'central-authority-2');
    expect((await play.log('US', 'transcription.read')).at(-1)).toMatchObject({ subject: `account:${accountId}`, body: { requestId: other, entries: 1 } });
    expect(await play.view('US auditor', other)).toMatchObject({ overall: 'transmitted' });
    expect((await play.log('US', 'transcription.declined')).at(-1)).toMatchObject({ subject: `file:${other}` });
  });

  it('that could not be is refused when proposed, each fault named', async () => {
    const other = await toGermany();
    const send = await play.as('US central-authority');
    const base = { requestId: other, counterpart: 'DE', type: 'ACKNOWLEDGED', measure: null, body: { reference: 'x' }, datedAt: '2026-11-03T08:00:00Z', receivedAt: '2026-11-03T09:00:00Z', channel: 'letter', document: { sha256: await upload(Buffer.from('scan')) } };
    for (const [patch, status, code] of [
      [{ type: 'FLOWN' }, 422, 'transcription.type-unknown'], [{ type: '__PROTO__' }, 400, 'body.invalid'], [{ type: 'CONSTRUCTOR' }, 422, 'transcription.type-unknown'],
      [{ measure: 1 }, 409, 'transcription.wrong-subject'], [{ type: 'GRANTED', body: {} }, 409, 'transcription.wrong-subject'], [{ body: { x: 1 } }, 422, 'payload.unknown-field'], [{ body: { reference: 'a\u202eb' } }, 422, 'text.unfit-characters'],
      [{ document: { sha256: '0'.repeat(64) } }, 422, 'transcription.document-missing'], [{ document: [] }, 400, 'body.invalid'], [{ receivedAt: '2026-11-09T00:00:00Z' }, 422, 'transcription.received-in-future'], [{ datedAt: '2026-11-09T00:00:00Z' }, 422, 'transcription.dated-in-future'],
      [{ receivedAt: '2026-11-03T07:59:59Z' }, 422, 'transcription.received-before-dated'], [{ datedAt: '2026-11-01T23:00:00Z' }, 422, 'transcription.dated-before-request'],
      [{ requestId: undefined }, 422, 'transcription.thread-needed'], [{ counterpart: 'EE' }, 404, 'thread.unknown'], [{ ack: 7 }, 422, 'transcription.ack-unknown'], [{ datedAt: '2026-11-03+05:00' }, 400, 'body.invalid'],
    ] as const) {
      const found = await play.unchanged(() => send.post('/transcriptions', { ...base, ...patch }));
      expect([patch, found.status, found.code]).toEqual([patch, status, code]);
    }
    // What only the requesting State says cannot come from the requested one: refused when it would take effect.
    const wrongSide = await send.post('/transcriptions', { ...base, type: 'INFORMATION_PROVIDED', body: { answer: 'x' } }).expect(201);
    const second = await play.as('US central-authority-2');
    expect(await play.unchanged(() => second.post(`/transcriptions/${wrongSide.body.id}/confirm`))).toMatchObject({ status: 409 });
  });
});

describe('the scan that a transcription rests on', () => {
  const evidence = Buffer.from('image of a disk, which auditors must not have');
  const letterFromGermany = (bytes: Buffer) => ({
    counterpart: 'DE', type: 'REQUESTED', measure: null, datedAt: '2026-11-03T08:00:00Z', receivedAt: '2026-11-03T08:00:00Z', channel: 'letter', document: { sha256: sha256(bytes) },
    body: { letter: german(), measures: [budapest()], reference: 'DE-77', profile: { 'budapest-2001': profile('budapest-2001').version } },
  });

  it('was taken in as one: the hash of evidence, of an attachment or of nothing opens nothing', async () => {
    const id = await play.advanced('executing');
    const attached = Buffer.from('an attachment');
    const vn = await play.as('VN central-authority');
    await vn.post(`/requests/${id}/attachments?name=a.pdf&mediaType=application/pdf`, undefined, { 'content-type': 'application/octet-stream' }).send(attached).expect(201);
    await play.package(id, 1, { 'image.dd': evidence });
    // What one State took in is nothing to another.
    await upload(evidence);
    const answers = [];
    for (const bytes of [evidence, attached, Buffer.from('never stored')]) answers.push(await play.unchanged(() => vn.post('/transcriptions', letterFromGermany(bytes))));
    expect(answers[0]).toMatchObject({ status: 422, code: 'transcription.document-missing', errors: [{ pointer: '/document/sha256' }] });
    for (const other of answers) expect({ ...other, instance: '' }).toEqual({ ...answers[0], instance: '' });
  });

  it('may be the same bytes as evidence when an official had them to upload; who did is told in the log', async () => {
    await upload(evidence, 'VN central-authority');
    await upload(evidence, 'VN central-authority');
    const { accountId } = await play.node.official('VN', 'central-authority');
    expect((await play.log('VN', 'transcription.document-stored')).at(-1)).toMatchObject({ subject: `account:${accountId}`, body: { sha256: sha256(evidence), size: evidence.length } });
    const proposed = await (await play.as('VN central-authority')).post('/transcriptions', letterFromGermany(evidence)).expect(201);
    const read = await bytesOf((await play.as('VN central-authority-2')).get(`/transcriptions/${proposed.body.id}/document`)).expect(200);
    expect(read.body).toEqual(evidence);
  });
});

describe('a request that comes by letter', () => {
  it('opens a file when confirmed, and is answered by letters', async () => {
    const body = { letter: letter({ authority: { name: 'Federal Office of Justice' } }), measures: [budapest()], reference: 'DE 9352', profile: { 'budapest-2001': profile('budapest-2001').version } };
    const opened = await transcribed(undefined, 'REQUESTED', null, body);
    const id = opened.requestId as string;
    expect(await play.view('US central-authority', id)).toMatchObject({ side: 'requested', counterpart: 'DE', counterpartReference: 'DE 9352', overall: 'received' });
    await play.acts(id, [['US central-authority', null, 'ACKNOWLEDGE'], ['US central-authority', 1, 'EXAMINE'], ['US central-authority', 1, 'OFFER_CONDITIONS', { conditions: [{ kind: 'use', text: 'This case only' }] }]]);
    const sent = (await messages(id)).filter((m) => m.direction === 'sent');
    expect(sent.map((m) => [m.type, m.status])).toEqual([['ACKNOWLEDGED', 'to-dispatch'], ['EXAMINATION_BEGUN', 'to-dispatch'], ['CONDITIONS_OFFERED', 'to-dispatch']]);
    // Letters are sent in order, so that the count of what was seen is right.
    expect(problemOf(await dispatch(id, sent[2]!.id))).toMatchObject({ code: 'message.earlier-unsent' });
    for (const { id: messageId } of sent) expect((await dispatch(id, messageId)).status).toBe(200);
    await transcribed(id, 'CONDITIONS_ACCEPTED', 1);
    await play.acts(id, [['US central-authority', 1, 'GRANT'], ['US central-authority', 1, 'ASSIGN', { authority: 'District' }], ['US competent-authority', 1, 'AUTHORISE', { body: 'Court', remedyOpen: false }], ['US competent-authority', 1, 'BEGIN_EXECUTION'], ['US competent-authority', 1, 'REPORT_EXECUTION', { result: 'data-obtained' }], ['US central-authority', 1, 'DECIDE_TRANSMISSION', { outcome: 'released' }]]);
    const packageId = await play.package(id, 1, { 'logs.txt': Buffer.from('logs') }, 'US competent-authority');
    await play.act('US central-authority', id, 1, 'TRANSMIT_EVIDENCE', { packageId });
    await play.node.settle();
    await transcribed(id, 'RECEIPT_CONFIRMED', 1);
    await transcribed(id, 'CLOSED', null);
    expect(await play.view('US auditor', id)).toMatchObject({ overall: 'closed', measures: [{ outcome: 'transmitted-in-full' }] });
  });

  it('with a letter that is none is not confirmed, and opens no file', async () => {
    const proposed = await propose(undefined, 'REQUESTED', null, { letter: { facts: 7 }, measures: [{}], reference: 'DE 1', profile: { 'budapest-2001': '999' } });
    if (proposed.status === 201) {
      const second = await play.as('US central-authority-2');
      expect((await play.unchanged(() => second.post(`/transcriptions/${proposed.body.id}/confirm`))).status).toBe(422);
    } else expect(proposed.status).toBe(422);
  });
});

describe('evidence that comes on a disk', () => {
  it('is entered and sealed by officials, taken in with the transcribed letter, and confirmed', async () => {
    const id = await toGermany();
    const central = await play.as('US central-authority');
    await transcribed(id, 'ACKNOWLEDGED', null, { reference: 'DE 7' });
    for (const [type, body] of [['EXAMINATION_BEGUN', {}], ['GRANTED', {}], ['EXECUTION_BEGUN', {}], ['EXECUTED', { result: 'data-obtained' }]] as const) await transcribed(id, type, 1, body);
    await transcribed(id, 'TRANSMISSION_DECIDED', 1, { outcome: 'released' });

    const { id: packageId } = (await central.post('/evidence-packages', { requestId: id, measure: 1 }).expect(201)).body;
    const bytes = Buffer.from('logs of the provider');
    const file = await central.post(`/evidence-packages/${packageId}/files?name=logs.txt&mediaType=text/plain`, undefined, { 'content-type': 'application/octet-stream' }).send(bytes).expect(201);
    expect(file.body.sha256).toBe(sha256(bytes));
    const proposed = await propose(id, 'EVIDENCE_TRANSMITTED', 1, { packageId });
    const unsealed = await confirm(proposed.body.id);
    expect([unsealed.status, unsealed.body.code]).toEqual([409, 'evidence.not-entered']);

    expect((await central.post(`/evidence-packages/${packageId}/seal`).expect(200)).body).toMatchObject({ direction: 'received', manifestSha256: expect.any(String) });
    // What could not be confirmed then waits, and is confirmed now.
    expect((await confirm(proposed.body.id)).status).toBe(200);
    await play.act('US central-authority', id, 1, 'CONFIRM_RECEIPT');
    expect((await play.view('US auditor', id)).measures[0]).toMatchObject({ outcome: 'transmitted-in-full' });
    const read = await (await play.as('US case-officer')).get(`/evidence-packages/${packageId}/files/1`).expect(200);
    expect(Buffer.from(read.body as Buffer).equals(bytes)).toBe(true);
  });
});
