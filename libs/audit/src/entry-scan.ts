/** What a verifier needs of an entry, read from its bytes without making the entry. */
export interface ScannedEntry {
  state: string;
  subject: string;
  seq: number;
  /** Hex; null for the first of its subject. */
  prev: string | null;
  /** Commitments to personal contents. */
  commitments: number;
}

const code = (text: string): number[] => [...text].map((char) => char.charCodeAt(0));
const literal = (text: string): Uint8Array => Uint8Array.from(code(text));

const PLAIN = new Uint8Array(256);
for (let c = 0x20; c < 0x7f; c += 1) PLAIN[c] = c === 0x22 || c === 0x5c ? 0 : 1;
const HEX = new Uint8Array(256);
for (const c of code('0123456789abcdef')) HEX[c] = 1;
const NAME = new Uint8Array(256);
for (const c of code('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-')) NAME[c] = 1;

const ACTOR = literal('{"actor":{');
const AT = literal(',"at":"');
const BODY = literal(',"body":{');
const COMMITMENTS = literal(',"commitments":{');
const ID = literal(',"id":"');
const PREV = literal(',"prev":');
const SEQ = literal(',"seq":');
const STATE = literal(',"state":"');
const SUBJECT = literal(',"subject":"');
const TYPE = literal(',"type":"');
const END = literal(',"v":1}');
const NULL = literal('null');
const TRUE = literal('true');
const FALSE = literal('false');

const INSTANT = literal('0000-00-00T00:00:00.000Z');
const UUID = literal('hhhhhhhh-hhhh-Vhhh-Nhhh-hhhhhhhhhhhh');
const SUBJECTS = /^(?:(?:file|account):[0-9a-f-]{36}|peer:[A-Z]{2}|node)$/;

/** Deeper than an entry's body ever is: what is deeper is left to the reader that makes the entry. */
const MAX_DEPTH = 32;

/**
 * Reads an entry whose bytes are canonical JSON (RFC 8785) of the plainest kind: printable ASCII without escapes, whole
 * numbers. Nearly all are. It accepts nothing that `readEntry` would refuse; where it cannot tell it answers null, and
 * `readEntry` decides. A spec holds the two against each other, byte by byte changed.
 */
export function scanEntry(bytes: Buffer, from: number, to: number): ScannedEntry | null {
  at = from;
  end = to;
  input = bytes;
  if (!word(ACTOR) || !members(1) || !word(AT)) return null;
  if (!like(INSTANT) || !calendar(at - INSTANT.length) || !quote() || !word(BODY) || !members(1) || !word(COMMITMENTS)) return null;
  const made = commitments();
  if (made < 0 || !word(ID) || !like(UUID) || !quote() || !word(PREV)) return null;
  let prev: string | null = null;
  if (!word(NULL)) {
    if (!quote() || !hex64()) return null;
    prev = bytes.toString('latin1', at - 64, at);
    if (!quote()) return null;
  }
  if (!word(SEQ)) return null;
  const start = at;
  if (!integer() || bytes[start] === 0x2d || bytes[start] === 0x30) return null;
  const seq = Number(bytes.toString('latin1', start, at));
  if (!word(STATE)) return null;
  const state = text(lastState);
  if (state === null || !word(SUBJECT)) return null;
  const subject = text(lastSubject);
  // Entries of one subject stand together: the one before was checked.
  if (subject === null || (subject !== lastSubject && !SUBJECTS.test(subject)) || !word(TYPE) || !string() || !word(END) || at !== end) return null;
  [lastState, lastSubject] = [state, subject];
  return { state, subject, seq, prev, commitments: made };
}

// One scan at a time: what would be members of an object stands here. Loops take copies, which the compiler keeps in registers.
let input: Buffer = Buffer.alloc(0);
let at = 0;
let end = 0;
let lastState = '';
let lastSubject = '';

function word(expected: Uint8Array): boolean {
  const { length } = expected;
  const [bytes, start] = [input, at];
  if (start + length > end) return false;
  for (let i = 0; i < length; i += 1) if (bytes[start + i] !== expected[i]) return false;
  at = start + length;
  return true;
}

/** What stands until the next quote; the text given where it is that one, so that none is made anew. */
function text(likely: string): string | null {
  const [bytes, start, stop] = [input, at, end];
  const { length } = likely;
  let same = 0;
  while (same < length && start + same < stop && bytes[start + same] === likely.charCodeAt(same)) same += 1;
  if (same === length && length > 0 && bytes[start + same] === 0x22) {
    at = start + same;
    return quote() ? likely : null;
  }
  return string() ? input.toString('latin1', start, at - 1) : null;
}

