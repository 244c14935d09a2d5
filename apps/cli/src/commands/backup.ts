import { resolve } from 'node:path';
import { locateDatabase } from '@comity/database';
import { SystemClock } from '@comity/kernel';
import { readSettings } from '../../../../config/settings.js';
import { takeBackup } from '../backup/take-backup.js';
import type { Command } from '../command.js';
import { ownerOf } from '../owner.js';
import { version } from '../project-root.js';

export const backup: Command = {
  about: 'write all tables and blobs to a new folder, and read them back',
  operands: ['folder'],
  options: {},
  help: {},
  async run({ operands, env, out }) {
    const settings = readSettings(env);
    const folder = resolve(operands[0]!);
    const urls = await locateDatabase(settings);
    try {
      const at = new SystemClock().now();
      const { manifest, sha256, damaged, missing } = await takeBackup({ ownerUrl: ownerOf(urls), dataDir: settings.dataDir, folder, at, software: version() });
      const rows = manifest.tables.reduce((total, table) => total + table.rows, 0);
      const states = [...new Set(manifest.parts.flatMap(({ state }) => state ?? []))].sort();
      out.say(`backed up  ${rows} rows of ${manifest.tables.length} tables and ${manifest.blobs.length} blobs to ${folder}`);
      out.say(`States     ${states.join(' ')}`);
      out.say(`sha256     ${sha256}  (of the manifest: note it elsewhere)`);
      out.say('It holds case data in the clear. Not in it: COMITY_KEY_SECRET, without which restored signing keys are of no use.');
      for (const path of damaged) out.complain(`DAMAGED    ${path} no longer has the hash that is its name: find another copy of it`);
      for (const path of missing) out.complain(`MISSING    ${path} is named by a row and not in the store: find a copy of it, unless it was erased just now`);
      const ok = damaged.length === 0 && missing.length === 0;
      out.result({ ok, folder, sha256, rows, tables: manifest.tables.length, blobs: manifest.blobs.length, states, damaged, missing });
      return ok ? 0 : 1;
    } finally {
      await urls.server?.stop();
    }
  },
};
