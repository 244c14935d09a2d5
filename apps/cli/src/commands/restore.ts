import { resolve } from 'node:path';
import { locateDatabase } from '@comity/database';
import { SystemClock } from '@comity/kernel';
import { readSettings } from '../../../../config/settings.js';
import { restoreBackup } from '../backup/restore-backup.js';
import type { Command } from '../command.js';
import { ownerOf, userOf } from '../owner.js';

export const restore: Command = {
  about: 'restore a backup into an empty database, and verify it',
  operands: ['folder'],
  options: {},
  help: {},
  async run({ operands, env, out }) {
    const settings = readSettings(env);
    const urls = await locateDatabase(settings);
    try {
      const { manifest, rows, logs, entries, migrated } = await restoreBackup({
        ownerUrl: ownerOf(urls),
        login: userOf(urls.login),
        dataDir: settings.dataDir,
        folder: resolve(operands[0]!),
        at: new SystemClock().now(),
      });
      out.say(`restored  ${rows} rows of ${manifest.tables.length} tables and ${manifest.blobs.length} blobs, as they stood at ${manifest.takenAt}`);
      out.say(`verified  ${entries} entries in the logs of ${logs.length} States`);
      for (const id of migrated) out.say(`applied   ${id}`);
      out.result({ ok: true, takenAt: manifest.takenAt, rows, tables: manifest.tables.length, blobs: manifest.blobs.length, logs, entries, migrated });
      return 0;
    } finally {
      await urls.server?.stop();
    }
  },
};
