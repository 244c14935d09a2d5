import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccountsService, hashPassword } from '@comity/access';
import { createApp, ENTITIES } from '../../apps/api/src/bootstrap.js';
import { HostingService } from '../../apps/api/src/hosting.service.js';
import { seedDemo } from '../../apps/cli/src/demo/seed.js';
import { createLogger } from '../../apps/worker/src/index.js';
import { DEMO_PASSWORD } from '../../config/demo/accounts.js';
import { readSettings } from '../../config/settings.js';
import { testDatabase } from '../support/database.js';

/** A node as `npm run demo` leaves it, without the requests it plays: demo data, worker on, the system's clock. */
export interface DemoServer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  close(): Promise<void>;
}

export async function demoServer(fileUrl: string): Promise<DemoServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'comity-docs-data-'));
  const db = await testDatabase(fileUrl, { entities: ENTITIES });
  const settings = { ...readSettings({ COMITY_DATA_DIR: dataDir, COMITY_TRAINING: 'on' }), port: 0 };
  const app = await createApp({ settings, dataSource: db.dataSource, logger: createLogger(process.env['COMITY_TEST_LOG'] ?? 'silent') });
  const at = new Date();
  await seedDemo(db.dataSource, { at, passwordHash: await hashPassword(DEMO_PASSWORD), accounts: app.get(AccountsService, { strict: false }) });
  await app.get(HostingService, { strict: false }).hostAll(at);
  await app.listen(0, '127.0.0.1');
  return {
    url: await app.getUrl(),
    close: async () => {
      await app.close();
      await db.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
