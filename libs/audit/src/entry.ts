import { canonicalJson, isId, sha256, type Actor, type Json, type StateCode } from '@comity/kernel';
import { isCanonical, isObject } from './canonical-check.js';

/** Who acted, in ids and codes only: names and usernames are personal content. */
export interface EntryActor {
  /** `official`, `counterpart`, `clock`, `node`, or `nobody` (not signed in). */
  kind: string;
  state?: StateCode;
  accountId?: string;
  authorityId?: string;
  roles?: readonly string[];
  counterpart?: StateCode;
  provenance?: string;
  messageId?: string;
}

/** What an entry says. Its canonical bytes are what is stored, hashed and exported. */
export interface Entry {
  v: 1;
  state: StateCode;
  id: string;
  /** `file:<id>`, `account:<id>`, `peer:XX` or `node`. */
  subject: string;
  /** From 1, without gaps, per subject. */
  seq: number;
  /** Leaf hash of the subject's previous entry, hex; null for its first. */
  prev: string | null;
  /** RFC 3339, UTC, milliseconds. */
  at: string;
  type: string;
  actor: EntryActor;
  body: Record<string, Json>;
  /** Name of each personal content -> commitment, hex. */
  commitments: Record<string, string>;
}

/** Names and codes of an {@link Actor}, without the username. */
export function entryActor(actor: Actor): EntryActor {
  switch (actor.kind) {
    case 'official': {
      const { kind, state, accountId, authorityId, roles } = actor;
      return { kind, state, accountId, authorityId, roles };
    }
    case 'counterpart': {
      const { kind, state, counterpart, provenance, messageId } = actor;
      return { kind, state, counterpart, provenance, messageId };
    }
    case 'clock':
      return { kind: actor.kind, state: actor.state };
  }
}

const SUBJECT = /^(?:(?:file|account):[0-9a-f-]{36}|peer:[A-Z]{2}|node)$/;
const STATE = /^[A-Z]{2}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const HASH = /^[0-9a-f]{64}$/;
const NAME = /^[A-Za-z][A-Za-z0-9.-]{0,62}$/;

/** ISO 3166-1 alpha-2, or the node's own `ZZ`. */
export const isState = (text: unknown): text is string => typeof text === 'string' && STATE.test(text);
export const isSubject = (text: unknown): text is string => typeof text === 'string' && SUBJECT.test(text);
/** A time of the calendar: the 30th of February has the form, and `Date` takes it for another day. */
export const isInstant = (text: unknown): text is string => typeof text === 'string' && INSTANT.test(text) && isOfCalendar(text);
export const isHash = (text: unknown): text is string => typeof text === 'string' && HASH.test(text);
export const isContentName = (text: unknown): text is string => typeof text === 'string' && NAME.test(text);

function isOfCalendar(instant: string): boolean {
  const at = new Date(instant);
  return !Number.isNaN(at.getTime()) && at.toISOString() === instant;
}

/**
 * The canonical bytes (RFC 8785) of an entry. The outer members are written in order by hand: it is on the path of
 * every act, and the spec beside this file holds it equal to `canonicalJson`.
 * @throws RangeError when actor or body has no canonical JSON form
 */
export function entryBytes(entry: Entry): Buffer {
  const { actor, at, body, commitments, id, prev, seq, state, subject, type, v } = entry;
  return Buffer.from(
    `{"actor":${canonicalJson(actor)},"at":"${at}","body":${canonicalJson(body)},` +
      `"commitments":${canonicalJson(commitments)},"id":"${id}","prev":${prev === null ? 'null' : `"${prev}"`},` +
      `"seq":${seq},"state":"${state}","subject":"${subject}","type":"${type}","v":${v}}`,
    'utf8',
  );
}

const LEAF_PREFIX = Buffer.of(0);

/** RFC 6962 2.1: SHA-256(0x00 || bytes). The prefix keeps a leaf from posing as an inner node of the tree. */
export function leafHash(bytes: Uint8Array): Buffer {
  return sha256(LEAF_PREFIX, bytes);
}

const MEMBERS = 'actor,at,body,commitments,id,prev,seq,state,subject,type,v';

/**
 * Reads an entry's canonical text.
 * @throws SyntaxError when it isn't JSON, isn't canonical (two readers could take it differently), or isn't an entry
 */
export function readEntry(text: string): Entry {
  const value: unknown = JSON.parse(text);
  if (!isCanonical(value, text)) throw new SyntaxError('not canonical JSON (RFC 8785)');
  if (!isObject(value) || Object.keys(value).join() !== MEMBERS) throw new SyntaxError('not the members of an entry');
  const e = value as unknown as Entry;
  const sound =
    e.v === 1 &&
    isId(e.id) &&
    isSubject(e.subject) &&
    Number.isSafeInteger(e.seq) &&
    e.seq >= 1 &&
    (e.prev === null || isHash(e.prev)) &&
    isInstant(e.at) &&
    typeof e.type === 'string' &&
    typeof e.state === 'string' &&
    isObject(e.actor) &&
    isObject(e.body) &&
    isObject(e.commitments);
  if (!sound) throw new SyntaxError('a member of the entry has a wrong form');
  for (const [name, hash] of Object.entries(e.commitments)) {
    if (!isContentName(name) || !isHash(hash)) throw new SyntaxError('a commitment has a wrong form');
  }
  return e;
}

/** The request an entry is about: its file, or what the body names as `requestId`. */
export function requestOf(entry: Pick<Entry, 'subject' | 'body'>): string | null {
  if (entry.subject.startsWith('file:')) return entry.subject.slice(5);
  return isId(entry.body['requestId']) ? entry.body['requestId'] : null;
}
