import tseslint from 'typescript-eslint';

const now = 'One reading of the clock per act: take it from Clock (libs/kernel), or as `at` from the caller.';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', '.comity/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'warn' },
    rules: {
      // Chosen from the type-checked rules for what they find here: work nobody waits for, and awaits of nothing.
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-constant-condition': ['error', { checkLoops: 'none' }],
      'no-fallthrough': 'error',
    },
  },
  {
    files: ['libs/**/*.ts', 'apps/api/**/*.ts', 'apps/worker/**/*.ts'],
    // The kernel holds the clock; ages of temporary files are told by the file system's own time.
    ignores: ['libs/kernel/src/**', 'libs/evidence/src/temp-files.ts', '**/*.spec.ts', 'libs/*/src/testing/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: now },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: now },
        { selector: "CallExpression[callee.name='Date']", message: now },
      ],
    },
  },
  {
    // jest's matchers and planted faults are typed loosely on purpose.
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      'no-console': 'off',
    },
  },
);
