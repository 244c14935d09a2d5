import { canonicalJson } from '@comity/kernel';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether `text`, which was parsed to `value`, is its canonical form (RFC 8785). The native writer gives that form when
 * members are in order: several times faster than making it anew.
 */
export function isCanonical(value: unknown, text: string): boolean {
  if (JSON.stringify(value) === text && inOrder(value) && !text.includes('\\ud')) return true;
  try {
    return canonicalJson(value) === text;
  } catch {
    return false;
  }
}

/** `for in` makes no list of keys; of a parsed value it visits its own members only. */
function inOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(inOrder);
  let last: string | undefined;
  for (const key in value) {
    if (last !== undefined && !(last < key)) return false;
    if (!inOrder((value as Record<string, unknown>)[key])) return false;
    last = key;
  }
  return true;
}
