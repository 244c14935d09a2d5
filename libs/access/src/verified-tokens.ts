import { sha256Hex } from '@comity/kernel';
import type { Verified } from './jwt.strategy.js';

/**
 * Tokens whose signature was checked already, by their hash, so that a copy of the memory holds no usable token.
 * It says only that the token is genuine: whether the account is active is asked of the database each time.
 */
export class VerifiedTokens {
  private readonly known = new Map<string, Verified>();

  constructor(private readonly most = 10_000) {}

  find(token: string): Verified | undefined {
    return this.known.get(sha256Hex(token));
  }

  keep(token: string, verified: Verified): void {
    if (this.known.size >= this.most) {
      // The first key is the oldest: tokens live equally long, so it ends soonest.
      for (const oldest of this.known.keys()) {
        this.known.delete(oldest);
        break;
      }
    }
    this.known.set(sha256Hex(token), verified);
  }

  drop(token: string): void {
    this.known.delete(sha256Hex(token));
  }

  get size(): number {
    return this.known.size;
  }
}
