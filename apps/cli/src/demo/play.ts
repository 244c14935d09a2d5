import type { Settings } from '../../../../config/settings.js';
import { Refused } from '../command.js';
import type { Output } from '../output.js';

export interface DemoCall {
  settings: Settings;
  /** End after verifying, instead of staying up. */
  once: boolean;
  out: Output;
}

/** Plays the scenarios through the public API. @returns the exit status */
export function playDemo(_call: DemoCall): Promise<number> {
  return Promise.reject(new Refused('demo.not-built', 'The demonstration is not part of this version yet.'));
}
