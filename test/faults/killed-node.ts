import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { newId } from '@comity/kernel';
import { verifyExport } from '@comity/audit';
import { letter, measure } from '../support/stored-data.js';

const PASSWORD = 'correct-horse-battery';
const SCRIPT = fileURLToPath(new URL('./served-node.ts', import.meta.url));
const HOOKS = new URL('../support/typescript.js', import.meta.url).href;

interface Answer {
  status: number;
  body: any;
  etag: string;
}

/** A node in a process of its own on its own embedded server, durable; killed by its own id and started again on the same data. */
export class KilledNode {
  private child?: ChildProcess;
  private url = '';
  private tokens = new Map<string, string>();

  private constructor(readonly dataDir: string) {}

  static async open(): Promise<KilledNode> {
    const node = new KilledNode(await mkdtemp(join(tmpdir(), 'comity-killed-')));
    await node.start();
    return node;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, ['--import', HOOKS, SCRIPT], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_ENV: 'test', COMITY_DATA_DIR: this.dataDir, COMITY_TRAINING: 'on', COMITY_LOG_LEVEL: 'error', COMITY_TEST_PASSWORD: PASSWORD },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const said: string[] = [];
    child.stderr!.on('data', (bytes: Buffer) => said.push(bytes.toString()));
    this.url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout! }).on('line', (line) => (line.startsWith('listening ') ? resolve(line.slice(10)) : said.push(line)));
      child.once('exit', (code) => reject(new Error(`the node ended with ${code}: ${said.join('\n')}`)));
    });
  }

  /** SIGKILL to the node's process and nothing else; resolves when it is gone. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  async close(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  private async token(who: string): Promise<string> {
    let token = this.tokens.get(who);
    if (!token) {
      const [state, username] = who.split(' ');
      const answer = await fetch(`${this.url}/api/v1/sessions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ state, username, password: PASSWORD }) });
      token = ((await answer.json()) as { token: string }).token;
      this.tokens.set(who, token);
    }
    return token;
  }

  /** @param body JSON, or bytes as they are. @throws when the node dies before it has answered */
  async send(who: string, method: 'GET' | 'POST', path: string, body?: object | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.token(who)}`, ...(body && { 'content-type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json' }), ...headers },
      ...(body && { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: /json(;|$)/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text, etag: answer.headers.get('etag') ?? '' };
  }

  /** A draft of KZ to VN. */
  async draft(): Promise<{ id: string; etag: string }> {
    const created = await this.send('KZ case-officer', 'POST', '/requests', { requestedState: 'VN', letter: letter(), measures: [measure({ legalBases: [{ instrument: 'uncc-2024', article: '44', date: new Date().toISOString().slice(0, 10), role: 'primary' }] })] }, { 'idempotency-key': newId() });
    return { id: created.body.id as string, etag: created.etag };
  }

  /** A letter of KZ to VN under review. */
  async submitted(): Promise<{ id: string; etag: string }> {
    const { id, etag } = await this.draft();
    const acted = await this.send('KZ case-officer', 'POST', `/requests/${id}/events`, { type: 'SUBMIT_FOR_REVIEW', payload: {} }, { 'idempotency-key': newId(), 'if-match': etag });
    if (acted.status !== 200) throw new Error(`not submitted: ${JSON.stringify(acted)}`);
    return { id, etag: acted.etag };
  }

  transmit(request: { id: string; etag: string }, key: string): Promise<Answer> {
    return this.send('KZ central-authority', 'POST', `/requests/${request.id}/events`, { type: 'TRANSMIT', payload: {} }, { 'idempotency-key': key, 'if-match': request.etag });
  }

  /** Types of a State's events of a request, or nothing where it has no file. */
  async events(state: string, id: string): Promise<string[] | undefined> {
    const { status, body } = await this.send(`${state} auditor`, 'GET', `/requests/${id}/timeline`);
    return status === 200 ? body.items.map((i: { type: string }) => i.type) : undefined;
  }

  /** Messages of a request in a State's file, as `type seq status`. */
  async messages(state: string, id: string): Promise<string[]> {
    const { body } = await this.send(`${state} auditor`, 'GET', `/requests/${id}/messages`);
    return body.items.map((m: { type: string; seq: number; status: string }) => `${m.type} ${m.seq} ${m.status}`);
  }

  /** Waits until the requested State has the file: leases of a killed worker end after a minute. */
  async arrived(id: string, patienceMs = 180_000): Promise<void> {
    for (const until = Date.now() + patienceMs; Date.now() < until; await new Promise((r) => setTimeout(r, 100))) {
      if ((await this.events('VN', id)) !== undefined && (await this.messages('KZ', id))[0]?.endsWith('delivered')) return;
    }
    throw new Error(`request ${id} has not arrived`);
  }

  /** Verifies a State's whole log from its export alone. @returns what is wrong with it, or how many entries it has */
  async verifiedLog(state: string): Promise<number | string> {
    const { body } = await this.send(`${state} auditor`, 'GET', '/audit/export');
    const report = await verifyExport((body as string).split('\n').slice(0, -1));
    return report.ok ? report.entries : JSON.stringify(report);
  }
}

/** Transmissions of one round, `lanes` at a time, the node killed after `killAfter` answers. */
export async function roundOfTransmissions(node: KilledNode, count: number, killAfter: number, lanes = 8): Promise<{ id: string; key: string; etag: string; acknowledged: boolean }[]> {
  const requests: { id: string; key: string; etag: string; acknowledged: boolean }[] = [];
  for (let made = 0; made < count; made += lanes) {
    const some = await Promise.all(Array.from({ length: Math.min(lanes, count - made) }, () => node.submitted()));
    requests.push(...some.map((r) => ({ ...r, key: newId(), acknowledged: false })));
  }
  const queue = [...requests];
  let answered = 0;
  let dying: Promise<void> | undefined;
  const lane = async (): Promise<void> => {
    for (let request = queue.shift(); request && !dying; request = queue.shift()) {
      const answer = await node.transmit(request, request.key).catch(() => undefined);
      if (answer?.status === 200) request.acknowledged = true;
      answered += 1;
      if (answered === killAfter) dying = node.kill();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await dying;
  return requests;
}
