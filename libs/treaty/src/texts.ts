import type { ContentProblem } from './content.js';

/** Most characters (UTF-16 units) a text may have. Whoever needs more attaches a document. */
export const LIMITS = { facts: 50_000, text: 20_000, name: 500 } as const;

/** Embeddings, overrides and isolates: they make a name show as another. Marks (LRM, RLM, ALM) stay, Arabic needs them. */
const BIDI_CONTROL = /[\u202a-\u202e\u2066-\u2069]/;
/** In running text isolates have honest uses; overrides have none. */
const BIDI_OVERRIDE = /[\u202d\u202e]/;
/** C0 without tab and line ends, DEL, C1: PostgreSQL takes no NUL, and a letter needs none of the others. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** What is wrong with a short text that names someone or something. */
export function checkName(text: string | undefined, pointer: string): ContentProblem[] {
  return text === undefined ? [] : check(text, pointer, LIMITS.name, 'text.too-long', BIDI_CONTROL);
}

/** What is wrong with a running text. */
export function checkText(text: string | undefined, pointer: string): ContentProblem[] {
  return text === undefined ? [] : check(text, pointer, LIMITS.text, 'text.too-long', BIDI_OVERRIDE);
}

/** What is wrong with the summary of facts. */
export function checkFacts(text: string | undefined, pointer: string): ContentProblem[] {
  return text === undefined ? [] : check(text, pointer, LIMITS.facts, 'facts.too-long', BIDI_OVERRIDE);
}

function check(text: string, pointer: string, limit: number, tooLong: string, bidi: RegExp): ContentProblem[] {
  const problems: ContentProblem[] = [];
  if (text.length > limit) {
    const detail = `At most ${limit} characters, and this has ${text.length}: shorten it, and attach the rest as a document.`;
    problems.push({ code: tooLong, pointer, detail });
  }
  if (bidi.test(text)) {
    problems.push({
      code: 'text.bidi-control',
      pointer,
      detail: 'Take out the invisible characters that change the direction of writing.',
    });
  }
  if (CONTROL.test(text)) {
    problems.push({ code: 'text.control-character', pointer, detail: 'Take out the control characters.' });
  }
  if (LONE_SURROGATE.test(text)) {
    problems.push({
      code: 'text.lone-surrogate',
      pointer,
      detail: 'The text holds half of a character: write it again.',
    });
  }
  return problems;
}
