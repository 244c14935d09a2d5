import { Play, type Body } from '../api/play.js';

// Real: everything but the clock. Deliveries fail because the receiver's database or the message itself was tampered with.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const KZ = 'KZ central-authority';
const sent = async (state: string, id: string, type: string) =>
  (await play.node.db.asSuperuser<{ id: string; signature: string; status: string }>('SELECT id, signature, status FROM outbox_message WHERE state = $1 AND thread_id = $2 AND type = $3 ORDER BY seq DESC', [state, id, type]))[0]!;
const sign = (messageId: string, signature: string) => play.node.db.asSuperuser('UPDATE outbox_message SET signature = $2 WHERE id = $1', [messageId, signature]);
const events = (view: Body) => view.letter.availableEvents.map((e: Body) => e.type);

/** A letter whose first message was spoilt on the way and rejected. */
async function rejected(): Promise<{ id: string; messageId: string; signature: string }> {
  const id = await play.draft();
  await play.acts(id, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], [KZ, null, 'TRANSMIT']]);
  const { id: messageId, signature } = await sent('KZ', id, 'REQUESTED');
  await sign(messageId, `${signature.slice(0, -4)}AAAA`);
  await play.node.settle();
  return { id, messageId, signature };
}

describe('a message the receiver rejects', () => {
  it('shows on the file as failed delivery, with what can be done; the other State has no file', async () => {
    const { id, messageId } = await rejected();
    const view = await play.view(KZ, id);
    expect(view.letter.regions.delivery).toBe('failed');
    expect(view.letter.particulars.deliveryFailure).toMatchObject({ messageId, type: 'REQUESTED', code: expect.stringMatching(/^message\./) });
    expect(events(view)).toEqual(expect.arrayContaining(['RESEND', 'CHANGE_CHANNEL', 'WITHDRAW']));
    // The legal state is untouched: receipts are transport.
    expect(view.letter.state).toBe('transmitted');
    expect((await (await play.as('VN central-authority')).get(`/requests/${id}`)).status).toBe(404);
    const { body } = await (await play.as('KZ auditor')).get(`/requests/${id}/timeline`).expect(200);
    expect(body.items.at(-1)).toMatchObject({ type: 'DELIVERY_FAILED', source: 'node' });
  });

  it('is sent again as it was sealed, and arrives once', async () => {
    const { id, messageId, signature } = await rejected();
    await sign(messageId, signature);
    await play.act(KZ, id, null, 'RESEND', { messageId });
    await play.node.settle();
    expect((await play.view(KZ, id)).letter.regions.delivery).toBe('inOrder');
    expect(await play.view('VN central-authority', id)).toMatchObject({ overall: 'received' });
  });

  it('can take another channel: it is then carried by people', async () => {
    const { id, messageId } = await rejected();
    await play.act(KZ, id, null, 'CHANGE_CHANNEL', { messageId });
    await play.node.settle();
    expect((await sent('KZ', id, 'REQUESTED')).status).toBe('to-dispatch');
    await (await play.as('KZ point-of-contact')).post(`/requests/${id}/messages/${messageId}/dispatch`, { channel: 'courier', dispatchedAt: '2026-11-03T09:12:00Z' }).expect(200);
  });

  it("is sent again only from its own request: another's failed message stays failed, and an unfailed one is left alone", async () => {
    const one = await rejected();
    const two = await rejected();
    for (const type of ['RESEND', 'CHANGE_CHANNEL']) expect(await play.refused(KZ, one.id, null, type, { messageId: two.messageId })).toMatchObject({ status: 404, code: 'message.unknown' });
    await play.act(KZ, one.id, null, 'SEND_CORRESPONDENCE', { subject: 'x', text: 'y' });
    const later = await sent('KZ', one.id, 'CORRESPONDENCE');
    for (const type of ['RESEND', 'CHANGE_CHANNEL']) expect(await play.refused(KZ, one.id, null, type, { messageId: later.id })).toMatchObject({ status: 409, code: 'message.not-failed' });
    // And none of this where nothing has failed.
    const fine = await play.transmitted();
    expect(await play.refused(KZ, fine, null, 'RESEND', { messageId: two.messageId })).toMatchObject({ status: 409 });
  });

  it('holds back what was sent after it, until it has arrived', async () => {
    const { id, messageId, signature } = await rejected();
    await play.act(KZ, id, 1, 'WITHDRAW_MEASURE', { reason: 'No longer needed' });
    await play.node.settle();
    expect((await sent('KZ', id, 'WITHDRAWAL_REQUESTED')).status).toBe('pending');
    await sign(messageId, signature);
    await play.act(KZ, id, null, 'RESEND', { messageId });
    await play.node.settle();
    for (const who of ['KZ auditor', 'VN auditor']) expect(await play.view(who, id)).toMatchObject({ overall: 'withdrawn' });
  });

  it('UNCC 40(26): is withdrawn with the whole letter at once, and ends there: nothing is sent any more, and the other State never had a file', async () => {
    const { id, messageId, signature } = await rejected();
    await play.act(KZ, id, null, 'SEND_CORRESPONDENCE', { subject: 'x', text: 'y' });
    const done = await play.act(KZ, id, null, 'WITHDRAW', { reason: 'No longer needed' });
    expect(done).toMatchObject({ overall: 'closed', letterState: 'closed', messages: [] });
    const view = await play.view(KZ, id);
    expect(view).toMatchObject({ measures: [{ state: 'withdrawn', outcome: 'withdrawn', particulars: { withdrawal: { reason: 'No longer needed' } } }], letter: { particulars: { withdrawal: { reason: 'No longer needed' } } } });
    expect(view.deadlines.filter((d: Body) => d.status === 'open')).toEqual([]);
    await sign(messageId, signature);
    for (const type of ['RESEND', 'CHANGE_CHANNEL']) expect(await play.refused(KZ, id, null, type, { messageId })).toMatchObject({ status: 409, code: 'request.recalled' });
    play.node.clock.advanceDays(3);
    await play.node.settle();
    expect([(await sent('KZ', id, 'REQUESTED')).status, (await sent('KZ', id, 'CORRESPONDENCE')).status]).toEqual(['failed', 'failed']);
    expect((await (await play.as('VN central-authority')).get(`/requests/${id}`)).status).toBe(404);
  });
});

