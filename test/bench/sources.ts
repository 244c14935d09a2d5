import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** For a node's process: it reads the sources as they are, like the tests themselves. */
export const SOURCES = { PATH: process.env['PATH']!, NODE_OPTIONS: `--import ${pathToFileURL(resolve('test/support/typescript.js')).href}` };
