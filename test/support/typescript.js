// Lets `node --import ./test/support/typescript.js some.ts` run the project's TypeScript without a build, for checks
// that need a heap of their own and no test framework around them.
import { register } from 'node:module';

register('./typescript-hooks.js', import.meta.url);
