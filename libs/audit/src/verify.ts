import type { StateCode } from '@comity/kernel';
import { ExportVerifier } from './export-verifier.js';
import type { VerifyReport } from './verify-report.js';

/**
 * Verifies an exported log offline, with nothing but the export.
 *
 * Finds: any byte changed; entries missing, repeated, moved or put in; a chain broken, or cut before its head; opened
 * contents that are not what was committed to; entries of another State; an export cut off or added to.
 *
 * Cannot find, and no check of an export alone could: a log that the State rewrote as a whole with new hashes; a
 * whole subject left out, or a chain and its head cut together, with the counts and the last line made anew; entries
 * that a filter left out (`whole` is false then). These need a checkpoint that someone else has seen.
 * @param lines without their LFs; strings or UTF-8 bytes
 * @param expected the State whose log it should be; without it, the header's word is taken
 */
export async function verifyExport(
  lines: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  expected: { state?: StateCode } = {},
): Promise<VerifyReport> {
  const verifier = new ExportVerifier(expected);
  for await (const line of lines) {
    const bytes = typeof line === 'string' ? Buffer.from(line, 'utf8') : Buffer.from(line);
    if (!verifier.take(bytes)) break;
  }
  return verifier.finish();
}
