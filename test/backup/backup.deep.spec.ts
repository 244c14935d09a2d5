import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { newId } from '@comity/kernel';
import { restoreBackup } from '../../apps/cli/src/backup/restore-backup.js';
import { takeBackup } from '../../apps/cli/src/backup/take-backup.js';
import { testDatabase, withClient } from '../support/database.js';

// Real: PostgreSQL, policies, files. The test server does not fsync, so the times are those of the processor.
const STATES = ['IS', 'US', 'KZ', 'VN', 'SG'];
const ENTRIES = 100_000;
const AT = new Date('2026-11-02T08:00:00.000Z');

it(`backs up and restores ${ENTRIES} log entries in flat memory, and verifies them`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'comity-backup-deep-'));
  const [source, target] = [await testDatabase(import.meta.url), await testDatabase(import.meta.url)];
  try {
    const log = new AuditLog(source.dataSource);
    for (const state of STATES) {
      for (let batch = 0; batch < ENTRIES / STATES.length / 500; batch += 1) {
        await inTransaction(source.dataSource, { state }, async (tx) => {
          let head = await log.chainHead(tx, `file:${newId()}`);
          for (let i = 0; i < 500; i += 1) {
            const draft = { subject: head.subject, type: 'request.read', at: AT, actor: { kind: 'official' as const, state }, body: { i } };
            head = (await log.append(tx, draft, head)).head;
          }
        });
      }
    }
    const rss = process.memoryUsage().rss;
    const began = performance.now();
    const { manifest } = await takeBackup({ ownerUrl: source.ownerUrl, dataDir: join(folder, 'data'), folder: join(folder, 'b'), at: AT, software: 'test' });
    const written = performance.now();
    const restored = await restoreBackup({ ownerUrl: target.ownerUrl, login: 'comity_login', dataDir: join(folder, 'data-2'), folder: join(folder, 'b'), at: AT });
    const done = performance.now();
    const bytes = manifest.parts.reduce((sum, part) => sum + part.bytes, 0);
    process.stderr.write(
      `backup: ${ENTRIES} entries, ${(bytes / 2 ** 20).toFixed(0)} MiB in ${((written - began) / 1000).toFixed(1)} s; ` +
        `restore with verification in ${((done - written) / 1000).toFixed(1)} s; memory grew by ${((process.memoryUsage().rss - rss) / 2 ** 20).toFixed(0)} MiB\n`,
    );
    expect(restored).toMatchObject({ entries: ENTRIES, logs: [...STATES].sort() });
    expect(process.memoryUsage().rss - rss).toBeLessThan(256 * 2 ** 20);
    const count = (url: string) => withClient(url, async (c) => (await c.query('SELECT count(*)::int AS n, sum(seq)::text AS sum FROM audit_entry')).rows);
    expect(await count(target.superuserUrl)).toEqual(await count(source.superuserUrl));
  } finally {
    await Promise.all([source.close(), target.close()]);
    await rm(folder, { recursive: true, force: true });
  }
});
