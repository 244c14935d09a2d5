import type { StateCode } from '@comity/kernel';
import type { ExportHeader } from './export.js';

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
  /** False for a selection: entries it leaves out cannot be told from entries taken out. */
  whole: boolean;
  /** Places where a selection leaves out entries of a chain. */
  gaps: number;
  /** Commitments opened by the export and found right; `closed` were erased or not shown. */
  opened: number;
  closed: number;
  /** SHA-256 of all lines before the last, hex: to quote when the export is handed over. */
  sha256: string | null;
  firstFault?: Fault;
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
