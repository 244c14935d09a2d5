import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccountsService, hashPassword } from '@comity/access';
import { AuditLog, LogProofs } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { SystemClock } from '@comity/kernel';
import { createApp, ENTITIES } from '../../apps/api/src/bootstrap.js';
import { HostingService } from '../../apps/api/src/hosting.service.js';
import { seedDemo } from '../../apps/cli/src/demo/seed.js';
import { createLogger } from '../../apps/worker/src/index.js';
import { readSettings } from '../../config/settings.js';
import { draftOf, newFile } from '../../libs/audit/src/testing/drafts.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

// Real: the whole application with its worker running, its timers, PostgreSQL (without fsync). Nothing is set by hand.
describe('from an entry to its signed checkpoint', () => {
  let db: TestDatabase;
  let app: NestFastifyApplication;
  let dataDir: string;
  beforeAll(async () => {
    db = await testDatabase(import.meta.url, { entities: ENTITIES });
    dataDir = mkdtempSync(join(tmpdir(), 'comity-latency-'));
    const clock = new SystemClock();
    app = await createApp({ settings: readSettings({ NODE_ENV: 'test', COMITY_DATA_DIR: dataDir }), dataSource: db.dataSource, clock, logger: createLogger('error') });
    await seedDemo(db.dataSource, { at: clock.now(), passwordHash: await hashPassword('correct-horse-battery'), accounts: app.get(AccountsService, { strict: false }) });
    await app.get(HostingService, { strict: false }).hostAll(clock.now());
  });
  afterAll(async () => {
    await app.close();
    rmSync(dataDir, { recursive: true });
  });

  /** Milliseconds from the commit of an entry until a checkpoint covers it, for entries that come every `pause` ms in `lanes`. */
  async function delays(lanes: number, each: number, pause: number): Promise<number[]> {
    const log = app.get(AuditLog, { strict: false });
    const proofs = app.get(LogProofs, { strict: false });
    const states = ['KZ', 'VN', 'IS', 'US'];
    const waiting = new Map<string, { state: string; at: number }>();
    const found: number[] = [];
    let writing = true;
    const watch = (async () => {
      while (writing || waiting.size > 0) {
        for (const state of states) {
          const of = [...waiting].filter(([, entry]) => entry.state === state).map(([id]) => id);
          if (of.length === 0) continue;
          const covered = await inTransaction(db.dataSource, { state, readOnly: true }, async (tx) => {
            const size = (await proofs.newest(tx))?.size ?? 0;
            return tx.query<{ id: string }>(`SELECT entry_id AS id FROM audit_position WHERE state = $1 AND entry_id = ANY ($2::uuid[]) AND position < $3::bigint`, [state, of, size]);
          });
          const now = performance.now();
          for (const { id } of covered) {
            found.push(now - waiting.get(id)!.at);
            waiting.delete(id);
          }
        }
        await sleep(5);
      }
    })();
    await Promise.all(
      Array.from({ length: lanes }, async (_, lane) => {
        for (let n = 0; n < each; n += 1) {
          const state = states[(lane + n) % states.length]!;
          const { id } = await log.appendAlone(state, draftOf(newFile(), { at: new Date() }));
          waiting.set(id, { state, at: performance.now() });
          await sleep(pause * (0.5 + Math.random()));
        }
      }),
    );
    writing = false;
    await watch;
    return found.sort((a, b) => a - b);
  }

  it.each<[string, number, number, number]>([
    ['one act now and then', 1, 60, 150],
    ['8 officials at work', 8, 150, 40],
    ['32 at once, without a pause', 32, 100, 0],
  ])('passes less than a second in 99 of 100 cases: %s', async (what, lanes, each, pause) => {
    const found = await delays(lanes, each, pause);
    const at = (part: number) => Math.round(found[Math.min(found.length - 1, Math.floor(found.length * part))]!);
    console.info(`${what}: ${found.length} entries, p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`);
    expect(found).toHaveLength(lanes * each);
    expect(at(0.99)).toBeLessThan(1_000);
  });
});
