import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** One rule of Arts 24, 35, 36 and 40-46: carried, left to a later form, or without executable meaning. */
export interface Row {
  id: string;
  title: string;
  status: 'carried' | 'later' | 'none';
  /** Of a later rule: what will carry it. */
  form?: string;
  /** Of a rule without executable meaning: why. */
  why?: string;
}

export interface Register {
  /** Carried rules never fall below this. */
  carriedAtLeast: number;
  rules: Row[];
}

export interface Source {
  path: string;
  text: string;
}

export interface Coverage {
  byArticle: Map<string, Record<Row['status'], number>>;
  all: Record<Row['status'], number>;
  faults: string[];
}

const ROOT = process.cwd();
const ARTICLES = new Set(['24', '35', '36', '40', '41', '42', '43', '44', '45', '46']);
const ITEM = String.raw`\d{1,2}(?!\d)(?:\([0-9a-z]{1,2}\))*(?:-\([0-9a-z]{1,2}\))?`;
const CITED = new RegExp(String.raw`UNCC (${ITEM}(?:(?:, and |, | and | or | with )${ITEM})*)`, 'g');
const QUOTED = new RegExp(String.raw`'(${ITEM})'`, 'g');
/** The Convention's own profile leaves the prefix out where a function adds it. */
const PROFILE = /^config\/instruments\/uncc-2024\./;
/** Named there without being carried or tested: the list of all rules, made-up content, and this check itself. */
const ASIDE = [/^config\/instruments\/.*\.rules\.ts$/, /^apps\/cli\/src\/(bench|demo)\//, /^test\/(support|treaty-coverage)\//];
/** The examples of an instrument are questions with the answers libs/treaty must give to them. */
const TEST = /\.spec\.ts$|^test\/|^config\/instruments\/.*\.examples\.ts$/;

/** `40(1)-(2)` names two rules, `41(3)(a)-(d)` four. */
function expand(item: string): string[] {
  const range = /^(.*)\(([0-9a-z]+)\)-\(([0-9a-z]+)\)$/.exec(item);
  if (!range) return [item];
  const [, stem, from, to] = range as unknown as [string, string, string, string];
  const numeric = /^\d+$/.test(from);
  const [first, last] = numeric ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)];
  return Array.from({ length: last - first + 1 }, (_, i) => `${stem}(${numeric ? first + i : String.fromCharCode(first + i)})`);
}

/** Rule ids of these articles that a source names. An article alone is a legal basis, and a rule only where it has no paragraphs. */
export function idsIn({ path, text }: Source): Set<string> {
  const found = [...text.matchAll(CITED)].flatMap(([, list]) => list!.split(/, and |, | and | or | with /));
  if (PROFILE.test(path)) found.push(...[...text.matchAll(QUOTED)].map(([, item]) => item!));
  return new Set(
    found
      .flatMap(expand)
      .filter((id) => ARTICLES.has(id.split('(')[0]!) && (id.includes('(') || id === '44' || id === '46'))
      .map((id) => `UNCC ${id}`),
  );
}

export const register = (): Register => JSON.parse(readFileSync(join(ROOT, 'config/treaty-coverage.json'), 'utf8')) as Register;

export function sources(): Source[] {
  return ['libs', 'apps', 'config', 'test']
    .flatMap((room) => readdirSync(join(ROOT, room), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes(`${sep}node_modules${sep}`))
    .map((file) => ({ path: relative(ROOT, file).split(sep).join('/'), file }))
    .filter(({ path }) => !ASIDE.some((aside) => aside.test(path)))
    .map(({ path, file }) => ({ path, text: readFileSync(file, 'utf8') }));
}

function faultsOfRow(row: Row, inCode: boolean, inTest: boolean): string[] {
  if (row.status === 'later') return row.form ? [] : [`${row.id}: later, and no form is named that will carry it`];
  if (row.status === 'none') return row.why ? [] : [`${row.id}: no executable meaning, and no reason is given`];
  return [
    ...(inCode ? [] : [`${row.id}: carried, and no code names it`]),
    ...(inTest ? [] : [`${row.id}: carried, and no test names it`]),
  ];
}

export function coverage({ carriedAtLeast, rules }: Register, read: Source[]): Coverage {
  const code = new Map<string, string>();
  const tests = new Set<string>();
  for (const source of read)
    for (const id of idsIn(source)) {
      if (TEST.test(source.path)) tests.add(id);
      else code.set(id, source.path);
    }
  const known = new Set(rules.map(({ id }) => id));
  const faults = rules.flatMap((row) => faultsOfRow(row, code.has(row.id), tests.has(row.id)));
  for (const [id, path] of code) if (!known.has(id)) faults.push(`${id}: named in ${path}, and not in the register`);
  if (known.size < rules.length) faults.push('a rule has two rows');

  const all = { carried: 0, later: 0, none: 0 };
  const byArticle: Coverage['byArticle'] = new Map();
  for (const { id, status } of rules) {
    const article = /^UNCC (\d+)/.exec(id)![1]!;
    const counts = byArticle.get(article) ?? { carried: 0, later: 0, none: 0 };
    byArticle.set(article, { ...counts, [status]: counts[status] + 1 });
    all[status] += 1;
  }
  if (all.carried < carriedAtLeast) faults.push(`${all.carried} rules are carried, fewer than the ${carriedAtLeast} recorded`);
  return { byArticle, all, faults };
}
