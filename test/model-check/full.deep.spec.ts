import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

/** In a process of its own, since it needs a heap that a test framework would share. */
function modelCheck(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--max-old-space-size=2800', '--import', join(root, 'test/support/typescript.js'), join(here, 'run.ts'), ...args],
    { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  return { status, output: stdout + stderr };
}

describe('the model check in full', () => {
  it('finds no violation with channels of three messages, every model explored completely', () => {
    const { status, output } = modelCheck('--no-pair', '--json');
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
    const found = JSON.parse(output) as { ok: boolean; models: { complete: boolean; bound: number; violations: unknown[] }[] };
    expect(found.ok).toBe(true);
    expect(found.models.every((m) => m.complete && m.bound === 3 && m.violations.length === 0)).toBe(true);
  }, 900_000);

  it('ends with status 1 and the way to it when a model is cut so short that an event is never met', () => {
    const { status, output } = modelCheck('--bound', '1', '--cap', '10', '--no-pair');
    expect(status).toBe(1);
    expect(output).toContain('NOT VISITED');
    expect(output).toContain('bounded');
  }, 60_000);
});
