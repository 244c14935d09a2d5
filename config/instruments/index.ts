import type { Instrument } from '../../libs/treaty/src/instrument.js';
import { BUDAPEST_2001 } from './budapest-2001.js';
import { RECIPROCITY, UNCAC_2003, UNTOC_2000 } from './others.js';
import { UNCC_2024 } from './uncc-2024.js';

/** Every profile shipped. Versions a file may have pinned stay in the list, older before newer. */
export const INSTRUMENTS: readonly Instrument[] = [UNCC_2024, BUDAPEST_2001, UNTOC_2000, UNCAC_2003, RECIPROCITY];
