// Jest's test framework (jest-circus), with test files loaded by Node itself instead of into a context of their own. A
// worker so loads and compiles the libraries and the project once, not once for each test file: see docs/decisions/0040.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
/** Where jest-circus keeps who listens to its events: they are each test file's own. */
const HANDLERS = Symbol.for('EVENT_HANDLERS');
let loaded = 0;

/** `testRunner` of jest.config.js. Arguments and answer are jest's own. */
export default async function run(globalConfig, config, environment, _, testPath, report) {
  const { default: circus } = require('jest-circus/runner');
  // Node itself knows the source maps of what it loads (--enable-source-maps), unless somebody else writes the stacks.
  Error.prepareStackTrace = undefined;
  const runtime = {
    requireInternalModule: fresh,
    requireModule: require,
    setGlobalsForRuntime: () => undefined,
    enterTestCode: () => undefined,
    leaveTestCode: () => undefined,
    unstable_shouldLoadAsEsm: () => true,
    // Node keeps what it has loaded under its URL: a file that runs twice is loaded twice.
    unstable_importModule: (path) => import(`${pathToFileURL(path).href}?run=${(loaded += 1)}`),
  };
  try {
    return await circus(globalConfig, config, { global: globalThis, fakeTimersModern: environment.fakeTimersModern }, runtime, testPath, report);
  } finally {
    // A file's tests hang here, with all they hold.
    for (const symbol of Object.getOwnPropertySymbols(globalThis)) if (symbol.description === 'JEST_STATE_SYMBOL') delete globalThis[symbol];
  }
}

/** jest-circus keeps a file's tests in its module: each file gets a new one. */
function fresh(path) {
  delete globalThis[HANDLERS];
  delete require.cache[require.resolve(path)];
  return require(path);
}
