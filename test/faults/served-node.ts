import { AccountsService, hashPassword } from '@comity/access';
import { SystemClock } from '@comity/kernel';
import { openDatabase } from '@comity/database';
import { createApp, ENTITIES } from '../../apps/api/src/bootstrap.js';
import { HostingService } from '../../apps/api/src/hosting.service.js';
import { stopOnSignals } from '../../apps/api/src/stop-on-signals.js';
import { seedDemo } from '../../apps/cli/src/demo/seed.js';
import { createLogger } from '../../apps/worker/src/index.js';
import { readSettings } from '../../config/settings.js';

// A node as `start` makes it, with the demo's States, in a process of its own that a test may kill. Says where it listens.
const settings = readSettings(process.env);
const logger = createLogger(settings.logLevel);
const clock = new SystemClock();
const { dataSource } = await openDatabase(settings, { entities: ENTITIES });
const app = await createApp({ settings, dataSource, clock, logger });
const at = clock.now();
await seedDemo(dataSource, { at, passwordHash: await hashPassword(process.env['COMITY_TEST_PASSWORD']!), accounts: app.get(AccountsService, { strict: false }) });
await app.get(HostingService, { strict: false }).hostAll(at);
stopOnSignals(app, logger);
await app.listen(0, '127.0.0.1');
console.log(`listening ${await app.getUrl()}`);
