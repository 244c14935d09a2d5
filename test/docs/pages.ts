import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** README and every page under docs/, by path from the project's folder. */
export function pages(): string[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
  return ['README.md', ...docs.sort()];
}

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** A fenced block of a page: its language, its text, and the line it begins on. */
export interface Fence {
  language: string;
  text: string;
  line: number;
}

/** The fenced blocks of a page, in order. */
export function fences(page: string): Fence[] {
  const found: Fence[] = [];
  let open: Fence | undefined;
  page.split('\n').forEach((text, i) => {
    const mark = /^```(\w*)$/.exec(text);
    if (!mark) {
      if (open) open.text += `${text}\n`;
    } else if (open) {
      found.push(open);
      open = undefined;
    } else {
      open = { language: mark[1]!, text: '', line: i + 2 };
    }
  });
  return found;
}
