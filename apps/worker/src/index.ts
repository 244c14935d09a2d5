export * from './chore.js';
export * from './chores.module.js';
export * from './describe-error.js';
export * from './logger.js';
export * from './worker.js';
export * from './worker.module.js';
