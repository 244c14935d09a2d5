import type { Readable } from 'node:stream';
import { exportLines, LinesDigest, logVerifierKey, type LogProofs, type LogSigner, type Witnesses } from '@comity/audit';
import type { Tx } from '@comity/database';
import type { DirectoryService, StateKeyRow } from '@comity/directory';
import type { Outbox, WholeMessage } from '@comity/exchange';
import { conflict, Problem, type Json, type StateCode } from '@comity/kernel';
import { labelOf, readFileParts, type Attachment, type FileEvent, type RequestFile } from '@comity/requests';
import type { BlobStore } from '../blob-store.js';
import { itemsOf, packagesOf } from '../package-record.js';
import {
  BYTES_A_LINE, bytesLine, dossierEndLine, dossierHeaderLine, dossierLine, endText,
  type DossierAttachment, type DossierEvent, type DossierKey, type DossierMessage,
} from './format.js';
import { withDocuments } from './documents-named.js';
import type { Withheld } from './withheld.js';

/** The rooms a dossier is gathered from. */
export interface DossierSources {
  directory: DirectoryService;
  outbox: Outbox;
  witnesses: Witnesses;
  proofs: LogProofs;
  signer: LogSigner;
  blobs: BlobStore;
}

export interface DossierOptions {
  requestId: string;
  exportedAt: Date;
  withheld: Withheld;
  /** Whether the bytes of documents, and those of evidence, are in it. */
  attachments: boolean;
  evidence: boolean;
}

/**
 * The lines of a dossier (see format.ts), without LFs. What is stored is written as it is, never mended. `tx` MUST be
 * read-only and repeatable read, or the lines may not fit together.
 * @throws Problem 404 `request.unknown` at the first line
 */
export async function* dossierLines(tx: Tx, sources: DossierSources, options: DossierOptions): AsyncGenerator<string> {
  const digest = new LinesDigest();
  let lines = 0;
  for await (const line of body(tx, sources, options)) {
    digest.add(line);
    lines += 1;
    yield line;
  }
  const key = await sources.signer.current(tx, options.exportedAt);
  const sha256 = digest.hex();
  const signature = key.sign(endText(sha256)).toString('base64');
  yield dossierEndLine({ lines, sha256, key: logVerifierKey(tx.state, key.publicKey), signature });
}

async function* body(tx: Tx, sources: DossierSources, options: DossierOptions): AsyncGenerator<string> {
  const { requestId, exportedAt, withheld } = options;
  const { file, events, attachments } = await readFileParts(tx, requestId);
  await assertAllNamed(tx, sources, options);
  const { side, counterpart, ownReference, counterpartReference } = file;
  yield dossierHeaderLine({
    state: tx.state, counterpart, requestId, side, ownReference, counterpartReference, exportedAt: exportedAt.toISOString(), withheld: [...withheld.named],
  });
  for (const state of [tx.state, counterpart]) {
    for (const row of await sources.directory.everyKey(tx, state)) yield dossierLine('key', keyOf(row));
  }
  yield* witnessed(tx, sources, counterpart);
  yield* exportLines(tx, { exportedAt, filter: { requestId }, open: (entry) => !withheld.entry(entry) });
  for (const { id } of await sources.outbox.messages(tx, requestId)) {
    const message = await sources.outbox.onRecord(tx, id);
    yield dossierLine('message', messageOf(message, withheld.message(message)));
  }
  for (const event of events) yield dossierLine('event', eventOf(event, file));
  for (const attachment of attachments) yield* document(tx, sources, attachment, options);
  yield* packages(tx, sources, options);
}

/** What came in after the export was logged would go out with the names that are withheld. @throws Problem 409 `dossier.outdated` */
async function assertAllNamed(tx: Tx, { outbox }: DossierSources, { requestId, withheld }: DossierOptions): Promise<void> {
  const now = await withDocuments(tx, outbox, requestId, withheld);
  if (now.named.length > withheld.named.length) throw conflict('dossier.outdated', 'A message with documents came in while the dossier was begun. Export it again.');
}

async function* witnessed(tx: Tx, { witnesses, proofs }: DossierSources, counterpart: StateCode): AsyncGenerator<string> {
  const newest = await proofs.newest(tx);
  const between = <T extends { counterpart: StateCode }>(all: readonly T[]): T[] => all.filter((one) => one.counterpart === counterpart);
  for (const { seq, size, at, note } of between(await witnesses.ownSeenBy(tx))) {
    yield dossierLine('witness', { log: tx.state, seenBy: counterpart, seq, at: at.toISOString(), note, proof: await growth(tx, proofs, size, newest?.size ?? 0) });
  }
  for (const { seq, at, note } of between(await witnesses.othersSeen(tx))) {
    yield dossierLine('witness', { log: counterpart, seenBy: tx.state, seq, at: at.toISOString(), note, proof: null });
  }
  for (const alarm of between(await witnesses.alarms(tx))) {
    yield dossierLine('alarm', {
      log: alarm.log === 'own' ? tx.state : counterpart, kind: alarm.kind, raisedAt: alarm.raisedAt.toISOString(),
      settledAt: alarm.settledAt?.toISOString() ?? null, known: alarm.knownNote, shown: alarm.shownNote,
    });
  }
}

