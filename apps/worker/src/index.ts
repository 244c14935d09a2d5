export * from './chore.js';
export * from './worker.js';
export * from './worker.module.js';
export * from './describe-error.js';
export * from './logger.js';
