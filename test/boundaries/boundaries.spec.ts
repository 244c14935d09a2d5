import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A file put into a copy of the sources, and the rule it must break; null: it only completes another. */
interface Planted {
  rule: string | null;
  path: string;
  imports: string;
}

const lib = (name: string, imports: string): Planted => ({ rule: `${name}-imports-only-what-is-below`, path: `libs/${name}/src/planted.ts`, imports });
const app = (name: string, imports: string): Planted => ({ rule: `${name}-imports-no-other-app`, path: `apps/${name}/src/planted.ts`, imports });

const planted: readonly Planted[] = [
  lib('kernel', '@comity/database'),
  lib('database', '@comity/audit'),
  lib('treaty', '@comity/access'),
  lib('directory', '@comity/access'),
  lib('access', '@comity/audit'),
  lib('audit', '@comity/exchange'),
  lib('exchange', '@comity/directory'),
  lib('requests', '@comity/evidence'),
  lib('evidence', '../../../apps/worker/src/index.js'),
  app('api', '../../cli/src/output.js'),
  app('worker', '../../cli/src/output.js'),
  { rule: 'lib-entered-by-index-only', path: 'apps/api/src/planted-inside.ts', imports: '../../../libs/audit/src/chain.js' },
  { rule: 'lib-entered-by-index-only', path: 'libs/requests/src/planted-inside.ts', imports: '../../audit/src/chain.js' },
  { rule: 'no-own-index', path: 'libs/exchange/src/planted-index.ts', imports: '@comity/exchange' },
  { rule: 'no-cycle', path: 'test/boundaries/planted-a.spec.ts', imports: './planted-b.spec.js' },
  { rule: null, path: 'test/boundaries/planted-b.spec.ts', imports: './planted-a.spec.js' },
  { rule: 'pure-does-nothing', path: 'libs/treaty/src/planted-file.ts', imports: 'node:fs/promises' },
  { rule: 'pure-does-nothing', path: 'libs/requests/src/domain/planted-nest.ts', imports: '@nestjs/common' },
  { rule: 'pure-does-nothing', path: 'libs/requests/src/domain/planted-orm.ts', imports: 'typeorm' },
  { rule: 'pure-does-nothing', path: 'libs/audit/src/verify.ts', imports: 'node:net' },
  { rule: 'pure-does-nothing', path: 'libs/exchange/src/envelope.ts', imports: '@comity/database' },
  { rule: 'pure-imports-pure', path: 'libs/requests/src/domain/planted-service.ts', imports: '../settings.js' },
  { rule: 'instruments-know-their-format-only', path: 'config/instruments/planted.ts', imports: '../../libs/audit/src/events.js' },
  { rule: 'settings-know-no-room', path: 'config/planted.ts', imports: '@comity/access' },
  { rule: 'libs-read-no-environment', path: 'libs/access/src/planted-settings.ts', imports: '../../../config/settings.js' },
  { rule: 'profiles-through-treaty', path: 'libs/requests/src/planted-profile.ts', imports: '../../../config/instruments/index.js' },
  { rule: 'shipped-code-imports-no-test', path: 'apps/cli/src/planted-test.ts', imports: '../../../test/support/database.js' },
  { rule: 'shipped-code-has-its-packages', path: 'apps/cli/src/planted-package.ts', imports: 'fast-check' },
  { rule: 'import-resolves', path: 'apps/cli/src/planted-nowhere.ts', imports: './nowhere.js' },
];

let found: Set<string>;
let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'comity-boundaries-'));
  for (const name of ['apps', 'libs', 'config', 'test', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
    await cp(join(root, name), join(copy, name), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const { path, imports } of planted) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), `import '${imports}';\n`, { flag: 'a' });
  }
  found = await violations(copy);
}, 120_000);
afterAll(() => rm(copy, { recursive: true, force: true }));

async function violations(folder: string): Promise<Set<string>> {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs', 'config', 'test'];
  // Its exit status counts the violations; the report says more.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 256 * 1024 * 1024 }).catch(
    (error: { stdout: string }) => error,
  );
  const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  return new Set(summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`));
}

describe('the boundary rules', () => {
  it.each(planted.filter(({ rule }) => rule !== null).map(({ rule, path, imports }) => [rule, path, imports]))('%s: %s must not import %s', (rule, path) => {
    expect([...found]).toContain(`${rule}: ${path}`);
  });

  it('find nothing but what was planted', () => {
    const expected = new Set(planted.map(({ path }) => path));
    // A planted import may break a second rule too; a file in which nothing was planted breaks none.
    expect([...found].filter((text) => !expected.has(text.slice(text.indexOf(': ') + 2)))).toEqual([]);
  });
});
