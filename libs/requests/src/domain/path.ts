import { choice, ipAddress, list, object, stateCode, text, utcInstant, type Schema } from './payloads.js';

/** One leg of a connection, as the preserved traffic data show it (UNCC 43(1); Budapest 30). */
export interface PathEntry {
  ip: string;
  port?: number;
  protocol: string;
  /** UTC, RFC 3339 with Z. */
  time: string;
  until?: string;
  /** The unit to which the time is told: what is smaller is cut off, or not known. */
  precision: Precision;
  role?: 'origin' | 'intermediary' | 'destination';
  provider?: string;
  /** Where the provider is, as far as known. */
  state?: string;
}

export const PRECISIONS = ['millisecond', 'second', 'minute', 'hour', 'day'] as const;
export type Precision = (typeof PRECISIONS)[number];
const MILLISECONDS: Record<Precision, number> = { millisecond: 1, second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export const PATH: Schema = list(object({
  ip: ipAddress,
  port: { type: 'integer', minimum: 0, maximum: 65_535 },
  protocol: choice('tcp', 'udp', 'sctp', 'icmp', 'gre', 'esp', 'other'),
  time: utcInstant,
  until: utcInstant,
  precision: choice(...PRECISIONS),
  role: choice('origin', 'intermediary', 'destination'),
  provider: text(300),
  state: stateCode,
}, ['ip', 'protocol', 'time', 'precision']), 200);

/** What was said when a path was disclosed, as the measure's particulars keep it. */
export interface Disclosure {
  path?: PathEntry[];
  onwardTransfer?: string;
  useLimits?: string;
}

/** Empty before the disclosure, and once it was erased. */
export const disclosureOf = (particulars: Record<string, unknown>): Disclosure => (particulars['disclosure'] as Disclosure | undefined) ?? {};

/** Where a disclosed path leads, seen by the requesting State. */
export interface PathFacts {
  leads: 'home' | 'on' | 'back' | 'several' | 'unknown' | 'unplaced' | 'elsewhere';
  /** The State that would be asked; absent where several or none is known. */
  state?: string;
  /** Whether the directory knows that State. */
  known?: boolean;
  /** Place in `entries` of a number that the path does not have. */
  unknownEntry?: number;
  /** A request to that State was opened from this disclosure and not abandoned. */
  followedBy?: string;
}

/** The entries named by number from 1, or all. */
export const chosenEntries = (path: readonly PathEntry[], numbers: unknown): PathEntry[] =>
  Array.isArray(numbers) ? [...new Set(numbers)].flatMap((n) => path[Number(n) - 1] ?? []) : [...path];

/**
 * Where the path leads: to the State named, or to the one other State that its entries name. An entry whose State is
 * not known leads nowhere by itself, and may be in any State that is named; a State in which no entry can be is refused.
 */
export function leadsOf(path: readonly PathEntry[], pair: { requesting: string; requested: string }, named?: string): PathFacts {
  const others = [...new Set(path.flatMap(({ state }) => (state !== undefined && state !== pair.requested ? [state] : [])))];
  const abroad = others.filter((state) => state !== pair.requesting);
  const [only] = abroad;
  if (named === undefined && abroad.length > 1) return { leads: 'several' };
  const state = named ?? only ?? others[0];
  if (state === undefined) return { leads: 'unknown' };
  const unplaced = path.some((entry) => entry.state === undefined);
  if (named !== undefined && named !== pair.requested && !others.includes(named) && !unplaced) return { leads: 'elsewhere', state };
  // Home is the end of the way: said of the whole of it, or by name.
  if (named === undefined && state === pair.requesting && unplaced) return { leads: 'unplaced', state };
  if (state === pair.requesting) return { leads: 'home', state };
  return { leads: state === pair.requested ? 'back' : 'on', state };
}

/** The entries a request to that State asks about: those placed there, and those whose State is not known. */
export const entriesFor = (path: readonly PathEntry[], state: string): PathEntry[] => path.filter((entry) => entry.state === undefined || entry.state === state);

/**
 * First and last moment an entry can mean: the whole of the unit in which its time lies, and its end where it has one. A
 * time is floored to its unit, whatever smaller figures were written with it; it is not widened before that.
 */
export function spanOf({ time, until = time, precision }: PathEntry): { from: string; to: string } {
  const unit = MILLISECONDS[precision];
  const begun = (at: string): number => Math.floor(Date.parse(at) / unit) * unit;
  return { from: new Date(begun(time)).toISOString(), to: new Date(begun(until) + unit).toISOString() };
}
