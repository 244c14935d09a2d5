import { evidenceRequested } from './stored-data.requested.machine.js';
import { evidenceRequesting } from './stored-data.requesting.machine.js';

/**
 * Collection of traffic data in real time (UNCC 40(3)(e), 45(1); Budapest 33) and interception of content
 * (UNCC 40(3)(f), 46; Budapest 34), both sides: the life of a measure that furnishes evidence, without data to secure.
 */
export const realTimeTrafficRequested = evidenceRequested('real-time-traffic.requested', { secures: false });
export const realTimeTrafficRequesting = evidenceRequesting('real-time-traffic.requesting', { secures: false });
export const interceptionRequested = evidenceRequested('interception.requested', { secures: false });
export const interceptionRequesting = evidenceRequesting('interception.requesting', { secures: false });
