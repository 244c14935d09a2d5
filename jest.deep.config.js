// The long tests: kills, the model check in full, large lists. One at a time, so that they do not time each other.
import usual from './jest.config.js';

export default {
  ...usual,
  testMatch: usual.testMatch.map((pattern) => pattern.replace('.spec.ts', '.deep.spec.ts')),
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  globals: { comityLongTests: true },
  testTimeout: 600_000,
  maxWorkers: 1,
};
