import { exportMessage, openSealed, Peers, type Letter } from '@comity/exchange';
import { conflict, newId, sha256Hex } from '@comity/kernel';
import { official, START, TwoStates } from './two-states.js';

let states: TwoStates;
beforeAll(async () => (states = await TwoStates.open(import.meta.url)));
afterAll(() => states.db.close());
beforeEach(() => {
  states.first.handler.also = async () => undefined;
  states.first.handler.messages = [];
  states.first.handler.seen.length = 0;
});

const clerk = official('AA');
const second = official('AA');
const letter = (over: Partial<Letter> = {}): Letter => ({
  counterpart: 'CC',
  type: 'REQUESTED',
  measure: null,
  body: { subject: 'a letter' },
  datedAt: new Date('2026-11-01T00:00:00Z'),
  receivedAt: new Date('2026-11-01T10:00:00Z'),
  channel: 'diplomatic',
  // Each letter is another sheet of paper.
  document: { sha256: sha256Hex(`scan ${newId()}`) },
  ...over,
});
const propose = (over: Partial<Letter> = {}, actor = clerk) =>
  states.as('AA', (tx) => states.first.transcriptions.propose(tx, actor, letter(over), START));
const confirm = (id: string, actor = second) =>
  states.as('AA', (tx) => states.first.transcriptions.confirm(tx, actor, id, START));
const dispatch = (id: string, over: object = {}, actor = clerk) =>
  states.as('AA', (tx) =>
    states.first.dispatch.dispatch(tx, actor, id, {
      channel: 'courier',
      dispatchedAt: START,
      reference: 'RR 12',
      at: START,
      ...over,
    }),
  );

describe('a message to an off-network State', () => {
  it('is never delivered: it is exported, carried, and marked dispatched', async () => {
    const { thread, id } = await states.post('AA', 'CC');
    expect(await states.first.delivery.runOnce('AA')).toBe(0);
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 to-dispatch']);
    const message = await states.as('AA', (tx) => states.first.outbox.message(tx, id));
    const { sealed, signature } = JSON.parse(exportMessage({ ...message, training: false, stateNames: {} }).json) as {
      sealed: string;
      signature: string;
    };
    expect(openSealed(Buffer.from(sealed), signature, states.keys.get('AA')!).to).toBe('CC');
    await dispatch(id);
    const [sent] = await states.as('AA', (tx) => states.first.outbox.messages(tx, thread));
    expect(sent).toMatchObject({
      status: 'dispatched',
      sent: { dispatch: { channel: 'courier', at: START, by: clerk.accountId, reference: 'RR 12' } },
    });
    expect(states.first.handler.seen).toEqual(['dispatched 1 courier']);
    await expect(dispatch(id)).rejects.toMatchObject({ code: 'message.not-to-dispatch' });
  });

  it('leaves in order, by a way that is named, not before it has left, and by its own State only', async () => {
    const { thread, id } = await states.post('AA', 'CC');
    const later = await states.post('AA', 'CC', thread);
    await expect(dispatch(later.id)).rejects.toMatchObject({ code: 'message.earlier-unsent' });
    await expect(dispatch(id, { channel: 'pigeon' })).rejects.toMatchObject({ code: 'dispatch.channel-unknown' });
    await expect(dispatch(id, { dispatchedAt: new Date(START.getTime() + 1) })).rejects.toMatchObject({
      code: 'dispatch.in-future',
    });
    await expect(dispatch(id, { dispatchedAt: new Date(Number.NaN) })).rejects.toMatchObject({
      code: 'dispatch.in-future',
    });
    await expect(dispatch(id, { dispatchedAt: new Date(START.getTime() - 1) })).rejects.toMatchObject({
      status: 422,
      code: 'dispatch.before-sealed',
    });
    await expect(dispatch(id, {}, official('BB'))).rejects.toMatchObject({ code: 'message.unknown' });
    await dispatch(id);
    await dispatch(later.id);
  });

  it('may take the place of one that could not be delivered, and the other way round', async () => {
    const { thread, id } = await states.post('AA', 'BB');
    const broken = states.process(() => ({
      deliver: async () => ({ status: 'rejected', messageId: id, sha256: '', at: '', code: 'message.unknown-key' }),
    }));
    await broken.delivery.runOnce('AA');
    const by = (transport: 'manual' | 'in-process') =>
      states.as('AA', (tx) => states.first.outbox.switchTransport(tx, id, transport, START));
    await by('manual');
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 to-dispatch']);
    await by('in-process');
    expect(await states.first.delivery.runOnce('AA')).toBe(1);
    await expect(by('manual')).rejects.toMatchObject({ code: 'message.settled' });
    expect(await states.notes('BB', thread)).toEqual(['REQUESTED 1']);
  });
});

