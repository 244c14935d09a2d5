import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generators } from '../../apps/cli/src/generate/generators.js';
import { writeOrCompare } from '../../apps/cli/src/generate/write-or-compare.js';
import { projectRoot } from '../../apps/cli/src/project-root.js';

describe('files derived from the code', () => {
  it('are committed as the code gives them', async () => {
    // The description of the API is compared in CI by what was built: compiled for tests it would have no schemas.
    const pages = generators.filter(({ path }) => path.endsWith('.md'));
    const outcomes = await writeOrCompare(pages, projectRoot(), true);
    expect(outcomes.filter(({ outcome }) => outcome !== 'same')).toEqual([]);
    expect(outcomes.map(({ path }) => path)).toContain('docs/reference/settings.md');
  });

  it('are found to differ, written when asked for, and left alone when the same', async () => {
    const root = await mkdtemp(join(tmpdir(), 'comity-generate-'));
    const generators = [{ path: 'docs/a.md', make: () => 'new\n' }];
    const outcome = async (check: boolean) => (await writeOrCompare(generators, root, check))[0]!.outcome;
    expect(await outcome(true)).toBe('differs');
    expect(await outcome(false)).toBe('written');
    expect(await outcome(true)).toBe('same');
    await writeFile(join(root, 'docs/a.md'), 'new\n ');
    expect(await outcome(true)).toBe('differs');
    expect(await readFile(join(root, 'docs/a.md'), 'utf8')).toBe('new\n ');
    await rm(root, { recursive: true });
  });
});
