import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROLES } from '@comity/kernel';
import { variables } from '../../config/settings-variables.js';
import { commands } from '../../apps/cli/src/commands/index.js';
import { fences, pages, read, ROOT } from './pages.js';

interface Named {
  page: string;
  path: string;
}

const HERE = /^(?:apps|libs|config|test|docs|docker|\.ci)\/[\w./-]*$/;

const withoutFences = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '');

/** Files and folders of the project that a page names in running text, as code. */
const inCode = (page: string, text: string): Named[] =>
  [...withoutFences(text).matchAll(/`([^`\n]+)`/g)].map((m) => m[1]!).filter((path) => HERE.test(path)).map((path) => ({ page, path }));

/** What its links lead to, from the project's folder. */
const linked = (page: string, text: string): Named[] =>
  [...withoutFences(text).matchAll(/\]\(([^)\s]+)\)/g)].map((m) => m[1]!).filter((to) => !/^\w+:/.test(to)).map((to) => ({ page, path: normalize(join(dirname(page), to.split('#')[0]!)) }));

const missing = (named: Named[]): string[] => named.filter(({ path }) => !existsSync(join(ROOT, path))).map(({ page, path }) => `${page} names ${path}`);

describe('README and docs', () => {
  const all = pages().map((page) => [page, read(page)] as const);

  it('name only files and folders that there are', () => {
    const named = all.flatMap(([page, text]) => inCode(page, text));
    expect(named.length).toBeGreaterThan(80);
    expect(missing(named)).toEqual([]);
  });

  it('link only to pages that there are', () => {
    const links = all.flatMap(([page, text]) => linked(page, text));
    expect(links.length).toBeGreaterThan(40);
    expect(missing(links)).toEqual([]);
  });

  it('are found wrong when they do name or link what is not there', () => {
    const text = 'See `libs/requests/src/no-such-file.ts` and [it](../no-such-page.md).\n```sh\ncat `libs/in/a/fence.ts`\n```\n';
    expect(missing(inCode('docs/a.md', text))).toEqual(['docs/a.md names libs/requests/src/no-such-file.ts']);
    expect(missing(linked('docs/how-to/a.md', text))).toEqual(['docs/how-to/a.md names docs/no-such-page.md']);
  });

  it('name no host but loopback and examples', () => {
    const hosts = all.flatMap(([, text]) => [...text.matchAll(/\b(?:https?|postgres):\/\/(?:[^\s/@]*@)?([\w.-]+)/g)].map((m) => m[1]!));
    expect(hosts.length).toBeGreaterThan(3);
    expect(hosts.filter((host) => !/^(?:127\.0\.0\.1|localhost|db|(?:[\w-]+\.)*example)$/.test(host))).toEqual([]);
  });

  it('name only scripts and commands that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const text = all.map(([, page]) => page).join('\n');
    const named = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map((m) => m[1]!))];
    const run = named(/\bnpm run (?:-s )?([a-z:-]+)/g);
    const comity = named(/(?:`comity|run -s comity --) ([a-z]+)/g);
    expect(run.length).toBeGreaterThan(5);
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
    expect(comity.length).toBeGreaterThan(3);
    expect(comity.filter((name) => !(name in commands))).toEqual([]);
  });

  it('name only settings that there are', () => {
    // Passwords that docker/database.sql reads; no settings of a node.
    const others = ['COMITY_OWNER_PASSWORD', 'COMITY_LOGIN_PASSWORD', 'COMITY_COMMAND'];
    const named = new Set(all.flatMap(([, text]) => [...text.matchAll(/\b(?:COMITY|DATABASE)_[A-Z_]+\b/g)].map((m) => m[0])));
    expect([...named].filter((name) => !(name in variables) && !others.includes(name))).toEqual([]);
  });

  it('README tells of every role, and of every room', () => {
    const readme = read('README.md');
    const rows = [...readme.matchAll(/^\| `([^`]+)` \|/gm)].map((m) => m[1]!);
    const folders = (of: string) => readdirSync(join(ROOT, of), { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => `${of}/${e.name}`);
    expect(rows.filter((row) => !row.includes('/')).sort()).toEqual([...ROLES].sort());
    expect(rows.filter((row) => row.includes('/')).sort()).toEqual([...folders('apps'), ...folders('libs')].sort());
  });

  it('docs/README.md leads to every page', () => {
    const there = new Set(linked('docs/README.md', read('docs/README.md')).map(({ path }) => path));
    expect(pages().filter((page) => page !== 'README.md' && page !== 'docs/README.md' && !there.has(page))).toEqual([]);
  });

  it('have fences that are closed', () => {
    expect(all.filter(([, text]) => (text.match(/^```/gm)?.length ?? 0) % 2 === 1).map(([page]) => page)).toEqual([]);
    expect(fences('```sh\na\n```\ntext\n```text\nb\n```\n')).toEqual([{ language: 'sh', text: 'a\n', line: 2 }, { language: 'text', text: 'b\n', line: 6 }]);
  });
});
