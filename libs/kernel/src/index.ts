export * from './ids.js';
export * from './clock.js';
export * from './actor.js';
export * from './problem.js';
export * from './canonical.js';
export * from './precondition.js';
export * from './instant.js';
