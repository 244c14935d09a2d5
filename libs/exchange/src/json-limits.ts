import { unprocessable, type Problem } from '@comity/kernel';

/** Largest sealed message. Evidence never travels in a message, so a letter with room to spare. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Deepest nesting of objects and arrays, the envelope itself being 1. */
export const MAX_MESSAGE_DEPTH = 24;

/** Names that make a plain object something else when it is copied (`__proto__`), or when it is written (`toJSON`). */
const REFUSED_NAMES = new Set(['__proto__', 'constructor', 'prototype', 'toJSON']);

/** JSON text escapes U+0000 always; PostgreSQL can store it neither as text nor as jsonb. */
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Refuses what must not reach a parser: too large, or nested too deep.
 * Reads bytes, since walkers that recurse (canonical form, validation) would overflow the stack on what JSON.parse takes.
 * @throws Problem `message.too-large`, `message.too-deep`
 */
export function refuseHugeJson(bytes: Uint8Array): void {
  if (bytes.length > MAX_MESSAGE_BYTES) {
    throw refused(
      'message.too-large',
      `A message holds at most ${MAX_MESSAGE_BYTES} bytes; this one has ${bytes.length}. Send long documents as attachments.`,
    );
  }
  let depth = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i]!;
    if (inText) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) {
      inText = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > MAX_MESSAGE_DEPTH)
        throw refused('message.too-deep', `A message nests at most ${MAX_MESSAGE_DEPTH} levels of objects and lists.`);
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
    }
  }
}

/**
 * Refuses member names and characters that two readers would not treat alike.
 * @param text the canonical JSON text of `value`
 * @throws Problem `message.name-refused`, `message.character-refused`
 */
export function refuseTreacherousJson(value: unknown, text: string): void {
  if (NUL.test(text))
    throw refused(
      'message.character-refused',
      'A text in the message holds the character U+0000, which cannot be stored. Remove it.',
    );
  refuseNames(value, '');
}

function refuseNames(value: unknown, pointer: string): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) refuseNames(value[i], `${pointer}/${i}`);
    return;
  }
  for (const name of Object.keys(value)) {
    if (REFUSED_NAMES.has(name)) {
      throw refused(
        'message.name-refused',
        `The member name ${name} may not occur in a message.`,
        `${pointer}/${name}`,
      );
    }
    refuseNames((value as Record<string, unknown>)[name], `${pointer}/${name}`);
  }
}

const refused = (code: string, detail: string, pointer = ''): Problem =>
  unprocessable(code, detail, undefined, [{ pointer, code, detail }]);
