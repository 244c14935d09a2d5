import { type DestinationStream, type Logger, pino } from 'pino';
import { describeError } from './describe-error.js';

/** JSON lines on standard output (or `destination`), with level names and ISO times. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    // Whoever logs an error object by mistake must not log the values it quotes.
    serializers: { err: describeError, error: (value: unknown) => (value instanceof Error ? describeError(value) : value) },
  };
  return pino(options, destination ?? standardOutput());
}

/** A line waits this long at most for others to leave with it. */
const GATHER_MS = 250;

/** Lines leave in larger pieces: a write for each answered request costs more than the line. What is left leaves at exit. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ fd: 1, sync: false, minLength: 4096 });
  setInterval(() => output.flush(), GATHER_MS).unref();
  return output;
}
