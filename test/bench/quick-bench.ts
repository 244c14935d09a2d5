import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { comity, type Outcome } from '../cli/comity.js';

/** The node's process reads the sources as they are, like the tests themselves. */
const env = { PATH: process.env['PATH']!, NODE_OPTIONS: `--import ${pathToFileURL(resolve('test/support/typescript.js')).href}` };

/** A bench with tiny counts. */
export const quickBench = (...args: string[]): Promise<Outcome> => comity(['bench', ...args, '--quick', '--json'], env);
