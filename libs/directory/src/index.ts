export * from './directory.dto.js';
export * from './directory.module.js';
export * from './directory.service.js';
export * from './directory-key-ring.js';
export * from './directory-register.js';
export { dayOf } from './fact-columns.js';
export * from './facts.js';
export * from './rows.js';
export * from './state-names.js';
