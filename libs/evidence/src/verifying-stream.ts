import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { BlobDamaged } from './blob-store.js';

/** Passes bytes on while hashing them. The last chunk goes out only if the whole has the hash, so nobody receives all of a damaged file. */
export class VerifyingStream extends Transform {
  private readonly hash = createHash('sha256');
  private held: Buffer | undefined;

  constructor(private readonly sha256: string) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.hash.update(chunk);
    const ready = this.held;
    this.held = chunk;
    done(null, ready);
  }

  override _flush(done: TransformCallback): void {
    if (this.hash.digest('hex') !== this.sha256) done(new BlobDamaged(this.sha256));
    else done(null, this.held);
  }
}
