import { canonicalJson, type Json, type Side, type StateCode } from '@comity/kernel';

/**
 * The format of a dossier: one request, as one State's file has it, for a court. JSON Lines (UTF-8, each line ended by
 * one LF), each canonical JSON, in this order:
 *
 *   1. header     {"comity":"dossier","version":1, ...}                    see {@link DossierHeader}
 *   2. keys       {"key":{...}}                                            of both States, as the directory has them
 *   3. witness    {"witness":{...}}                                        checkpoints that one State saw of the other's log
 *      alarm      {"alarm":{...}}                                          contradictions of logs between the two States
 *   4. log        an export of the entries of this request, as export.ts of libs/audit describes it, whole, with proofs
 *   5. messages   {"message":{...}}                                        of both States, sealed as they were signed
 *   6. events     {"event":{...}}                                          the timeline; what was said is in the log's contents
 *   7. documents  {"attachment":{...}}, each followed by its bytes where they are shown
 *      packages   {"package":{...}}, each followed by {"file":{"number":N}} and its bytes where they are shown
 *      bytes      {"bytes":"<base64>"}                                     at most 48 KiB a line
 *   8. end        {"dossier-end":{"key":K,"lines":N,"sha256":"<hex>","signature":"<base64>"}}
 *
 * The last line's SHA-256 is over all lines before it, LFs included; its signature is by the exporting State's key, over
 * {@link END_PREFIX} and that hash. What is withheld is named in the header and left out: a message keeps its hash and
 * its place, an entry its commitments. With `evidence` goes what its type shows to name files; what is out for its documents is named one by one (withheld.ts). What was erased when its period was over is left out likewise, says so
 * (`"erased":true`), and the log has the entry of its erasure.
 */
export const DOSSIER_VERSION = 1;

/** No message, checkpoint or showing begins so: see docs/decisions/0020. */
export const END_PREFIX = 'comity-dossier/v1\n';

/** Kinds of content that may be withheld; single ones are named `message:<id>` and `entry:<id>`. */
export const PARTS = ['contents', 'messages', 'attachments', 'evidence'] as const;
export type Part = (typeof PARTS)[number];

export interface DossierHeader {
  state: StateCode;
  counterpart: StateCode;
  requestId: string;
  side: Side;
  ownReference: string;
  counterpartReference: string | null;
  /** RFC 3339. */
  exportedAt: string;
  /** In order: parts, and single messages and entries. */
  withheld: string[];
}

export interface DossierKey {
  state: StateCode;
  kid: string;
  /** Public Ed25519 key, base64url (RFC 8037). */
  x: string;
  validFrom: string;
  validTo: string | null;
  source: string;
}

export interface DossierWitness {
  /** Whose log. */
  log: StateCode;
  /** Who saw it. */
  seenBy: StateCode;
  seq: number;
  at: string;
  /** C2SP checkpoint; of one's own log with the counterpart's cosignature. */
  note: string;
  /** RFC 6962 2.1.2, hex: of one's own log, that the log of this dossier begins with it. */
  proof: string[] | null;
}

export interface DossierAlarm {
  log: StateCode;
  kind: string;
  raisedAt: string;
  settledAt: string | null;
  /** Checkpoints of that log that contradict each other. */
  known: string;
  shown: string;
}

export interface DossierMessage {
  direction: 'sent' | 'received';
  id: string;
  seq: number;
  type: string;
  measure: number | null;
  at: string;
  status: string;
  /** `transcribed`: typed from a letter by one official and confirmed by another; it bears no signature. */
  provenance: 'exchange' | 'transcribed';
  transcriptionId: string | null;
  /** The very text that was signed; null when withheld, itself or with a part whose files it names, or erased. */
  sealed: string | null;
  erased?: true;
  sha256: string;
  /** Detached JWS over it. */
  signature: string | null;
  receipt: Json;
}

export interface DossierEvent {
  seq: number;
  at: string;
  /** The State that acted. */
  by: StateCode;
  source: string;
  type: string;
  label: string;
  measure: number | null;
  rule: string | null;
  provenance: string | null;
  letterState: string;
  measureState: string | null;
  noted: string | null;
  sent: { id: string; seq: number; type: string }[];
  messageId: string | null;
}

export interface DossierAttachment {
  id: string;
  /** Null when withheld, since a name may name a person, or erased. */
  name: string | null;
  erased?: true;
  mediaType: string;
  size: number;
  sha256: string;
  origin: 'own' | 'counterpart';
  addedAt: string;
  /** Whether its bytes follow. */
  shown: boolean;
}

export interface DossierPackage {
  id: string;
  measure: number;
  direction: 'sent' | 'received';
  status: string;
  /** Canonical JSON of the manifest; null while it is not sealed, or when withheld or erased. */
  manifest: string | null;
  erased?: true;
  manifestSha256: string | null;
  /** Numbers of the files whose bytes follow. */
  shown: number[];
}

export const dossierHeaderLine = (header: DossierHeader): string => canonicalJson({ ...header, comity: 'dossier', version: DOSSIER_VERSION });

/** One of the lines that are an object under one name. */
export const dossierLine = (name: 'key' | 'witness' | 'alarm' | 'message' | 'event' | 'attachment' | 'package' | 'file', value: object): string =>
  canonicalJson({ [name]: value });

/** Multiple of three, so that every line but the last is base64 without padding. */
export const BYTES_A_LINE = 48 * 1024;
export const bytesLine = (bytes: Buffer): string => `{"bytes":"${bytes.toString('base64')}"}`;

export const dossierEndLine = (end: { lines: number; sha256: string; key: string; signature: string }): string => canonicalJson({ 'dossier-end': end });

/** What the end's signature covers. */
export const endText = (sha256: string): Buffer => Buffer.from(`${END_PREFIX}${sha256}\n`);
