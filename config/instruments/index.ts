import type { Instrument } from '../../libs/treaty/src/instrument.js';
import { UNCC_2024 } from './uncc-2024.js';

/** Every profile shipped. Versions a file may have pinned stay in the list, older before newer. */
export const INSTRUMENTS: readonly Instrument[] = [UNCC_2024];
