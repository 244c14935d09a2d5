import { badRequest } from '@comity/kernel';
import { invalidName } from './refusals.js';

/** Characters that make a name look like another, or that file systems take for something else. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]/u;
/** Marks that reorder text: `evidence<RLO>fdp.exe` shows as `evidenceexe.pdf`. Right-to-left letters need none of them. */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/**
 * A file name that shows as what it is and can be kept on any system: 1 to 255 UTF-8 bytes, NFC.
 * @throws Problem 400 `evidence.name-invalid`
 */
export function checkFileName(name: unknown): string {
  if (typeof name !== 'string' || name === '') throw invalidName('Give the file a name.');
  if (Buffer.byteLength(name) > 255) throw invalidName('The name is longer than 255 bytes. Shorten it.');
  if (BIDI.test(name)) throw invalidName('The name holds a mark that changes the direction of text, and may show as another name. Remove it.');
  if (CONTROL.test(name)) throw invalidName('The name holds a control character. Remove it.');
  if (/[/\\]/.test(name) || name === '.' || name === '..') throw invalidName('The name must be that of a file, without a folder.');
  if (name !== name.trim() || name !== name.normalize('NFC')) throw invalidName('The name must not begin or end with a space, and must be in Unicode form NFC.');
  return name;
}

/** @throws Problem 400 `evidence.media-type-invalid` */
export function checkMediaType(type: unknown): string {
  if (typeof type === 'string' && type.length <= 120 && /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/.test(type)) return type;
  const detail = 'The media type must be as in application/pdf, in lower case, without parameters.';
  throw badRequest('evidence.media-type-invalid', detail, [{ pointer: '/mediaType', code: 'evidence.media-type-invalid', detail }]);
}