/** A pattern of one character a byte: `0` a digit, `h` a hex digit, `V` a version, `N` a variant, others themselves. */
function like(pattern: Uint8Array): boolean {
  const { length } = pattern;
  const [bytes, start] = [input, at];
  if (start + length > end) return false;
  for (let i = 0; i < length; i += 1) {
    const c = bytes[start + i]!;
    const p = pattern[i]!;
    const fits = p === 0x68 ? HEX[c] === 1 : p === 0x30 ? c >= 0x30 && c <= 0x39 : p === 0x56 ? c >= 0x31 && c <= 0x38 : p === 0x4e ? c === 0x38 || c === 0x39 || c === 0x61 || c === 0x62 : c === p;
    if (!fits) return false;
  }
  at = start + length;
  return true;
}

/** Days that each month has in every year. */
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether the instant that stands there is surely one; of the 29th of February it cannot tell. */
function calendar(start: number): boolean {
  const day = twoDigits(start + 8);
  const days = DAYS[twoDigits(start + 5) - 1] ?? 0;
  return day >= 1 && day <= days && twoDigits(start + 11) < 24 && twoDigits(start + 14) < 60 && twoDigits(start + 17) < 60;
}

/** The number that two digits make. */
const twoDigits = (from: number): number => 10 * input[from]! + input[from + 1]! - 11 * 0x30;

function quote(): boolean {
  return at < end && input[at++] === 0x22;
}

function hex64(): boolean {
  const [bytes, stop] = [input, at + 64];
  if (stop > end) return false;
  for (let i = at; i < stop; i += 1) if (HEX[bytes[i]!] === 0) return false;
  at = stop;
  return true;
}

/** Passes plain characters and the quote that ends them. */
function string(): boolean {
  const [bytes, stop] = [input, end];
  let i = at;
  while (i < stop && PLAIN[bytes[i]!] === 1) i += 1;
  at = i;
  return quote();
}

function integer(): boolean {
  const start = at;
  if (input[at] === 0x2d) at += 1;
  const first = at;
  while (at < end && input[at]! >= 0x30 && input[at]! <= 0x39) at += 1;
  const digits = at - first;
  if (digits === 0 || digits > 15) return false;
  // No zero before other digits, and no minus before a zero.
  return input[first] !== 0x30 || (digits === 1 && first === start);
}

/** An object after its opening brace: members in the order of their names, each once. */
function members(depth: number): boolean {
  if (input[at] === 0x7d) return (at += 1) <= end;
  for (let before = -1, beforeEnd = 0; ; ) {
    if (!quote()) return false;
    const name = at;
    if (!string()) return false;
    const nameEnd = at - 1;
    if (before >= 0 && !ascending(before, beforeEnd, name, nameEnd)) return false;
    [before, beforeEnd] = [name, nameEnd];
    if (input[at++] !== 0x3a || !value(depth)) return false;
    const next = input[at++];
    if (next === 0x7d) return at <= end;
    if (next !== 0x2c) return false;
  }
}

function items(depth: number): boolean {
  if (input[at] === 0x5d) return (at += 1) <= end;
  for (;;) {
    if (!value(depth)) return false;
    const next = input[at++];
    if (next === 0x5d) return at <= end;
    if (next !== 0x2c) return false;
  }
}

function value(depth: number): boolean {
  if (at >= end || depth >= MAX_DEPTH) return false;
  switch (input[at]) {
    case 0x22: at += 1; return string();
    case 0x7b: at += 1; return members(depth + 1);
    case 0x5b: at += 1; return items(depth + 1);
    case 0x6e: return word(NULL);
    case 0x74: return word(TRUE);
    case 0x66: return word(FALSE);
    default: return integer();
  }
}

function ascending(a: number, aEnd: number, b: number, bEnd: number): boolean {
  for (; a < aEnd && b < bEnd; a += 1, b += 1) if (input[a] !== input[b]) return input[a]! < input[b]!;
  return aEnd - a < bEnd - b;
}

/** Names and hashes of commitments, after the opening brace. @returns how many; -1 where it cannot tell */
function commitments(): number {
  if (input[at] === 0x7d) {
    at += 1;
    return 0;
  }
  for (let made = 1, before = -1, beforeEnd = 0; ; made += 1) {
    if (!quote()) return -1;
    const name = at;
    while (at < end && NAME[input[at]!] === 1) at += 1;
    const nameEnd = at;
    const first = input[name]!;
    const letter = (first >= 0x41 && first <= 0x5a) || (first >= 0x61 && first <= 0x7a);
    if (nameEnd === name || nameEnd - name > 63 || !letter || !quote()) return -1;
    if (before >= 0 && !ascending(before, beforeEnd, name, nameEnd)) return -1;
    [before, beforeEnd] = [name, nameEnd];
    if (input[at++] !== 0x3a || !quote() || !hex64() || !quote()) return -1;
    const next = input[at++];
    if (next === 0x7d) return at <= end ? made : -1;
    if (next !== 0x2c) return -1;
  }
}
