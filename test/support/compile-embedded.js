// Compiles libs/database/src/embedded to a folder of node_modules, where `pg` can be found from: for code that runs
// outside jest's transforms (its global setup, and processes that tests start and kill).
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** @returns {string} the folder; remove it after use */
export function compileEmbedded() {
  const source = join(root, 'libs/database/src/embedded');
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const target = mkdtempSync(join(cache, 'comity-embedded-'));
  writeFileSync(join(target, 'package.json'), '{"type":"module"}');
  for (const file of readdirSync(source)) {
    if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
    const { code } = transformFileSync(join(source, file), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    writeFileSync(join(target, file.replace(/\.ts$/, '.js')), code);
  }
  return target;
}
