import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';

/** Longer than a request or a round of the worker takes; then the process ends as it is, which loses nothing committed. */
const PATIENCE_MS = 20_000;

/** On SIGTERM or SIGINT: no new requests, those under way are answered, the worker finishes, the database closes. */
export function stopOnSignals(app: INestApplicationContext, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), PATIENCE_MS).unref();
    void app.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
}
