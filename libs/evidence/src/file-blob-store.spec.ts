import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { sha256Hex } from '@comity/kernel';
import { FileBlobStore } from './file-blob-store.js';

const MB = 1024 * 1024;
let root: string;
let store: FileBlobStore;
const put = (content: string | Buffer | Readable, options = {}, state = 'IS') =>
  store.put(state, content instanceof Readable ? content : Readable.from([Buffer.from(content)]), { maxBytes: 1000, ...options });
/** Every file below the root, by its path from there. */
const files = () => readdirSync(root, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name).slice(root.length + 1)).sort();
const pathOf = (state: string, sha256: string) => join(root, state, sha256.slice(0, 2), sha256);
function flipByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[0]! ^= 1;
  chmodSync(path, 0o600);
  writeFileSync(path, bytes);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'comity-blobs-'));
  store = new FileBlobStore(root);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('storing', () => {
  it('puts bytes under their SHA-256, readable by their owner only', async () => {
    const stored = await put('evidence');
    expect(stored).toEqual({ sha256: sha256Hex('evidence'), size: 8 });
    expect(files()).toEqual([`IS/${stored.sha256.slice(0, 2)}/${stored.sha256}`]);
    expect(statSync(pathOf('IS', stored.sha256)).mode & 0o777).toBe(0o400);
  });

  it('stores the same bytes once, also when they arrive twice at once, and for each State apart', async () => {
    const all = await Promise.all([put('same'), put('same'), put('same')]);
    await put('same', {}, 'US');
    expect(new Set(all.map((s) => s.sha256)).size).toBe(1);
    expect(files()).toHaveLength(2);
  });

  it('takes an empty file', async () => {
    expect(await put(Readable.from([]))).toEqual({ sha256: sha256Hex(''), size: 0 });
  });

  const refusals: [what: string, options: object, status: number, code: string][] = [
    ['longer than the limit', { maxBytes: 7 }, 413, 'upload.too-large'],
    ['declared longer than the limit', { maxBytes: 7, declaredBytes: 8 }, 413, 'upload.too-large'],
    ['shorter than declared', { declaredBytes: 9 }, 400, 'upload.truncated'],
    ['with another hash than the sender said', { sha256: 'a'.repeat(64) }, 422, 'upload.hash-mismatch'],
  ];
  it.each(refusals)('leaves nothing of a file %s', async (_what, options, status, code) => {
    await expect(put(Readable.from([Buffer.from('evid'), Buffer.from('ence')]), options)).rejects.toMatchObject({ status, code });
    expect(files()).toEqual([]);
  });

  it('stops reading at the limit without cutting the connection, which must still carry the answer', async () => {
    let read = 0;
    const content = Readable.from((function* () { for (; read < 1000; read++) yield Buffer.alloc(100); })());
    await expect(put(content, { maxBytes: 500 })).rejects.toMatchObject({ status: 413 });
    expect(content.destroyed).toBe(false);
    expect(read).toBeLessThan(100);
  });

  it('leaves nothing of an upload whose sender went away', async () => {
    const begun = () => new Promise<void>((resolve) => { const look = () => (files().length > 0 ? resolve() : setImmediate(look)); look(); });
    for (const [moment, how] of [[Promise.resolve(), 'ECONNRESET'], [undefined, 'ECONNRESET'], [Promise.resolve(), undefined]] as const) {
      const content = new Readable({ read() {} });
      content.push(Buffer.from('half'));
      const stored = put(content);
      void (moment ?? begun()).then(() => content.destroy(how && Object.assign(new Error('aborted'), { code: how })));
      await expect(stored).rejects.toMatchObject({ status: 400, code: 'upload.truncated' });
      expect(files()).toEqual([]);
    }
  });

  it('cleans what a killed process left in the middle of an upload, and not what a living one is writing', async () => {
    const living = new Readable({ read() {} });
    living.push(Buffer.from('going on'));
    const stored = put(living);
    while (files().length === 0) await new Promise(setImmediate);
    const [temp] = files();
    const dead = spawnSync(process.execPath, ['-e', '0']).pid;
    const abandoned = join(root, 'IS/tmp', basename(temp!).replace(`-${process.pid}-`, `-${dead}-`).replace(/.\.part$/, 'f.part'));
    writeFileSync(abandoned, 'half');

    expect(await store.clean()).toBe(1);
    expect(existsSync(abandoned)).toBe(false);
    living.push(null);
    expect((await stored).size).toBe(8);
    expect(files()).toHaveLength(1);
  });

  it('tells when there is no room, and leaves nothing', async () => {
    const content = new Readable({ read() { this.destroy(Object.assign(new Error('full'), { code: 'ENOSPC' })); } });
    await expect(put(content)).rejects.toMatchObject({ status: 507, code: 'storage.full' });
    expect(files()).toEqual([]);
  });
});

