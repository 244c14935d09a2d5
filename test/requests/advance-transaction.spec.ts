import { Play, someId, type Body } from '../api/play.js';

// Real: everything but the clock. Row, event, entry, message and answer in one transaction: all of them, none of them, or once after a crash.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const VN = 'VN central-authority';
const sql = <T extends object>(text: string, params?: unknown[]) => play.node.db.asSuperuser<T>(text, params);
const count = async (table: string) => Number((await sql<{ n: string }>(`SELECT count(*) AS n FROM ${table} WHERE state = 'VN'`))[0]!.n);
const TABLES = ['file_event', 'audit_entry', 'outbox_message', 'deadline', 'idempotency_key'];
const counts = async () => Object.fromEntries(await Promise.all(TABLES.map(async (t) => [t, await count(t)])));
const term = () => new Date(play.node.clock.now().getTime() + 86_400_000).toISOString();
/** An act that writes to every table there is. */
const act = async (id: string, ifMatch: string, key = someId(), at = term()) =>
  (await play.as(VN)).post(`/requests/${id}/measures/1/events`, { type: 'OPEN_CONSULTATION', payload: { subject: 'scope', proposal: 'Proposal', term: at } }, { 'if-match': ifMatch, 'idempotency-key': key });

async function tripped<T>(table: string, when: string, body: string, work: () => Promise<T>): Promise<T> {
  await sql(`CREATE FUNCTION trip() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN ${body} RETURN NEW; END $$`);
  await sql(`CREATE TRIGGER trip BEFORE ${when} ON ${table} FOR EACH ROW EXECUTE FUNCTION trip()`);
  try {
    return await work();
  } finally {
    await sql(`DROP TRIGGER trip ON ${table}; DROP FUNCTION trip()`);
  }
}
const PLACES = [
  ['request_file', 'UPDATE'], ['measure', 'UPDATE'], ['file_event', 'INSERT'], ['audit_entry', 'INSERT'], ['audit_chain', 'UPDATE'], ['audit_content', 'INSERT'],
  ['outbox_message', 'INSERT'], ['thread', 'UPDATE'], ['deadline', 'INSERT'], ['idempotency_key', 'INSERT'],
] as const;

describe('advance()', () => {
  it('on success leaves file, event, entry, message, term and answer, all of one moment', async () => {
    const id = await play.advanced('examined');
    const { version } = await play.view(VN, id);
    const before = await counts();
    const answer = await act(id, `"${version}"`);
    expect(answer.status).toBe(200);
    const after = await counts();
    expect(Object.fromEntries(TABLES.map((t) => [t, after[t]! - before[t]!]))).toEqual({ file_event: 1, audit_entry: 1, outbox_message: 1, deadline: 1, idempotency_key: 1 });
    const [event] = await sql<Body>(`SELECT * FROM file_event WHERE state = 'VN' AND file_id = $1 ORDER BY seq DESC LIMIT 1`, [id]);
    const [message] = await sql<Body>(`SELECT * FROM outbox_message WHERE state = 'VN' AND thread_id = $1 ORDER BY seq DESC LIMIT 1`, [id]);
    const [entry] = await sql<Body>(`SELECT * FROM audit_entry WHERE state = 'VN' AND id = $1`, [answer.body.entry.id]);
    const at = play.node.clock.now();
    expect([event.at, message.created_at, entry.at]).toEqual([at, at, at]);
    expect(event).toMatchObject({ type: 'OPEN_CONSULTATION', sent: [{ id: message.id, seq: message.seq }], facts: { v: 1, at: at.toISOString() } });
    expect(answer.body).toMatchObject({ version: version + 1, eventSeq: event.seq, messages: [{ id: message.id, type: 'CONSULTATION_OPENED' }] });
  });

  it.each(PLACES)('that fails at %s (%s) leaves nothing at all, and can be repeated with the same key', async (table, when) => {
    const id = await play.advanced('examined');
    const ifMatch = await play.etag(VN, id);
    const key = someId();
    const at = term();
    const failed = await tripped(table, when, `IF NEW.state = 'VN' THEN RAISE EXCEPTION 'tripped'; END IF;`, () => play.unchanged(() => act(id, ifMatch, key, at)));
    expect(failed).toMatchObject({ status: 500, code: 'internal.error' });
    const before = await counts();
    expect((await act(id, ifMatch, key, at)).status).toBe(200);
    expect((await act(id, ifMatch, key, at)).status).toBe(200);
    expect((await count('file_event')) - before['file_event']!).toBe(1);
  });

  it.each([['file_event', 'INSERT'], ['outbox_message', 'INSERT'], ['idempotency_key', 'INSERT']] as const)('whose connection dies at %s (%s) is done once when it is repeated', async (table, when) => {
    const id = await play.advanced('examined');
    const ifMatch = await play.etag(VN, id);
    const key = someId();
    const at = term();
    const died = await tripped(table, when, `IF NEW.state = 'VN' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;`, () => play.unchanged(() => act(id, ifMatch, key, at)));
    expect([500, 503]).toContain(died.status);
    const before = await counts();
    const answers = [await act(id, ifMatch, key, at), await act(id, ifMatch, key, at)];
    expect(answers.map((a) => a.status)).toEqual([200, 200]);
    expect(answers[0]!.body).toEqual(answers[1]!.body);
    const after = await counts();
    expect(TABLES.map((t) => after[t]! - before[t]!)).toEqual([1, 1, 1, 1, 1]);
    await play.node.settle();
    expect((await play.view('KZ auditor', id)).measures[0].regions.consultation).toBe('openedThere');
  });
});

describe('sending in three transactions', () => {
  it('a worker that dies after the receiver committed sends again, and the message is taken in once', async () => {
    const id = await play.advanced('examined');
    const ifMatch = await play.etag(VN, id);
    await act(id, ifMatch);
    await tripped('outbox_message', 'UPDATE', `IF NEW.status = 'delivered' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;`, () => play.node.settle().catch(() => undefined));
    const taken = () => sql(`SELECT 1 FROM inbox_message WHERE state = 'KZ' AND thread_id = $1 AND type = 'CONSULTATION_OPENED'`, [id]);
    expect(await taken()).toHaveLength(1);
    const status = async () => (await sql<{ status: string }>(`SELECT status FROM outbox_message WHERE state = 'VN' AND thread_id = $1 AND type = 'CONSULTATION_OPENED'`, [id]))[0]!.status;
    expect(await status()).toBe('pending');
    play.node.clock.advanceDays(1);
    await play.node.settle();
    expect([await status(), (await taken()).length]).toEqual(['delivered', 1]);
    const timeline = await (await play.as('KZ auditor')).get(`/requests/${id}/timeline`).expect(200);
    expect(timeline.body.items.filter((i: Body) => i.type === 'CONSULTATION_OPENED')).toHaveLength(1);
  });

  it('a receiver that dies while it takes a message in has taken in nothing, and takes it in once', async () => {
    const id = await play.advanced('examined');
    await act(id, await play.etag(VN, id));
    const before = await play.digest('KZ');
    await tripped('audit_entry', 'INSERT', `IF NEW.state = 'KZ' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;`, () => play.node.settle().catch(() => undefined));
    expect(await play.digest('KZ')).toEqual(before);
    play.node.clock.advanceDays(1);
    await play.node.settle();
    expect(await sql(`SELECT 1 FROM inbox_message WHERE state = 'KZ' AND thread_id = $1 AND type = 'CONSULTATION_OPENED'`, [id])).toHaveLength(1);
  });
});
