import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeOrCompare } from '../../apps/cli/src/generate/write-or-compare.js';
import { comity } from './comity.js';

describe('files derived from the code', () => {
  it('are committed as the code gives them', async () => {
    const { status, json } = await comity(['generate', '--check', '--json']);
    expect({ status, json }).toEqual({ status: 0, json: { ok: true, files: expect.arrayContaining([{ path: 'docs/reference/settings.md', outcome: 'same' }]) } });
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