/** None that holds where the log contradicts itself: the verifier then says so. */
async function growth(tx: Tx, proofs: LogProofs, from: number, to: number): Promise<string[]> {
  try {
    return (await proofs.consistency(tx, from, to)).hashes;
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}

const keyOf = ({ state, kid, jwk, validFrom, validTo, source }: StateKeyRow): DossierKey => ({
  state, kid, x: String(jwk['x']), validFrom: validFrom.toISOString(), validTo: validTo?.toISOString() ?? null, source,
});

function messageOf(message: WholeMessage, withheld: boolean): DossierMessage {
  const { direction, id, seq, type, measure, at, status, bytes, sha256, signature, receipt, received } = message;
  const erased = bytes.length === 0;
  return {
    direction, id, seq, type, measure, at: at.toISOString(), status, sha256, signature, receipt: receipt as unknown as Json,
    provenance: received?.provenance ?? 'exchange', transcriptionId: received?.transcriptionId ?? null, sealed: withheld || erased ? null : bytes.toString('utf8'),
    ...(erased && { erased }),
  };
}

const eventOf = (e: FileEvent, file: RequestFile): DossierEvent => ({
  seq: e.seq, at: e.at.toISOString(), by: e.source === 'counterpart' ? file.counterpart : file.state, source: e.source, type: e.type, label: labelOf(e.type),
  measure: e.measure, rule: e.rule, provenance: e.provenance, letterState: e.letterState, measureState: e.measureState, noted: e.noted,
  sent: e.sent.map(({ id, seq, type }) => ({ id, seq, type })), messageId: e.messageId,
});

async function* document(tx: Tx, { blobs }: DossierSources, a: Attachment, options: DossierOptions): AsyncGenerator<string> {
  const erased = a.erasedAt !== null;
  const withheld = options.withheld.part('attachments');
  const blob = options.attachments && !withheld && !erased && a.verified && a.takenOutAt === null ? await blobs.open(tx.state, a.sha256) : null;
  const line: DossierAttachment = {
    id: a.id, name: withheld || erased ? null : a.name, mediaType: a.mediaType, size: a.size, sha256: a.sha256, origin: a.origin, addedAt: a.addedAt.toISOString(), shown: blob !== null,
    ...(erased && { erased }),
  };
  yield dossierLine('attachment', line);
  if (blob) yield* inLines(blob.stream);
}

async function* packages(tx: Tx, { blobs }: DossierSources, { requestId, evidence, withheld }: DossierOptions): AsyncGenerator<string> {
  const manifests = await tx.query<{ id: string; manifest: Buffer | null }>('SELECT id, manifest FROM evidence_package WHERE state = $1 AND request_id = $2', [tx.state, requestId]);
  for (const row of await packagesOf(tx, requestId)) {
    const { id, measure, direction, status, manifest_sha256: sha256 } = row;
    const manifest = manifests.find((one) => one.id === id)?.manifest ?? null;
    const hidden = withheld.part('evidence');
    // No manifest is empty: nothing but an erasure leaves one so.
    const erased = manifest?.length === 0;
    const items = evidence && !hidden && manifest && !erased ? (await itemsOf(tx, id)).filter((item) => ['stored', 'verified'].includes(item.status)) : [];
    const text = hidden || erased ? null : (manifest?.toString('utf8') ?? null);
    yield dossierLine('package', { id, measure, direction, status, manifest: text, manifestSha256: sha256?.toString('hex') ?? null, shown: items.map(({ number }) => number), ...(erased && { erased }) });
    for (const { number, sha256: of } of items) {
      const blob = await blobs.open(tx.state, of.toString('hex'));
      yield dossierLine('file', { number });
      // Without its bytes the verifier finds it missing: what is gone is not passed over.
      if (blob) yield* inLines(blob.stream);
    }
  }
}

async function* inLines(stream: Readable): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (; rest.length >= BYTES_A_LINE; rest = rest.subarray(BYTES_A_LINE)) yield bytesLine(rest.subarray(0, BYTES_A_LINE));
  }
  if (rest.length > 0) yield bytesLine(rest);
}
