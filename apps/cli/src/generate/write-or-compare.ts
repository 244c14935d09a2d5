import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Generator } from './generator.js';

export type Outcome = 'same' | 'written' | 'differs';

/**
 * Makes each file; writes those that differ, or with `check` only tells of them.
 * @param root folder the paths are relative to
 */
export async function writeOrCompare(generators: readonly Generator[], root: string, check: boolean): Promise<{ path: string; outcome: Outcome }[]> {
  const outcomes: { path: string; outcome: Outcome }[] = [];
  for (const { path, make } of generators) {
    const file = join(root, path);
    const [made, kept] = [await make(), await readFile(file, 'utf8').catch(() => undefined)];
    const outcome = made === kept ? 'same' : check ? 'differs' : 'written';
    if (outcome === 'written') {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, made);
    }
    outcomes.push({ path, outcome });
  }
  return outcomes;
}