describe('a letter from an off-network State', () => {
  it('takes effect when a second person confirms it, through the same handler, marked transcribed', async () => {
    const t = await propose();
    expect(await states.notes('AA', t.threadId)).toEqual([]);
    await expect(confirm(t.id, clerk)).rejects.toMatchObject({ code: 'transcription.four-eyes', status: 403 });
    expect(await states.notes('AA', t.threadId)).toEqual([]);
    const { messageId, seq } = await confirm(t.id);
    expect(seq).toBe(1);
    expect(await states.notes('AA', t.threadId)).toEqual(['REQUESTED 1']);
    expect(states.first.handler.messages[0]).toMatchObject({
      id: messageId,
      from: 'CC',
      to: 'AA',
      type: 'REQUESTED',
      provenance: 'transcribed',
      sentAt: '2026-11-01T00:00:00.000Z',
      crossed: [],
      transcription: {
        channel: 'diplomatic',
        documentSha256: t.documentSha256,
        proposedBy: clerk.accountId,
        confirmedBy: second.accountId,
      },
    });
    expect(states.first.handler.seen).toEqual(['proposed', 'confirmed']);
    await expect(confirm(t.id)).rejects.toMatchObject({ code: 'transcription.decided' });
    const [message] = await states.as('AA', (tx) => states.first.outbox.messages(tx, t.threadId));
    expect(message).toMatchObject({
      direction: 'received',
      received: { provenance: 'transcribed', transcriptionId: t.id },
    });
  });

  it('cannot be confirmed by its author even past the service: the table says so too', async () => {
    const t = await propose();
    await expect(
      states.as('AA', (tx) =>
        tx.query(
          `UPDATE transcription SET status = 'confirmed', decided_by = proposed_by, message_id = id WHERE state = 'AA' AND id = $1`,
          [t.id],
        ),
      ),
    ).rejects.toMatchObject({ code: '23514' });
  });

  it('crosses what was dispatched after it was known to have been read: ack is the highest dispatched, unless given', async () => {
    const { thread, id } = await states.post('AA', 'CC');
    await dispatch(id);
    await states.post('AA', 'CC', thread, { type: 'WITHDRAWN' });
    const t = await propose({ threadId: thread, type: 'GRANTED', measure: 1 });
    expect(t.ack).toBe(1);
    await confirm(t.id);
    expect(states.first.handler.messages[0]!.crossed).toEqual(['WITHDRAWN']);
    const known = await propose({ threadId: thread, type: 'SAID', ack: 2 });
    await confirm(known.id);
    expect(states.first.handler.messages[1]!.crossed).toEqual([]);
    await expect(propose({ threadId: thread, type: 'SAID', ack: 3 })).rejects.toMatchObject({
      code: 'transcription.ack-unknown',
    });
  });

  it('that the handler refuses is not stored: the official gets the refusal, declines, and types it again', async () => {
    const t = await propose();
    states.first.handler.also = async () => Promise.reject(conflict('request.lacking', 'The letter lacks the facts.'));
    await expect(confirm(t.id)).rejects.toMatchObject({ code: 'request.lacking' });
    expect(await states.statuses('AA', t.threadId)).toEqual([]);
    await states.as('AA', (tx) => states.first.transcriptions.decline(tx, clerk, t.id, 'typing mistake', START));
    states.first.handler.also = async () => undefined;
    await expect(confirm(t.id)).rejects.toMatchObject({ code: 'transcription.decided' });
    expect(
      (await states.as('AA', (tx) => states.first.transcriptions.list(tx, { status: 'declined', limit: 50 }))).map((x) => x.id),
    ).toContain(t.id);
  });

  it('confirmed by two people at once is taken in once', async () => {
    const t = await propose();
    const results = await Promise.allSettled([confirm(t.id), confirm(t.id, official('AA'))]);
    expect(results.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await states.notes('AA', t.threadId)).toEqual(['REQUESTED 1']);
  });

  it('takes effect once: the same document, saying the same, is neither proposed nor opens a dialogue again', async () => {
    const document = { sha256: sha256Hex('one sheet') };
    const t = await propose({ document });
    await expect(propose({ document })).rejects.toMatchObject({ code: 'transcription.proposed-already' });
    await confirm(t.id);
    const again = propose({ document });
    await expect(again).rejects.toMatchObject({ status: 409, code: 'transcription.already-received' });
    await expect(again).rejects.toMatchObject({ detail: expect.stringContaining(t.id) });
    await expect(again).rejects.toMatchObject({ detail: expect.stringContaining(t.threadId) });
    // A letter may say several things, and another letter the same.
    await propose({ document, body: { subject: 'the second request of the letter' } });
    await propose();
    const said = { threadId: t.threadId, type: 'SAID', document };
    await confirm((await propose(said)).id);
    await expect(propose(said)).rejects.toMatchObject({ code: 'transcription.already-received' });
  });

  it('typed by several at the same moment is proposed once', async () => {
    const document = { sha256: sha256Hex('typed at once') };
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => propose({ document })));
    expect(all.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
    for (const r of all) if (r.status === 'rejected') expect(r.reason).toMatchObject({ code: 'transcription.proposed-already' });
  });

  it('that bears a number is checked against what was taken in; the sealed twin that comes late is the same message', async () => {
    const thread = newId();
    await states.takeIn('CC', { from: 'CC', to: 'AA', thread });
    await expect(propose({ threadId: thread, type: 'SAID', seq: 1 }).then((t) => confirm(t.id))).rejects.toMatchObject({
      code: 'transcription.already-received',
    });
    await expect(propose({ threadId: thread, type: 'SAID', seq: 3 }).then((t) => confirm(t.id))).rejects.toMatchObject({
      code: 'transcription.earlier-missing',
    });
    await confirm((await propose({ threadId: thread, type: 'SAID', seq: 2, body: { a: 1 } })).id);
    expect(
      await states.takeIn('CC', { from: 'CC', to: 'AA', thread, seq: 2, type: 'SAID', body: { a: 1 } }),
    ).toMatchObject({ status: 'taken-in' });
    expect(
      await states.takeIn('CC', { from: 'CC', to: 'AA', thread, seq: 2, type: 'SAID', body: { a: 2 } }),
    ).toMatchObject({ status: 'rejected', code: 'message.same-seq' });
    expect(await states.notes('AA', thread)).toEqual(['REQUESTED 1', 'SAID 2', 'ALARM same-seq']);
  });

  it('fills a gap, and what waited behind it follows', async () => {
    const thread = newId();
    await states.takeIn('CC', { from: 'CC', to: 'AA', thread });
    await states.takeIn('CC', { from: 'CC', to: 'AA', thread, seq: 3, type: 'SAID' });
    await confirm((await propose({ threadId: thread, type: 'SAID' })).id);
    expect(await states.notes('AA', thread)).toEqual(['REQUESTED 1', 'SAID 2', 'SAID 3']);
  });

  it('waits while its thread is parked', async () => {
    const thread = newId();
    states.first.handler.also = async () => Promise.reject(conflict('x.y', 'No.'));
    await states.takeIn('CC', { from: 'CC', to: 'AA', thread });
    const t = await propose({ threadId: thread, type: 'SAID' });
    await expect(confirm(t.id)).rejects.toMatchObject({ code: 'thread.parked' });
  });

  it('that answers is dated on the day of the request at the earliest, wherever that day had not ended yet', async () => {
    const { thread, id } = await states.post('AA', 'CC');
    await dispatch(id);
    const dated = (datedAt: string) => propose({ threadId: thread, type: 'SAID', datedAt: new Date(datedAt) });
    await expect(dated('2026-10-31T23:59:59Z')).rejects.toMatchObject({ status: 422, code: 'transcription.dated-before-request' });
    await dated('2026-11-01T00:00:00Z');
  });

  it.each<[string, string, Partial<Letter>]>([
    ['received before it was dated', 'transcription.received-before-dated', { datedAt: new Date('2026-11-01T10:00:00.001Z') }],
    ['without its document', 'transcription.document-missing', { document: { sha256: '' } }],
    ['by a way not named', 'transcription.channel-unknown', { channel: 'pigeon' as never }],
    ['received tomorrow', 'transcription.received-in-future', { receivedAt: new Date(START.getTime() + 1) }],
    ['dated tomorrow', 'transcription.dated-in-future', { datedAt: new Date(START.getTime() + 1) }],
    ['without a date', 'transcription.dated-in-future', { datedAt: new Date(Number.NaN) }],
    ['that answers, but names no file', 'transcription.thread-needed', { type: 'GRANTED' }],
    [
      'of a thread that is not here',
      'thread.unknown',
      { threadId: '0190b8f0-0000-7000-8000-000000000001', type: 'GRANTED' },
    ],
    ['whose text could not be a message', 'message.character-refused', { body: { a: 'x\u0000' } }],
    ['with __proto__', 'message.name-refused', { body: JSON.parse('{"__proto__":1}') as never }],
    ['from no State', 'message.shape', { counterpart: 'Cc' }],
    ['from the State itself', 'message.shape', { counterpart: 'AA' }],
    ['of a type in small letters', 'transcription.thread-needed', { type: 'requested' }],
  ])('%s is refused', async (_, code, over) => {
    await expect(propose(over)).rejects.toMatchObject({ code });
  });

  it('of one State is nothing to another', async () => {
    const t = await propose();
    await expect(
      states.as('BB', (tx) => states.first.transcriptions.confirm(tx, official('BB'), t.id, START)),
    ).rejects.toMatchObject({ code: 'transcription.unknown', status: 404 });
    await expect(
      states.as('AA', (tx) => states.first.transcriptions.confirm(tx, official('BB'), t.id, START)),
    ).rejects.toMatchObject({ code: 'transcription.unknown' });
    await expect(
      states.as('AA', (tx) => states.first.transcriptions.propose(tx, official('BB'), letter(), START)),
    ).rejects.toMatchObject({ status: 403 });
  });
});

