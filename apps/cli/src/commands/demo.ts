import { readSettings } from '../../../../config/settings.js';
import type { Command } from '../command.js';
import { playDemo } from '../demo/play.js';

export const demo: Command = {
  about: 'migrate, seed, play the scenarios over HTTP, verify both logs, and stay up',
  operands: [],
  options: { once: { type: 'boolean' } },
  help: { once: 'end after verifying: status 0, or 1 if anything differs' },
  async run({ env, options, out }) {
    return playDemo({ settings: readSettings(env), once: options.once === true, out });
  },
};
