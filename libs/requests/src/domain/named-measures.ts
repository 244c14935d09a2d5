import type { Refusal } from './machine-parts.js';

/** What names measures by number within a payload: a list whose items each may name one. */
const LISTS = ['items'];

/** Numbers of measures that a payload names and the letter does not have. @param pointer where the payload stands */
export function unknownMeasures(payload: Record<string, unknown>, known: readonly number[], pointer = ''): Refusal[] {
  return LISTS.flatMap((name) => {
    const list = payload[name];
    if (!Array.isArray(list)) return [];
    return (list as { measure?: unknown }[]).flatMap(({ measure }, i) =>
      measure === undefined || known.includes(measure as number)
        ? []
        : [{ code: 'measure.unknown', pointer: `${pointer}/${name}/${i}/measure`, detail: `There is no measure ${String(measure)} in this letter; it has ${known.join(', ')}.` }],
    );
  });
}
