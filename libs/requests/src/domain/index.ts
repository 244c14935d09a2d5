// Pure: no Nest, TypeORM, file, network or clock below this line.
export * from './machine-parts.js';
export * from './machines.js';
export * from './acts.js';
export * from './path.js';
export * from './custodians.js';
export * from './alarms.js';
export * from './messages.js';
export * from './crossings.js';
export * from './decide.js';
export * from './possible.js';
export * from './named-measures.js';
export * from './overall.js';
export * from './particulars.js';
export * from './terms.js';
export * from './validate.js';
export type { Schema } from './payloads.js';
export * from './check-charts.js';
export { statechart } from './statechart.js';
