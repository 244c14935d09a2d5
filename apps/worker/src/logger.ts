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
  return destination ? pino(options, destination) : pino(options);
}
