import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@comity/kernel';
import { KilledNode } from './killed-node.js';

const [OFFICER, FIRST, SECOND] = ['KZ case-officer', 'KZ central-authority', 'KZ central-authority-2'];
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export interface ErasureRound {
  /** Of the request's own documents: how many there were, and how many the store still held when the node was gone, and at the end. */
  documents: number;
  leftByKill: number;
  left: number;
  /** Documents of another request, one of them the same as an erased one: as many as come back with their bytes. */
  others: number;
  othersWhole: number;
  /** What the erasure's own record says after the restart. */
  status: string;
}

/** Erases documents of requests on a node that is killed while their bytes go from the store. */
export class KilledErasures {
  private constructor(private readonly node: KilledNode) {}

  static async open(): Promise<KilledErasures> {
    const one = new KilledErasures(await KilledNode.open());
    await one.ok('KZ administrator', 'POST', '/retention/periods', { kind: 'attachments', days: 0, reason: 'Archives act' }, 201);
    return one;
  }

  close(): Promise<void> {
    return this.node.close();
  }

  verifiedLog(): Promise<number | string> {
    return this.node.verifiedLog('KZ');
  }

  /** @param killAt share of the documents that are still in the store when the node is killed; null: it lives */
  async round(documents: number, killAt: number | null): Promise<ErasureRound> {
    const { node } = this;
    const [erased, kept] = [await node.draft(), await node.draft()];
    const own = await this.add(erased.id, documents);
    const shared = Buffer.from(`of both ${newId()}`);
    await this.put(erased.id, 'shared', shared);
    const others = [...(await this.add(kept.id, 5)), { id: await this.put(kept.id, 'shared', shared), bytes: shared }];
    await this.ok(OFFICER, 'POST', `/requests/${erased.id}/events`, { type: 'ABANDON', payload: { note: 'No longer needed' } }, 200, { 'if-match': (await this.ok(OFFICER, 'GET', `/requests/${erased.id}`)).etag });
    const { body } = await this.ok(FIRST, 'POST', '/retention/erasures', { requests: [erased.id] }, 201);
    const hashes = own.map((one) => hashOf(one.bytes));

    const key = newId();
    const confirming = node.send(SECOND, 'POST', `/retention/erasures/${body.id}/confirm`, {}, { 'idempotency-key': key }).catch(() => undefined);
    let leftByKill = 0;
    if (killAt !== null) {
      while ((await this.held(hashes)) > documents * killAt) await new Promise((r) => setTimeout(r, 1));
      await node.kill();
      leftByKill = await this.held(hashes);
    }
    await confirming;
    if (killAt !== null) await node.start();
    let left = await this.held(hashes);
    for (const until = Date.now() + 60_000; left > 0 && Date.now() < until; left = await this.held(hashes)) await new Promise((r) => setTimeout(r, 50));
    const answers = await Promise.all(others.map(({ id }) => node.send(OFFICER, 'GET', `/requests/${kept.id}/attachments/${id}`)));
    const { status } = (await this.ok(FIRST, 'GET', `/retention/erasures/${body.id}`)).body as { status: string };
    return { documents, leftByKill, left, others: others.length, othersWhole: answers.filter((a, n) => a.status === 200 && a.body === others[n]!.bytes.toString()).length, status };
  }

  /** How many of these are files of the store. */
  private async held(hashes: readonly string[]): Promise<number> {
    const names = new Set(await readdir(join(this.node.dataDir, 'blobs', 'KZ'), { recursive: true }).then((all) => all.map((name) => name.slice(-64))));
    return hashes.filter((hash) => names.has(hash)).length;
  }

  private async add(id: string, count: number): Promise<{ id: string; bytes: Buffer }[]> {
    const made: { id: string; bytes: Buffer }[] = [];
    for (let n = 0; n < count; n += 1) {
      const bytes = Buffer.from(`document ${n} of ${id}`);
      made.push({ id: await this.put(id, `d${n}`, bytes), bytes });
    }
    return made;
  }

  private async put(id: string, name: string, bytes: Buffer): Promise<string> {
    return (await this.ok(OFFICER, 'POST', `/requests/${id}/attachments?name=${name}.txt&mediaType=text/plain`, bytes, 201)).body.id as string;
  }

  private async ok(who: string, method: 'GET' | 'POST', path: string, body?: object, status = 200, headers: Record<string, string> = {}) {
    const answer = await this.node.send(who, method, path, body, { ...(method === 'POST' && { 'idempotency-key': newId() }), ...headers });
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }
}
