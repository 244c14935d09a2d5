import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import type { StateCode } from '@comity/kernel';
import type { BlobStore, CopyOutcome, PutOptions, StoredBlob } from './blob-store.js';
import { hashMismatch, isHashMismatch, storageFull, tooLarge, truncated } from './refusals.js';
import { cleanTempFiles, tempName } from './temp-files.js';
import { VerifyingStream } from './verifying-stream.js';

const STATE = /^[A-Z]{2}$/;
/** How Node says that a sender closed the connection before the end. */
const GONE = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNABORTED']);
const SHA256 = /^[0-9a-f]{64}$/;

/** Blobs as files `<root>/<state>/<aa>/<sha256>`, readable by their owner only; unfinished uploads in `<root>/<state>/tmp`. */
export class FileBlobStore implements BlobStore {
  private readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  /** Removes what interrupted uploads left. Call at boot. @returns how many files */
  async clean(): Promise<number> {
    const states = (await readdir(this.root).catch(() => [])).filter((name) => STATE.test(name));
    const counts = await Promise.all(states.map((state) => cleanTempFiles(join(this.root, state, 'tmp'))));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async put(state: StateCode, content: Readable, options: PutOptions): Promise<StoredBlob> {
    if ((options.declaredBytes ?? 0) > options.maxBytes) throw tooLarge(options.maxBytes);
    // A sender who goes away before reading has begun must not end the process; the reading then fails by itself.
    content.on('error', () => undefined);
    const folder = await this.folder(state, 'tmp');
    const temp = join(folder, tempName());
    try {
      const stored = await write(temp, content, options);
      const target = await this.folder(state, stored.sha256.slice(0, 2));
      // Over a blob of the same hash this changes nothing, except that it repairs one whose bytes were damaged.
      await rename(temp, join(target, stored.sha256));
      await syncFolder(target);
      return stored;
    } catch (error) {
      await unlink(temp).catch(() => undefined);
      throw isFull(error) ? storageFull() : error;
    }
  }

  async open(state: StateCode, sha256: string): Promise<{ stream: Readable; size: number } | null> {
    const path = this.path(state, sha256);
    const size = await stat(path).then((found) => found.size, absent);
    if (size === null) return null;
    const file = await open(path, 'r').catch(absent);
    if (file === null) return null;
    const checked = new VerifyingStream(sha256);
    // Its failure is the checked stream's failure; nothing is left to do here.
    pipeline(file.createReadStream(), checked, () => undefined);
    return { stream: checked, size };
  }

  async copyToState(from: StateCode, to: StateCode, sha256: string): Promise<CopyOutcome> {
    const source = await open(this.path(from, sha256), 'r').catch(absent);
    if (source === null) return 'missing';
    try {
      await this.put(to, source.createReadStream({ autoClose: false }), { maxBytes: Infinity, sha256 });
      return 'copied';
    } catch (error) {
      if (isHashMismatch(error)) return 'mismatch';
      throw error;
    } finally {
      await source.close();
    }
  }

  async remove(state: StateCode, sha256: string): Promise<void> {
    const path = this.path(state, sha256);
    await unlink(path).catch(absent);
    // Gone for good only when the folder says so after a power cut too.
    await syncFolder(dirname(path)).catch(absent);
  }

  /** Two capital letters and 64 hex digits cannot leave the root. */
  private path(state: StateCode, sha256: string): string {
    if (!STATE.test(state) || !SHA256.test(sha256)) throw new RangeError('not a State or not a SHA-256');
    return join(this.root, blobPlace(state, sha256));
  }

  private async folder(state: StateCode, name: string): Promise<string> {
    if (!STATE.test(state)) throw new RangeError('not a State');
    const folder = join(this.root, state, name);
    const made = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) {
      for (const parent of [join(this.root, state), this.root]) await syncFolder(parent);
    }
    return folder;
  }
}

async function write(path: string, content: Readable, options: PutOptions): Promise<StoredBlob> {
  const hash = createHash('sha256');
  let size = 0;
  // Whoever opens it later may only read: content under a hash never changes.
  const file = await open(path, 'wx', 0o400);
  try {
    for await (const chunk of content.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > options.maxBytes) throw tooLarge(options.maxBytes);
      hash.update(chunk);
      await writeAll(file, chunk);
    }
    if (options.declaredBytes !== undefined && size !== options.declaredBytes) throw truncated(size, options.declaredBytes);
    const sha256 = hash.digest('hex');
    if (options.sha256 !== undefined && options.sha256 !== sha256) throw hashMismatch(options.sha256, sha256);
    await file.sync();
    return { sha256, size };
  } catch (error) {
    // The sender went away in the middle: an event of the network, not a fault of ours.
    if (GONE.has((error as NodeJS.ErrnoException).code ?? '')) throw truncated(size, options.declaredBytes);
    throw error;
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done)).bytesWritten;
}

/** A new name in a folder survives a power cut only once the folder itself is written. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException)?.code ?? '');

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** Where a blob lies below the root of a store: `KZ/0f/0f3a...`. */
export const blobPlace = (state: StateCode, sha256: string): string => `${state}/${sha256.slice(0, 2)}/${sha256}`;