describe('a receiver that gives no answer', () => {
  it('is tried again with pauses, then the file says that delivery failed', async () => {
    const id = await play.draft();
    await play.acts(id, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], [KZ, null, 'TRANSMIT']]);
    await play.node.db.asSuperuser('REVOKE INSERT ON inbox_message FROM comity_worker');
    try {
      for (let day = 0; day < 12; day += 1) {
        await play.node.settle();
        play.node.clock.advanceDays(1);
      }
    } finally {
      await play.node.db.asSuperuser('GRANT INSERT ON inbox_message TO comity_worker');
    }
    const view = await play.view(KZ, id);
    expect(view.letter.particulars.deliveryFailure).toMatchObject({ code: 'delivery.no-answer' });
    await play.act(KZ, id, null, 'RESEND', { messageId: view.letter.particulars.deliveryFailure.messageId });
    await play.node.settle();
    expect(await play.view('VN auditor', id)).toMatchObject({ overall: 'received' });
  });
});

describe('a message that cannot be handled', () => {
  it('parks its thread where officials see it; the sender has its receipt; mended, it is handled with those behind it', async () => {
    const id = await play.transmitted();
    const [row] = await play.node.db.asSuperuser<{ chart: object }>(`SELECT chart FROM measure WHERE state = 'KZ' AND file_id = $1`, [id]);
    const broken = JSON.stringify({ ...row!.chart, value: { ...(row!.chart as { value: object }).value, main: 'completed' } });
    await play.node.db.asSuperuser(`UPDATE measure SET chart = $2 WHERE state = 'KZ' AND file_id = $1`, [id, broken]);
    await play.acts(id, [['VN central-authority', null, 'ACKNOWLEDGE'], ['VN central-authority', 1, 'EXAMINE'], ['VN central-authority', 1, 'GRANT']]);
    await play.node.settle();
    const desk = await play.as('KZ point-of-contact');
    const list = async () => (await desk.get(`/requests/${id}/messages`).expect(200)).body.items.filter((m: Body) => m.direction === 'received').map((m: Body) => [m.type, m.status, m.code]);
    expect(await list()).toEqual([['ACKNOWLEDGED', 'applied', null], ['EXAMINATION_BEGUN', 'parked', 'event.not-possible-now'], ['GRANTED', 'waiting', null]]);
    expect((await play.log('KZ', 'message.parked')).at(-1)).toMatchObject({ subject: `file:${id}`, body: { type: 'EXAMINATION_BEGUN', code: 'event.not-possible-now' } });
    expect((await play.view('VN central-authority', id)).letter.regions.delivery).toBe('inOrder');

    // Tried before it was mended: it stays parked, and nothing is lost.
    expect((await desk.post(`/requests/${id}/messages/retry-parked`).expect(200)).body).toEqual({ requestId: id, free: false });
    await play.node.db.asSuperuser(`UPDATE measure SET chart = $2 WHERE state = 'KZ' AND file_id = $1`, [id, JSON.stringify(row!.chart)]);
    expect((await desk.post(`/requests/${id}/messages/retry-parked`).expect(200)).body).toEqual({ requestId: id, free: true });
    expect((await list()).every(([, status]: string[]) => status === 'applied')).toBe(true);
    expect((await play.view('KZ auditor', id)).measures[0].state).toBe('granted');
    expect((await desk.post(`/requests/${id}/messages/retry-parked`)).status).toBe(409);
    expect((await (await play.as('KZ case-officer')).post(`/requests/${id}/messages/retry-parked`)).status).toBe(403);
  });
});