describe('reading', () => {
  it('gives the bytes back, to the State that stored them only', async () => {
    const { sha256 } = await put('evidence');
    const blob = await store.open('IS', sha256);
    expect([blob!.size, (await buffer(blob!.stream)).toString()]).toEqual([8, 'evidence']);
    expect(await store.open('US', sha256)).toBeNull();
  });

  it('cannot leave the folder of a State', async () => {
    writeFileSync(join(root, 'secret'), 'x');
    for (const [state, sha256] of [['..', 'a'.repeat(64)], ['IS', '../../secret'], ['I/', 'a'.repeat(64)], ['is', 'a'.repeat(64)], ['IS', `${'a'.repeat(63)}/`]] as const) {
      await expect(store.open(state, sha256)).rejects.toThrow(RangeError);
    }
    await expect(put('x', {}, '../IS')).rejects.toThrow(RangeError);
  });

  it('never hands out the whole of a damaged file', async () => {
    const { sha256 } = await put('evidence');
    flipByte(pathOf('IS', sha256));
    const seen: Buffer[] = [];
    const { stream } = (await store.open('IS', sha256))!;
    await expect((async () => { for await (const chunk of stream) seen.push(chunk as Buffer); })()).rejects.toMatchObject({ name: 'BlobDamaged', sha256 });
    expect(Buffer.concat(seen).length).toBeLessThan(8);
  });

  it('a damaged file is repaired by storing the right bytes again', async () => {
    const { sha256 } = await put('evidence');
    flipByte(pathOf('IS', sha256));
    await put('evidence');
    expect((await buffer((await store.open('IS', sha256))!.stream)).toString()).toBe('evidence');
  });
});

describe('copying to another State', () => {
  it('verifies on arrival: a byte changed in the sender\'s store is noticed and nothing is kept', async () => {
    const { sha256 } = await put('evidence');
    expect(await store.copyToState('IS', 'US', sha256)).toBe('copied');
    expect((await buffer((await store.open('US', sha256))!.stream)).toString()).toBe('evidence');

    const other = await put('other evidence');
    flipByte(pathOf('IS', other.sha256));
    expect(await store.copyToState('IS', 'US', other.sha256)).toBe('mismatch');
    expect(await store.open('US', other.sha256)).toBeNull();
    expect(await store.copyToState('IS', 'US', 'f'.repeat(64))).toBe('missing');
    expect(files().filter((path) => path.startsWith('US'))).toHaveLength(1);
  });
});

describe('memory', () => {
  it('stays flat while 64 MB are stored, copied and read', async () => {
    const through = async (size: number) => {
      const chunk = Buffer.alloc(64 * 1024, size % 251);
      let peak = 0;
      const watch = () => (peak = Math.max(peak, process.memoryUsage.rss()));
      const content = Readable.from((function* () { for (let sent = 0; sent < size; sent += chunk.length) { watch(); yield chunk; } })());
      const { sha256 } = await put(content, { maxBytes: size });
      await store.copyToState('IS', 'US', sha256);
      for await (const _ of (await store.open('US', sha256))!.stream) watch();
      return peak;
    };
    const warm = await through(8 * MB);
    const peak = await through(64 * MB);
    // Held in memory, the file would add its own size at least once.
    expect((peak - warm) / (64 * MB)).toBeLessThan(0.6);
  });
});
