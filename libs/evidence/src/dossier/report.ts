import type { VerifyReport } from '@comity/audit';
import type { StateCode } from '@comity/kernel';

/** The one answer, and what it rests on. */
export interface DossierReport {
  /** Whether the dossier holds. */
  ok: boolean;
  kind: 'dossier';
  state: StateCode | null;
  counterpart: StateCode | null;
  requestId: string | null;
  exportedAt: string | null;
  /** Parts, messages and entries that the exporter left out: nothing is claimed of them but their hashes. */
  withheld: string[];
  /** Signatures found right, by State; and messages without any: typed from letters. */
  messages: { signed: Record<StateCode, number>; transcribed: number; withheld: number; erased: number };
  /** What was erased when its period was over, each kind by an entry of the log: nothing is claimed of it but its hashes. */
  erased: Erasure[];
  events: number;
  /** Events whose label is not the one this version gives to their type: another version wrote them, or they are not honest. */
  otherLabels: number;
  /** `unheld`: of the other State, named by no message that is shown: nothing holds them but the exporter's word. */
  attachments: { listed: number; shown: number; unheld: number };
  packages: number;
  /** Packages that neither the log nor a message that is shown tells of: nothing holds them but the exporter's word. */
  unheldPackages: number;
  files: number;
  /** The entries of this request. */
  log: VerifyReport | null;
  /** Checkpoints of the logs that the other State saw. */
  witnesses: { log: StateCode; seenBy: StateCode; size: number; at: string }[];
  /**
   * Contradictions of logs that the dossier tells of. `proved`: by two checkpoints of one size that the log's State signed;
   * otherwise its State signed both, and that they contradict each other is claimed.
   */
  alarms: { log: StateCode; kind: string; settled: boolean; proved: boolean }[];
  /** The key that signed the whole. */
  key: string | null;
  /** Whether the verifier gave the keys of both States; otherwise it is the dossier's own word whose keys they are. */
  keysGiven: boolean;
  sha256: string | null;
  /** Documents and files without their bytes, though the log says that the dossier was exported with them: they may not have come. */
  notShown: { documents: number; files: number };
  /** Signatures made outside the period that the dossier gives for their key. */
  outOfPeriod: number;
  /** What the verdict does not say, in words: each is to be shown with it. */
  notes: string[];
  firstFault?: DossierFault;
}

/** One kind of the request's content, and the entry that tells of its erasure. */
export interface Erasure {
  kind: string;
  at: string;
  entryId: string;
  /** Number of that entry in the request's chain. */
  seq: number;
}

export interface DossierFault {
  /** From 1. */
  line: number;
  /** Stable code, `noun.reason`. */
  what: string;
  detail: string;
}

/** Ends a verification at its first fault. */
export class DossierStop extends Error {
  constructor(
    readonly what: string,
    readonly detail: string,
  ) {
    super(what);
  }
}
