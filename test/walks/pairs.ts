import { machineOf, type ChartName } from '@comity/requests';
import type { Side } from '@comity/kernel';

/** Taken only where a letter was transcribed, which two people do: test/api/outcome-by-letter.spec.ts, and the model check. */
export function byLetterOnly(pair: string): boolean {
  const [side, chart, region, state, event] = pair.split(':') as [Side, ChartName, string, string, string];
  const node = machineOf(chart, side).root.states[region]!;
  const transitions = node.states[state]!.transitions.get(event) ?? node.transitions.get(event) ?? [];
  const whens = transitions.map((t) => (t.guard as unknown as { params: { when: string | null } } | undefined)?.params.when ?? null);
  return whens.length > 0 && whens.every((when) => when?.startsWith('isTranscribed') === true);
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
