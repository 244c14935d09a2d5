import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { inTransaction } from '@comity/database';
import { STREAMS_OF_ACCOUNT } from '../../apps/api/src/requests/changes-stream.js';
import { Play } from './play.js';

// Real: everything but the clock. The feed of changes as server-sent events.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

interface ServerEvent {
  id?: string;
  event?: string;
  data?: Record<string, unknown>;
}

/** A stream as it arrives: `until` waits for an event, `ended` for its end. */
class Listener {
  readonly events: ServerEvent[] = [];
  readonly ended: Promise<void>;
  private buffer = '';
  private wake: () => void = () => undefined;

  constructor(private readonly request: ClientRequest, readonly answer: IncomingMessage) {
    this.ended = new Promise((resolve) => answer.once('close', resolve));
    answer.on('error', () => undefined).on('data', (bytes: Buffer) => this.take(String(bytes)));
  }

  private take(text: string): void {
    const blocks = (this.buffer + text).split('\n\n');
    this.buffer = blocks.pop()!;
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').filter((line) => !line.startsWith(':')).map((line) => line.split(/: (.*)/s).slice(0, 2)));
      if (fields['event']) this.events.push({ ...fields, data: JSON.parse(fields['data']!) } as ServerEvent);
    }
    this.wake();
  }

  async until(matches: (event: ServerEvent) => boolean): Promise<ServerEvent> {
    for (;;) {
      const found = this.events.find(matches);
      if (found) return found;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  async close(): Promise<void> {
    this.request.destroy();
    await this.ended;
  }
}

async function listen(who: string, headers: Record<string, string> = {}, path = '/changes'): Promise<Listener> {
  const { token } = await play.as(who);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${play.http.url}/api/v1${path}`, { agent: false, headers: { accept: 'text/event-stream', authorization: `Bearer ${token}`, ...headers } });
    sent.once('response', (answer) => resolve(new Listener(sent, answer))).once('error', reject).end();
  });
}

const ofRequest = (id: string, type?: string) => ({ event, data }: ServerEvent) => event === 'change' && data!['requestId'] === id && (type === undefined || data!['type'] === type);

describe('the stream of changes', () => {
  it('pushes what the feed tells, in its order, and goes on where the last event that arrived left off', async () => {
    const id = await play.draft();
    const stream = await listen('KZ case-officer');
    expect(stream.answer.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    await play.act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
    const seen = await stream.until(ofRequest(id, 'SUBMIT_FOR_REVIEW'));
    const { items, next } = (await (await play.as('KZ case-officer')).get('/changes').expect(200)).body as { items: object[]; next: string };
    expect(stream.events.map(({ data }) => data)).toEqual(items);
    expect(seen.id).toBe(next);
    await stream.close();

    await play.act('KZ central-authority', id, null, 'TRANSMIT');
    for (const [headers, path] of [[{ 'last-event-id': seen.id! }, '/changes'], [{}, `/changes?after=${seen.id}`], [{ 'last-event-id': seen.id! }, '/changes?after=overruled']] as const) {
      const again = await listen('KZ case-officer', headers, path);
      await again.until(ofRequest(id, 'TRANSMIT'));
      expect(again.events.map(({ data }) => data!['type'])).toEqual(['TRANSMIT']);
      await again.close();
    }
  });

  it("shows one's own State's files only", async () => {
    const first = await play.draft();
    await play.act('KZ case-officer', first, null, 'SUBMIT_FOR_REVIEW');
    const [kz, vn] = [await listen('KZ auditor'), await listen('VN auditor')];
    const id = await play.transmitted();
    await vn.until(ofRequest(id));
    await kz.until(ofRequest(first));
    expect(vn.events.some(ofRequest(first))).toBe(false);
    expect(vn.events.every(({ data }) => data!['source'] !== 'official' || data!['requestId'] === id)).toBe(true);
    await Promise.all([kz.close(), vn.close()]);
  });

  it('is refused with a cursor that is none, without a token, and to those who read no changes', async () => {
    for (const [who, headers, status] of [['KZ case-officer', { 'last-event-id': 'made-up' }, 400], ['KZ administrator', {}, 403], ['KZ case-officer', { authorization: 'none' }, 401]] as const) {
      const stream = await listen(who, headers);
      expect([who, stream.answer.statusCode, stream.answer.headers['content-type']]).toEqual([who, status, expect.stringContaining('application/problem+json')]);
      await stream.close();
    }
  });

  it('is held open a few times by one account, and again when one was closed', async () => {
    const held = [];
    for (let n = 0; n < STREAMS_OF_ACCOUNT; n++) held.push(await listen('SG auditor'));
    const more = await listen('SG auditor');
    expect([more.answer.statusCode, more.answer.headers['retry-after']]).toEqual([429, '15']);
    const other = await listen('SG case-officer');
    expect(other.answer.statusCode).toBe(200);
    await held.pop()!.close();
    let again = await listen('SG auditor');
    // The server learns of a closed connection a moment later.
    for (let n = 0; n < 100 && again.answer.statusCode !== 200; n++) again = await listen('SG auditor');
    expect(again.answer.statusCode).toBe(200);
    await Promise.all([...held, more, other, again].map((stream) => stream.close()));
  });

  it('ends when the account is suspended, and says why', async () => {
    const stream = await listen('KZ case-officer-2');
    const { accountId } = await play.node.official('KZ', 'case-officer-2');
    await inTransaction(play.node.db.dataSource, { state: 'KZ' }, (tx) => tx.query(`UPDATE account SET status = 'suspended', version = version + 1 WHERE state = 'KZ' AND id = $1`, [accountId]));
    expect((await stream.until(({ event }) => event === 'end')).data).toEqual({ code: 'account.suspended' });
    await stream.ended;
  });

  it('ends when the session does', async () => {
    const stream = await listen('US auditor');
    play.node.clock.set(new Date(play.node.clock.now().getTime() + 8 * 3_600_000));
    expect((await stream.until(({ event }) => event === 'end')).data).toEqual({ code: 'session.invalid' });
    await stream.ended;
  });

  it('does not keep the node from stopping', async () => {
    const other = await Play.open(import.meta.url);
    const mine = play;
    play = other;
    const stream = await listen('KZ auditor');
    play = mine;
    await other.close();
    await stream.ended;
  });
});
