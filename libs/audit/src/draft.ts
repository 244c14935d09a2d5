import { newId, type Json, type StateCode } from '@comity/kernel';
import type { ChainHead } from './chain.js';
import { commit, type Commitment } from './commitment.js';
import { entryBytes, isContentName, isSubject, leafHash, requestOf, type Entry, type EntryActor } from './entry.js';
import { isAuditEvent } from './events.js';
import { MAX_ENTRY_BYTES } from './tree/bundle.js';

/** What a caller wants logged. */
export interface EntryDraft {
  /** `file:<id>`, `account:<id>`, `peer:XX` or `node`. */
  subject: string;
  /** One of `AUDIT_EVENTS`. */
  type: string;
  /** The act's one reading of the clock. */
  at: Date;
  actor: EntryActor;
  /** Ids, codes, rule ids, hashes; never personal content, for it can't be erased. `requestId` names a request. */
  body: Record<string, Json>;
  /** Content that may have to be erased: the entry holds commitments to it. */
  personal?: Record<string, Json>;
}

export interface MadeEntry {
  entry: Entry;
  bytes: Buffer;
  leaf: Buffer;
  contents: [name: string, commitment: Commitment][];
  /** What the entry says of a request other than by its subject. */
  requestId: string | null;
}

/**
 * The entry that follows `head`. Pure but for the id and the salts.
 * @throws RangeError on an unknown type, a malformed subject or content name, what has no canonical
 *   JSON form, or more than 65,535 bytes
 */
export function makeEntry(state: StateCode, draft: EntryDraft, head: ChainHead): MadeEntry {
  const { subject, type, at, actor, body } = draft;
  if (!isAuditEvent(type)) throw new RangeError(`${type} is no audit event: add it to AUDIT_EVENTS`);
  if (!isSubject(subject)) throw new RangeError(`${subject} is no subject of an audit chain`);
  if (head.subject !== subject) throw new RangeError(`head of ${head.subject} given for an entry of ${subject}`);
  const contents = Object.entries(draft.personal ?? {}).map(([name, content]): [string, Commitment] => {
    if (!isContentName(name)) throw new RangeError(`${name} cannot name a personal content`);
    return [name, commit(content)];
  });
  const entry: Entry = {
    v: 1,
    state,
    id: newId(),
    subject,
    seq: head.seq + 1,
    prev: head.leafHash?.toString('hex') ?? null,
    at: at.toISOString(),
    type,
    actor,
    body,
    commitments: Object.fromEntries(contents.map(([name, { hash }]) => [name, hash.toString('hex')])),
  };
  const bytes = entryBytes(entry);
  if (bytes.length > MAX_ENTRY_BYTES) throw new RangeError(`an entry of ${bytes.length} bytes: give contents as personal`);
  const requestId = subject.startsWith('file:') ? null : requestOf(entry);
  return { entry, bytes, leaf: leafHash(bytes), contents, requestId };
}
