import { createHash } from 'node:crypto';
import { DossierStop } from './report.js';

/** Bytes that are to follow a line, and what they must be. */
export interface Awaited {
  what: string;
  size: number;
  sha256: string;
}

/** Takes the lines of bytes of one document or file after another, and holds them to their size and hash. */
export class AwaitedBytes {
  private awaited: Awaited | null = null;
  private got = { size: 0, hash: createHash('sha256') };

  expect(awaited: Awaited): void {
    this.awaited = awaited;
  }

  take(base64: unknown): void {
    const bytes = Buffer.from(String(base64), 'base64');
    if (!this.awaited || typeof base64 !== 'string' || bytes.length === 0 || bytes.toString('base64') !== base64) throw new DossierStop('bytes.malformed', 'bytes that belong to nothing, or are not base64');
    this.got.size += bytes.length;
    this.got.hash.update(bytes);
  }

  /** To be called before anything else is read. */
  done(): void {
    if (!this.awaited) return;
    const { what, size, sha256 } = this.awaited;
    const [found, got] = [this.got.hash.digest('hex'), this.got.size];
    this.got = { size: 0, hash: createHash('sha256') };
    this.awaited = null;
    if (got !== size || found !== sha256) throw new DossierStop('bytes.differ', `${what}: ${got} bytes, where ${size} with another hash are due`);
  }
}
