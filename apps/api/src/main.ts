import { readSettings } from '../../../config/settings.js';
import { createLogger, describeError } from '../../worker/src/index.js';
import { createApp } from './bootstrap.js';
import { stopOnSignals } from './stop-on-signals.js';

try {
  const settings = readSettings(process.env);
  const logger = createLogger(settings.logLevel);
  const app = await createApp({ settings, logger });
  stopOnSignals(app, logger);
  await app.listen(settings.port, settings.host);
  logger.info({ url: await app.getUrl() }, 'listening');
} catch (error) {
  // Nobody's case is in a failed start, and its message tells what to put right.
  process.stderr.write(`${error instanceof Error ? error.message : JSON.stringify(describeError(error))}\n`);
  process.exitCode = 1;
}
