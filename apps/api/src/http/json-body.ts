import { badRequest, type Problem } from '@comity/kernel';

/** Deeper nesting than any letter needs; deeper bodies only serve to exhaust recursive readers. */
export const MAX_DEPTH = 32;

/**
 * Names that reach an object's prototype when a careless reader copies members, and those that every object has from it:
 * class-transformer takes them for its own and drops them, so no DTO could refuse them.
 */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['prototype', ...Object.getOwnPropertyNames(Object.prototype)]);

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The value of a JSON request body, refused where two readers could understand it differently (I-JSON, RFC 7493).
 * @throws Problem 400 `body.not-unicode` | `body.not-json` | `body.too-deep` | `body.forbidden-key` | `body.nul-character` | `body.duplicate-key`
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may be case data.
    throw badRequest('body.not-json', 'The body is not JSON. Send one JSON value in UTF-8.');
  }
  const members = inspect(value, '', 1);
  // JSON.parse keeps the last of two members with one name; the sender's own reader may keep the first.
  if (members !== countColons(text)) {
    throw badRequest('body.duplicate-key', 'An object of the body names the same member twice. Send each member once.');
  }
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('body.not-unicode', 'The body is not UTF-8. Encode it as UTF-8 without lone surrogates.');
  }
}

/** Walks the value, refusing what cannot be stored or signed. @returns how many members its objects have */
function inspect(value: unknown, pointer: string, depth: number): number {
  // 1e999 is Infinity to some readers and an error to others; JSON has neither.
  if (typeof value === 'number' && !Number.isFinite(value)) throw refusal('body.number-too-large', pointer, 'The number is too large. Send one that a double can hold.');
  if (typeof value === 'string') {
    refuseText(value, pointer);
    return 0;
  }
  if (value === null || typeof value !== 'object') return 0;
  if (depth > MAX_DEPTH) {
    throw refusal('body.too-deep', pointer, `The body nests deeper than ${MAX_DEPTH} levels. Flatten it.`);
  }
  let members = 0;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) members += inspect(item, `${pointer}/${index}`, depth + 1);
    return members;
  }
  for (const [key, item] of Object.entries(value)) {
    const at = `${pointer}/${escapePointer(key)}`;
    if (FORBIDDEN_KEYS.has(key)) {
      throw refusal('body.forbidden-key', at, 'The body uses a member name that is never accepted. Remove it.');
    }
    refuseText(key, pointer);
    members += 1 + inspect(item, at, depth + 1);
  }
  return members;
}

function refuseText(text: string, pointer: string): void {
  if (LONE_SURROGATE.test(text)) {
    throw refusal('body.not-unicode', pointer, 'The text holds half of a surrogate pair, which has no UTF-8 form. Send whole characters.');
  }
  // PostgreSQL cannot store U+0000 in text or jsonb.
  if (text.includes('\0')) {
    throw refusal('body.nul-character', pointer, 'The text holds the character U+0000, which cannot be stored. Remove it.');
  }
}

function refusal(code: string, pointer: string, detail: string): Problem {
  return badRequest(code, detail, [{ pointer, code, detail }]);
}

/** One member name or index as a step of a JSON pointer (RFC 6901 section 3). */
export function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** In valid JSON each colon outside of a string belongs to exactly one member. */
function countColons(text: string): number {
  let colons = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (inString) {
      if (unit === 0x5c) i++;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x3a) colons++;
  }
  return colons;
}
