import { generateKeyPairSync } from 'node:crypto';
import { inTransaction, type Tx } from '@comity/database';
import {
  DeliveryService,
  HandlerSlot,
  Inbox,
  InProcessTransport,
  ManualDispatch,
  Outbox,
  Peers,
  seal,
  Signer,
  thumbprint,
  Transcriptions,
  type Alarm,
  type DeliveryFailure,
  type Draft,
  type Envelope,
  type InboundMessage,
  type KeyRing,
  type MessageHandler,
  type PublicJwk,
  type PublicKey,
  type Receipt,
  type Rejection,
  type SealedMessage,
  type SigningKey,
  type Transport,
} from '@comity/exchange';
import { newId, SettableClock, type Official, type StateCode } from '@comity/kernel';
import { testDatabase, type TestDatabase } from '../support/database.js';

export const START = new Date('2026-11-02T08:00:00.000Z');
const settings = {
  keySecret: 'a secret of thirty-two characters',
  maxAttempts: 3,
  leaseSeconds: 60,
  backoffSeconds: 5,
};

/**
 * Handles messages as the application would, in two tables of its own: `test_file` is the lock, `test_note` what a
 * message did. Real: PostgreSQL, policies, signatures. Made up: what a message means.
 */
export class NotingHandler implements MessageHandler {
  messages: InboundMessage[] = [];
  /** Runs after the note is written, before the handler returns. */
  also: (tx: Tx, message: InboundMessage) => Promise<unknown> = async () => undefined;
  afterDelivered: (tx: Tx) => Promise<unknown> = async () => undefined;
  readonly seen: string[] = [];

  async lock(tx: Tx, threadId: string): Promise<void> {
    await tx.query('SELECT 1 FROM test_file WHERE state = $1 AND thread_id = $2 FOR UPDATE', [tx.state, threadId]);
  }

  async handle(tx: Tx, message: InboundMessage): Promise<void> {
    if (message.type === 'REQUESTED') await openFile(tx, message.thread);
    await note(tx, message.thread, message.id, `${message.type} ${message.seq}`);
    await this.also(tx, message);
    this.messages.push(message);
  }

  async deliveryFailed(tx: Tx, f: DeliveryFailure): Promise<void> {
    await note(tx, f.threadId, f.messageId, `DELIVERY_FAILED ${f.code}`);
  }

  async delivered(tx: Tx): Promise<void> {
    await this.afterDelivered(tx);
  }

  async alarm(tx: Tx, a: Alarm): Promise<void> {
    await note(tx, a.threadId, a.messageId, `ALARM ${a.kind}`);
  }

  async rejected(tx: Tx, r: Rejection): Promise<void> {
    await note(tx, r.messageId, r.messageId, `REJECTED ${r.code} ${r.authentic}`);
  }

  async parked(_tx: Tx, p: { code: string }): Promise<void> {
    this.seen.push(`parked ${p.code}`);
  }

  async dispatched(_tx: Tx, d: { channel: string; seq: number }): Promise<void> {
    this.seen.push(`dispatched ${d.seq} ${d.channel}`);
  }

  async transcriptionProposed(): Promise<void> {
    this.seen.push('proposed');
  }

  async transcriptionConfirmed(): Promise<void> {
    this.seen.push('confirmed');
  }

  async transcriptionDeclined(): Promise<void> {
    this.seen.push('declined');
  }
}

const openFile = (tx: Tx, threadId: string): Promise<unknown> =>
  tx.query('INSERT INTO test_file (state, thread_id) VALUES ($1, $2)', [tx.state, threadId]);
const note = (tx: Tx, threadId: string, messageId: string, text: string): Promise<unknown> =>
  tx.query('INSERT INTO test_note (state, id, thread_id, message_id, text) VALUES ($1, $2, $3, $4, $5)', [
    tx.state,
    newId(),
    threadId,
    messageId,
    text,
  ]);

/** A process of the node: services over the shared database. Several may be made, as several workers run. */
export interface NodeProcess {
  handler: NotingHandler;
  outbox: Outbox;
  inbox: Inbox;
  delivery: DeliveryService;
  dispatch: ManualDispatch;
  transcriptions: Transcriptions;
}

/** States AA and BB on one node, CC elsewhere with a known key; all in one database. */
export class TwoStates {
  readonly clock = new SettableClock(START);
  readonly keys = new Map<StateCode, PublicKey[]>();
  readonly signer: Signer;
  private readonly foreign = new Map<StateCode, SigningKey>();
  readonly keyRing: KeyRing = { publicKeys: async (state) => this.keys.get(state) ?? [] };
  readonly first: NodeProcess;

  private constructor(readonly db: TestDatabase) {
    this.signer = new Signer(db.dataSource, settings);
    this.first = this.process();
  }

