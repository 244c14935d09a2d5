import { locateDatabase, migrate } from '@comity/database';
import { readSettings } from '../../../../config/settings.js';
import type { Command } from '../command.js';
import { ownerOf, userOf } from '../owner.js';

export const migrateCommand: Command = {
  about: 'bring the schema of the database up to date, as its owner',
  operands: [],
  options: {},
  help: {},
  async run({ env, out }) {
    const urls = await locateDatabase(readSettings(env));
    try {
      const applied = await migrate(ownerOf(urls), { login: userOf(urls.login) });
      for (const id of applied) out.say(`applied  ${id}`);
      if (applied.length === 0) out.say('up to date');
      out.result({ ok: true, applied });
      return 0;
    } finally {
      await urls.server?.stop();
    }
  },
};
