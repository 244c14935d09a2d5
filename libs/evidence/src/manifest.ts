import { canonicalBytes, isId, type Json, sha256Hex, type StateCode } from '@comity/kernel';
import { checkFileName, checkMediaType } from './file-name.js';
import { invalidManifest } from './refusals.js';

/** A message carries the manifest, and messages are bounded. */
export const MAX_FILES = 1000;

export interface ManifestFile {
  /** From 1, in the order of collection. */
  number: number;
  name: string;
  mediaType: string;
  /** Bytes. */
  size: number;
  /** 64 lower-case hex digits. */
  sha256: string;
}

/** What is in a package of evidence: agreed between two States by the message that carries it, which is signed. */
export interface Manifest {
  v: 1;
  packageId: string;
  from: StateCode;
  to: StateCode;
  /** Id of the thread of messages, which both files of the request share. */
  thread: string;
  measure: number;
  /** RFC 3339, UTC, milliseconds. */
  madeAt: string;
  /** Id of the authority in the sender's part of the directory. */
  authority: string;
  /** How the data were obtained, where the request asked for a procedure (UNCC 40(17)). */
  procedure?: string;
  files: ManifestFile[];
}

/** The exact bytes that the manifest's hash covers (RFC 8785). */
export function manifestBytes(manifest: Manifest): Buffer {
  return canonicalBytes(manifest);
}

/** SHA-256 of {@link manifestBytes} in hex. */
export function manifestHash(manifest: Manifest): string {
  return sha256Hex(manifestBytes(manifest));
}

const FIELDS = new Set(['v', 'packageId', 'from', 'to', 'thread', 'measure', 'madeAt', 'authority', 'procedure', 'files']);
const FILE_FIELDS = new Set(['number', 'name', 'mediaType', 'size', 'sha256']);

/**
 * A manifest as another State sent it, with nothing in it that this one would not have written.
 * @throws Problem 422 `manifest.invalid` with the pointer of the first fault
 */
export function readManifest(value: Json | unknown): Manifest {
  const m = object(value, '', FIELDS);
  check(m['v'] === 1, '/v', 'The version of the manifest must be 1.');
  for (const field of ['packageId', 'thread']) check(isId(m[field]), `/${field}`, 'Must be a UUID.');
  for (const field of ['from', 'to']) check(typeof m[field] === 'string' && /^[A-Z]{2}$/.test(m[field]), `/${field}`, 'Must be the code of a State.');
  check(Number.isSafeInteger(m['measure']) && Number(m['measure']) > 0, '/measure', 'Must be the number of a measure.');
  check(isInstant(m['madeAt']), '/madeAt', 'Must be a time in UTC with milliseconds.');
  check(isText(m['authority'], 100), '/authority', 'Must name an authority.');
  check(m['procedure'] === undefined || isProcedure(m['procedure']), '/procedure', 'Must be a text of 4000 characters or fewer.');
  const files = m['files'];
  check(Array.isArray(files) && files.length > 0 && files.length <= MAX_FILES, '/files', `Must list 1 to ${MAX_FILES} files.`);
  const names = new Set<unknown>();
  for (const [index, item] of (files as unknown[]).entries()) {
    const at = `/files/${index}`;
    readFile(object(item, at, FILE_FIELDS), at, index + 1);
    const { name } = item as ManifestFile;
    check(!names.has(name), `${at}/name`, 'Two files have the same name.');
    names.add(name);
  }
  return m as unknown as Manifest;
}

function readFile(file: Record<string, unknown>, at: string, number: number): void {
  check(file['number'] === number, `${at}/number`, 'Files must be numbered from 1 in order.');
  try {
    checkFileName(file['name']);
    checkMediaType(file['mediaType']);
  } catch {
    throw invalidManifest(at, 'The name or media type of the file is not acceptable.');
  }
  check(Number.isSafeInteger(file['size']) && Number(file['size']) >= 0, `${at}/size`, 'Must be a number of bytes.');
  check(typeof file['sha256'] === 'string' && /^[0-9a-f]{64}$/.test(file['sha256']), `${at}/sha256`, 'Must be a SHA-256 in hex.');
}

function object(value: unknown, at: string, fields: ReadonlySet<string>): Record<string, unknown> {
  check(typeof value === 'object' && value !== null && !Array.isArray(value), at, 'Must be an object.');
  for (const key of Object.keys(value as object)) check(fields.has(key), at, 'Has a member that manifests do not have.');
  return value as Record<string, unknown>;
}

function check(holds: boolean, pointer: string, detail: string): void {
  if (!holds) throw invalidManifest(pointer, detail);
}

const isText = (value: unknown, longest: number): boolean => typeof value === 'string' && value.length > 0 && value.length <= longest;

/** Whether a receiver takes it: 1 to 4000 UTF-16 units, which a wire DTO, counting characters, does not tell. */
export const isProcedure = (value: unknown): value is string => isText(value, 4000);

const isInstant = (value: unknown): boolean =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString() === value;