  static async open(fileUrl: string): Promise<TwoStates> {
    const db = await testDatabase(fileUrl);
    await db.owner.query(`
      CREATE TABLE test_file (state text NOT NULL, thread_id uuid NOT NULL, PRIMARY KEY (state, thread_id));
      CREATE TABLE test_note (state text NOT NULL, id uuid NOT NULL, thread_id uuid, message_id uuid, text text, PRIMARY KEY (state, id));
      CALL protect_state_table('test_file'); CALL protect_state_table('test_note');
      GRANT SELECT, INSERT, UPDATE ON test_file, test_note TO comity_app, comity_worker;`);
    const states = new TwoStates(db);
    for (const state of ['AA', 'BB'])
      states.keys.set(state, [await states.as(state, (tx) => states.signer.createKey(tx, START))]);
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const jwk = publicKey.export({ format: 'jwk' }) as PublicJwk;
    const kid = thumbprint(jwk);
    states.keys.set('CC', [{ kid, jwk }]);
    states.foreign.set('CC', { state: 'CC', kid, privateKey });
    const peers = new Peers();
    await states.as('AA', (tx) => peers.set(tx, 'BB', 'in-process', START));
    await states.as('BB', (tx) => peers.set(tx, 'AA', 'in-process', START));
    return states;
  }

  process(transport?: (inbox: Inbox) => Transport): NodeProcess {
    const { dataSource } = this.db;
    const handlers = new HandlerSlot();
    const handler = new NotingHandler();
    handlers.register(handler);
    const inbox = new Inbox(dataSource, this.clock, this.keyRing, this.signer, handlers);
    const way = transport?.(inbox) ?? new InProcessTransport(inbox);
    return {
      handler,
      inbox,
      outbox: new Outbox(this.signer),
      delivery: new DeliveryService(dataSource, this.clock, way, handlers, settings),
      dispatch: new ManualDispatch(handlers),
      transcriptions: new Transcriptions(handlers, new Peers()),
    };
  }

  as<T>(state: StateCode, work: (tx: Tx) => Promise<T>): Promise<T> {
    return inTransaction(this.db.dataSource, { state }, work);
  }

  /** An official's act: locks the file, posts one message. Without a thread, opens one with a request. */
  async post(
    state: StateCode,
    to: StateCode,
    threadId?: string,
    draft: Partial<Draft> = {},
  ): Promise<{ thread: string; id: string; seq: number }> {
    return this.as(state, async (tx) => {
      const id = threadId ?? newId();
      if (!threadId) await openFile(tx, id);
      else await this.first.handler.lock(tx, id);
      const thread = threadId
        ? await this.first.outbox.thread(tx, id)
        : this.first.outbox.openThread({ id, counterpart: to });
      const type = threadId ? 'SAID' : 'REQUESTED';
      const posted = await this.first.outbox.post(tx, thread, {
        type,
        measure: null,
        body: { text: 'x' },
        at: this.clock.now(),
        ...draft,
      });
      return { thread: id, ...posted };
    });
  }

  /** What messages did, in the State's tables. */
  notes(state: StateCode, threadId: string): Promise<string[]> {
    return this.as(state, (tx) =>
      tx.query<{ text: string }>('SELECT text FROM test_note WHERE state = $1 AND thread_id = $2 ORDER BY id', [
        state,
        threadId,
      ]),
    ).then((rows) => rows.map((r) => r.text));
  }

  /** The stored sealed message, as any transport would carry it. */
  sealed(state: StateCode, id: string): Promise<SealedMessage> {
    return this.as(state, (tx) => this.first.outbox.message(tx, id)).then((m) => ({
      id,
      bytes: m.bytes,
      signature: m.signature!,
    }));
  }

  statuses(state: StateCode, threadId: string): Promise<string[]> {
    return this.as(state, (tx) => this.first.outbox.messages(tx, threadId)).then((all) =>
      all.map((m) => `${m.direction} ${m.seq} ${m.status}`),
    );
  }

  /** A message of the State's own making, whatever it says: signed with its real key. */
  async sealAs(state: StateCode, over: Partial<Envelope>): Promise<SealedMessage> {
    const key = this.foreign.get(state) ?? (await this.as(state, (tx) => this.signer.load(tx, START)));
    return seal(envelope({ from: state, ...over }), key);
  }

  /** Makes and takes in a message, as if it came over a network that keeps no order. */
  async takeIn(state: StateCode, over: Partial<Envelope>): Promise<Receipt> {
    const { bytes, signature } = await this.sealAs(state, over);
    return this.first.inbox.takeIn(bytes, signature);
  }

  advanceSeconds(seconds: number): void {
    this.clock.set(new Date(this.clock.now().getTime() + seconds * 1000));
  }

  /** Ends the database session that runs the transaction, as a crash of its process would. */
  async kill(tx: Tx): Promise<void> {
    const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await this.db.asSuperuser('SELECT pg_terminate_backend($1)', [row!.pid]);
  }
}

export const envelope = (over: Partial<Envelope>): Envelope => ({
  v: 1,
  id: newId(),
  from: 'AA',
  to: 'BB',
  thread: newId(),
  seq: 1,
  ack: 0,
  type: 'REQUESTED',
  measure: null,
  sentAt: START.toISOString(),
  body: {},
  ...over,
});

export const official = (state: StateCode): Official => ({
  kind: 'official',
  state,
  accountId: newId(),
  authorityId: `${state}-office`,
  username: 'someone',
  roles: ['central-authority'],
});
