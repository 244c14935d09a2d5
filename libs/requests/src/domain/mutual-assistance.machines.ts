import { personAway } from './person-away.js';
import { evidenceRequested } from './stored-data.requested.machine.js';
import { evidenceRequesting } from './stored-data.requesting.machine.js';

/**
 * Mutual legal assistance of the kinds of UNCC 40(3) that have no form of their own, both sides: the life of a measure
 * that furnishes evidence, without data to secure, and a dialogue on a person who goes to the other State.
 */
export const assistanceRequested = evidenceRequested('mutual-legal-assistance.requested', { secures: false, beside: { person: personAway('requested') } });
export const assistanceRequesting = evidenceRequesting('mutual-legal-assistance.requesting', { secures: false, beside: { person: personAway('requesting') } });
