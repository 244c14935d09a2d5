import { comity, type Outcome } from '../cli/comity.js';
import { SOURCES } from './sources.js';

/** A bench with tiny counts. */
export const quickBench = (...args: string[]): Promise<Outcome> => comity(['bench', ...args, '--quick', '--json'], SOURCES);
