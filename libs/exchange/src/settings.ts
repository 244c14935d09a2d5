export const EXCHANGE_SETTINGS = Symbol('ExchangeSettings');

/** What this room needs to know of the node's settings. */
export interface ExchangeSettings {
  /** Wraps signing keys at rest; at least 32 characters, never stored in the database. */
  keySecret: string;
  /** Deliveries tried before a message is given up and its file told. Default 10. */
  maxAttempts?: number;
  /** How long a worker may take over one delivery before another tries. Default 60 s. */
  leaseSeconds?: number;
  /** Pause after the first failed delivery, doubled after each further one, up to an hour. Default 5 s. */
  backoffSeconds?: number;
  /** Deliveries under way at once, of different threads. Default 8: each waits for the disk twice. */
  concurrency?: number;
}

const LONGEST_PAUSE_SECONDS = 3600;

/** Seconds until the next delivery, after `attempts` (from 1) have failed. */
export function pauseSeconds(attempts: number, first: number): number {
  return Math.min(LONGEST_PAUSE_SECONDS, first * 2 ** Math.min(attempts - 1, 20));
}

export const secondsAfter = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);
