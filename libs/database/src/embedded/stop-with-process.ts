import { type EmbeddedServer } from './embedded.js';
import { runningServer } from './server.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Stops the embedded server when this process ends, if this process started it.
 *
 * On a signal it steps back when someone else listens too (Nest's shutdown hooks drain requests first and then close
 * the data source); in every case the end of the process asks the server to stop.
 * @returns takes the listeners away
 */
export function stopWithProcess(server: EmbeddedServer, close: () => Promise<void>): () => void {
  if (!server.ours) return () => undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return;
    void close().finally(() => {
      release();
      process.kill(process.pid, signal);
    });
  };
  const onExit = (): void => {
    const running = runningServer(server.record.data);
    if (running) process.kill(running.pid, 'SIGINT');
  };
  const release = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('exit', onExit);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('exit', onExit);
  return release;
}
