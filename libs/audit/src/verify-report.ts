import type { StateCode } from '@comity/kernel';
import type { ExportHeader } from './export.js';

/** What the verifier knows from elsewhere. */
export interface Expected {
  /** Whose log it should be; without it, the header's word is taken. */
  state?: StateCode;
  /** Verifier keys from the directory. One of the State's log must have signed; without any of it, the header's key is taken. */
  keys?: readonly string[];
  /** Checkpoints of this log seen before: the log must begin with each. */
  checkpoints?: readonly string[];
  /** Keep 32 bytes of each entry, to tell at which line leaves and entries part; asked for when they do. */
  exact?: boolean;
}

export interface Fault {
  /** From 1. */
  line: number;
  subject: string | null;
  seq: number | null;
  /** Stable code, `noun.reason`. */
  what: string;
  detail: string;
}

export interface VerifyReport {
  /** Whether the export holds, within the limits told at {@link verifyExport}. */
  ok: boolean;
  entries: number;
  subjects: number;
  state: StateCode | null;
  exportedAt: string | null;
  filter: ExportHeader['filter'];
  /** Whether each chain in it is whole. Entries that a selection leaves out cannot be told from entries taken out. */
  whole: boolean;
  /** Places where a selection leaves out entries of a chain. */
  gaps: number;
  /** Commitments opened by the export and found right; `closed` were erased or not shown. */
  opened: number;
  closed: number;
  /** Entries that no signature holds: later than the checkpoint, or all where there is none. Anybody can have changed them. */
  unsigned: number;
  /** SHA-256 of all lines before the last, hex: to quote when the export is handed over. */
  sha256: string | null;
  /** Null when the export has no checkpoint. */
  tree: TreeReport | null;
  firstFault?: Fault;
}

/** What an export was held to. */
export interface TreeReport {
  origin: string;
  /** Entries the checkpoint covers. */
  size: number;
  /** Hex. */
  root: string;
  /** When the head was committed, as its State signed it. RFC 3339. */
  at: string;
  key: string;
  /** Whether the verifier gave the key; otherwise it is the export's own word whose key it is. */
  keyGiven: boolean;
  /** Entries of the export that the checkpoint covers. */
  covered: number;
  /** Entries that came later: no signature holds them, and their chains can be made anew by anybody. */
  later: number;
  /** Sizes of earlier checkpoints that were given, and found to be beginnings of this log. */
  beginsWith: number[];
}

/** Ends a verification at its first fault. */
export class Stop extends Error {
  /** @param at where the line says it belongs, when the verifier has not taken it up yet */
  constructor(
    readonly what: string,
    readonly detail: string,
    readonly at: { subject?: string; seq?: number } = {},
  ) {
    super(what);
  }
}
