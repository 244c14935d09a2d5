import { randomFillSync } from 'node:crypto';

let lastMs = 0;
let counter = 0;

/** Random bytes are drawn for many ids at once: a draw costs more than an id, and an act makes several. */
const pool = Buffer.alloc(4096);
let drawn = pool.length;

/** 16 fresh random bytes, valid until the next call. */
function randomness(): Buffer {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += 16;
  return pool.subarray(drawn - 16, drawn);
}

/**
 * A new UUIDv7 (RFC 9562 5.7): 48 bits of Unix milliseconds, a 12-bit counter that keeps ids of one
 * process in order within a millisecond, 62 random bits. Made in Node, since PostgreSQL before 18 has no uuidv7().
 */
export function newId(nowMs: number = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = randomness()[0]!;
  } else if (++counter > 0xfff) {
    // The counter is used up: borrow the next millisecond rather than repeat a value.
    lastMs += 1;
    counter = 0;
  }
  const bytes = randomness();
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether the text is a UUID in the lower-case form this project writes. */
export function isId(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}
