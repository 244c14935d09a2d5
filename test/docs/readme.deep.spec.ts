import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comity } from '../cli/comity.js';
import { fences, read } from './pages.js';

/** What differs from run to run, or grows with the program, is not what the README promises. */
const lines = (text: string): string[] =>
  text.split('\n').map((line) => line.trimEnd().replace(/SHA-256 [0-9a-f]{16}/, 'SHA-256 (hash)').replace(/\d+ entries in \d+ chains/, '(so many)')).filter((line) => line !== '');

/** The first line of the excerpt that the output does not have after the one before it; undefined when all are there in order. */
function strayLine(excerpt: string, output: string): string | undefined {
  const there = lines(output);
  let at = 0;
  return lines(excerpt).find((line) => {
    const found = there.indexOf(line, at);
    if (found >= 0) at = found + 1;
    return found < 0;
  });
}

// Real: the whole demo, with an embedded server of its own.
describe('the README', () => {
  const excerpts = fences(read('README.md')).filter(({ language }) => language === 'text').map(({ text }) => text);

  it('shows lines that the demo prints, in their order', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'comity-readme-'));
    try {
      const { status, stdout, stderr } = await comity(['demo', '--once'], { COMITY_DATA_DIR: dataDir });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(excerpts.length).toBe(2);
      expect(excerpts.map((excerpt) => strayLine(excerpt, stdout))).toEqual([undefined, undefined]);
      expect(strayLine('    VN central-authority     measure 1  REFUSE                   -> refused', stdout)).toContain('-> refused');
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  }, 120_000);
});
