import { Play, problemOf, type Body } from './play.js';

// Real: everything but the clock. KZ and VN have nodes here. A delivery fails because the signature was tampered with.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const [KZ, VN] = ['KZ central-authority', 'VN central-authority'];

async function letterFromKazakhstan(patch: object): Promise<object> {
  const { sha256 } = (await (await play.as(VN)).post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('scan')).expect(201)).body as { sha256: string };
  return { counterpart: 'KZ', measure: null, datedAt: '2026-11-03T09:12:40Z', receivedAt: '2026-11-03T09:12:40Z', channel: 'courier', document: { sha256 }, ...patch };
}

describe('a letter on paper from a State that has a node', () => {
  it('is not transcribed in place of a message of the node', async () => {
    const id = await play.transmitted();
    const paper = await letterFromKazakhstan({ requestId: id, type: 'CORRESPONDENCE', body: { subject: 'A letter', text: 'On paper' } });
    const vn = await play.as(VN);
    expect(await play.unchanged(() => vn.post('/transcriptions', paper))).toMatchObject({ status: 409, code: 'transcription.peer-has-node', detail: expect.stringContaining('by its node') });
    await play.act(KZ, id, null, 'SEND_CORRESPONDENCE', { subject: 'By node', text: 'Sealed' });
    await play.node.settle();
    expect((await play.view(KZ, id)).letter.regions.delivery).toBe('inOrder');
  });

  it('that the node printed, since it could not be delivered, opens the file under its id; the answer goes by the node', async () => {
    const id = await play.draft();
    await play.acts(id, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], [KZ, null, 'TRANSMIT']]);
    await play.node.db.asSuperuser(`UPDATE outbox_message SET signature = left(signature, -4) || 'AAAA' WHERE state = 'KZ' AND thread_id = $1`, [id]);
    await play.node.settle();
    const kz = await play.as(KZ);
    const [message] = (await kz.get(`/requests/${id}/messages`).expect(200)).body.items as Body[];
    await play.act(KZ, id, null, 'CHANGE_CHANNEL', { messageId: message.id });
    const exported = (await kz.get(`/requests/${id}/messages/${message.id}/export`).expect(200)).body as { sealed: string };
    await kz.post(`/requests/${id}/messages/${message.id}/dispatch`, { channel: 'courier', dispatchedAt: play.node.clock.now().toISOString() }).expect(200);

    const { thread, seq, body } = JSON.parse(exported.sealed) as { thread: string; seq: number; body: object };
    const vn = await play.as(VN);
    const opening = await letterFromKazakhstan({ type: 'REQUESTED', body });
    expect(problemOf(await vn.post('/transcriptions', opening))).toMatchObject({ status: 409, code: 'transcription.peer-has-node' });
    const { id: transcription } = (await vn.post('/transcriptions', { ...opening, requestId: thread, seq }).expect(201)).body as { id: string };
    expect((await (await play.as('VN central-authority-2')).post(`/transcriptions/${transcription}/confirm`).expect(200)).body).toMatchObject({ requestId: id, seq: 1 });
    expect(problemOf(await vn.post('/transcriptions', { ...opening, requestId: thread, seq }))).toMatchObject({ status: 409, code: 'transcription.already-received' });
    await play.act(VN, id, null, 'ACKNOWLEDGE');
    await play.node.settle();
    expect(await play.view(KZ, id)).toMatchObject({ overall: 'acknowledged' });
  });
});
