import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refused } from '../command.js';
import type { BackedUpFile } from './manifest.js';

/** Counts and hashes what passes. */
export class Tally extends Transform {
  bytes = 0;
  private readonly hash = createHash('sha256');

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, chunk: Buffer) => void): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    done(null, chunk);
  }

  /** Hex; once, at the end. */
  sha256(): string {
    return this.hash.digest('hex');
  }
}

/** Writes a new file, readable by its owner only; when it resolves the bytes have survived a power cut. */
export async function writeFile(path: string, content: Readable): Promise<Pick<BackedUpFile, 'bytes' | 'sha256'>> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'wx', 0o600);
  const tally = new Tally();
  try {
    await pipeline(content, tally, async (chunks: AsyncIterable<Buffer>) => {
      // Writes the whole chunk where the last one ended.
      for await (const chunk of chunks) await file.writeFile(chunk);
    });
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes: tally.bytes, sha256: tally.sha256() };
}

/** Every regular file below a folder, as paths relative to it with `/`, sorted; folders named in `skip` are passed over. */
export async function filesBelow(root: string, skip: readonly string[] = []): Promise<string[]> {
  const found: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(absent);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !skip.includes(entry.name)) await visit(path);
      if (entry.isFile()) found.push(path);
    }
  };
  await visit('');
  return found.sort();
}

/** What is wrong with a file of a backup, in words; undefined when it is what the manifest says. */
export async function faultIn(folder: string, file: BackedUpFile): Promise<string | undefined> {
  const path = join(folder, file.path);
  const found = await stat(path).catch(() => undefined);
  if (!found) return `${file.path} is missing`;
  if (found.size !== file.bytes) return `${file.path} has ${found.size} bytes instead of ${file.bytes}`;
  return (await hashFile(path)) === file.sha256 ? undefined : `${file.path} was altered: its SHA-256 is another`;
}

/** @throws Refused `backup.altered` listing every fault */
export async function assertIntact(folder: string, files: readonly BackedUpFile[]): Promise<void> {
  const faults: string[] = [];
  for (const file of files) {
    const fault = await faultIn(folder, file);
    if (fault !== undefined) faults.push(fault);
  }
  if (faults.length > 0) throw new Refused('backup.altered', `${folder} is not what was backed up. Use another copy.`, faults);
}

/** SHA-256, hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function absent(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