describe('a letter from a State that has a node', () => {
  const fromNode = { counterpart: 'BB', type: 'SAID', body: { text: 'x' } } as const;
  const deliver = async () => {
    for (const state of ['AA', 'BB']) while ((await states.first.delivery.runOnce(state)) > 0);
  };
  const dialogue = async (): Promise<string> => {
    const { thread } = await states.post('AA', 'BB');
    await deliver();
    return thread;
  };

  it('takes no number of the thread: it is refused, and what the node sends is taken in', async () => {
    const thread = await dialogue();
    await expect(propose({ ...fromNode, threadId: thread })).rejects.toMatchObject({
      status: 409,
      code: 'transcription.peer-has-node',
    });
    await expect(propose({ counterpart: 'BB' })).rejects.toMatchObject({ code: 'transcription.peer-has-node' });
    await expect(propose({ counterpart: 'BB', seq: 1 })).rejects.toMatchObject({ code: 'transcription.peer-has-node' });
    await states.post('BB', 'AA', thread);
    await deliver();
    expect(await states.notes('AA', thread)).toEqual(['SAID 1']);
  });

  it('that its node printed is taken in under the number it bears; the sealed twin is the same message', async () => {
    const thread = await dialogue();
    await states.post('BB', 'AA', thread);
    await confirm((await propose({ ...fromNode, threadId: thread, seq: 1 })).id);
    await states.post('BB', 'AA', thread);
    await deliver();
    expect(await states.notes('AA', thread)).toEqual(['SAID 1', 'SAID 2']);
    expect(await states.statuses('BB', thread)).toEqual([
      'received 1 applied',
      'sent 1 delivered',
      'sent 2 delivered',
    ]);
  });

  it('that was misread holds up one message of the node, which people then carry; those behind it are delivered', async () => {
    const thread = await dialogue();
    await confirm((await propose({ ...fromNode, threadId: thread, seq: 1, body: { text: 'y' } })).id);
    const { id } = await states.post('BB', 'AA', thread);
    await states.post('BB', 'AA', thread);
    await deliver();
    expect(await states.statuses('BB', thread)).toEqual(['received 1 applied', 'sent 1 failed', 'sent 2 pending']);
    await states.as('BB', (tx) => states.first.outbox.switchTransport(tx, id, 'manual', START));
    await states.as('BB', (tx) =>
      states.first.dispatch.dispatch(tx, official('BB'), id, { channel: 'courier', dispatchedAt: START, at: START }),
    );
    await deliver();
    expect(await states.notes('AA', thread)).toEqual(['SAID 1', 'ALARM same-seq', 'SAID 2']);
  });

  it('opens a dialogue under the id that its node printed, and the answer is of the same one', async () => {
    const { thread } = await states.post('BB', 'AA');
    const t = await propose({ counterpart: 'BB', threadId: thread, seq: 1, body: { text: 'x' } });
    expect(t).toMatchObject({ threadId: thread, opensThread: true });
    await confirm(t.id);
    await deliver();
    await states.post('AA', 'BB', thread);
    await deliver();
    expect(await states.notes('BB', thread)).toEqual(['SAID 1']);
    expect(await states.notes('AA', thread)).toEqual(['REQUESTED 1']);
  });

  it('needs no number where people carry the thread, since nothing came by the node', async () => {
    const { thread, id } = await states.post('AA', 'BB');
    await states.as('AA', (tx) => states.first.outbox.switchTransport(tx, id, 'manual', START));
    await dispatch(id);
    await confirm((await propose({ ...fromNode, threadId: thread })).id);
    await confirm((await propose({ ...fromNode, threadId: thread })).id);
    expect(await states.notes('AA', thread)).toEqual(['SAID 1', 'SAID 2']);
  });

  it('that was proposed before its State had a node is not confirmed after', async () => {
    const t = await propose();
    const way = (transport: 'manual' | 'in-process') =>
      states.as('AA', (tx) => new Peers().set(tx, 'CC', transport, START));
    await way('in-process');
    await expect(confirm(t.id)).rejects.toMatchObject({ code: 'transcription.peer-has-node' });
    await way('manual');
    await confirm(t.id);
  });
});
