import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Package {
  name: string;
  version: string;
}

/** The folder of Comity's package.json: above this file, in the sources and in what is built from them. */
export function projectRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (read(folder)?.name === 'comity') return folder;
    if (folder === dirname(folder)) throw new Error('no package.json of comity above this program');
  }
}

/** Of this software. */
export function version(): string {
  return read(projectRoot())!.version;
}

function read(folder: string): Package | undefined {
  const file = join(folder, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Package) : undefined;
}
