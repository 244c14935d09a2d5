import { resolve } from 'node:path';
import { locateDatabase } from '@comity/database';
import { SystemClock } from '@comity/kernel';
import { readSettings } from '../../../../config/settings.js';
import { restoreBackup } from '../backup/restore-backup.js';
import { type Command, UsageError } from '../command.js';
import { ownerOf, userOf } from '../owner.js';

export const restore: Command = {
  about: 'restore a backup into an empty database, and verify it',
  operands: ['folder'],
  options: { sha256: { type: 'string' } },
  help: { sha256: 'of the manifest, as backup printed it: any other backup is refused' },
  async run({ operands, options, env, out }) {
    const expected = options.sha256 as string | undefined;
    if (expected !== undefined && !/^[0-9a-f]{64}$/.test(expected)) throw new UsageError('--sha256 takes the 64 hex digits that backup printed');
    const settings = readSettings(env);
    const urls = await locateDatabase(settings);
    try {
      const { manifest, sha256, rows, logs, entries, migrated } = await restoreBackup({
        ownerUrl: ownerOf(urls),
        login: userOf(urls.login),
        dataDir: settings.dataDir,
        folder: resolve(operands[0]!),
        at: new SystemClock().now(),
        ...(expected !== undefined && { sha256: expected }),
      });
      out.say(`restored  ${rows} rows of ${manifest.tables.length} tables and ${manifest.blobs.length} blobs, as they stood at ${manifest.takenAt}`);
      out.say(`sha256    ${sha256}  (of the manifest${expected === undefined ? ': compare it with the one noted when the backup was taken' : ', the one given'})`);
      out.say(`verified  ${entries} entries in the logs of ${logs.length} States`);
      for (const id of migrated) out.say(`applied   ${id}`);
      out.result({ ok: true, sha256, takenAt: manifest.takenAt, rows, tables: manifest.tables.length, blobs: manifest.blobs.length, logs, entries, migrated });
      return 0;
    } finally {
      await urls.server?.stop();
    }
  },
};
