import { ExportVerifier } from './export-verifier.js';
import type { Expected, VerifyReport } from './verify-report.js';

/**
 * Verifies an exported log offline, with nothing but the export.
 *
 * Finds: any byte changed; entries missing, repeated, moved or put in; a chain broken, or cut before its head; opened
 * contents that are not what was committed to; entries of another State; an export cut off or added to.
 *
 * With the checkpoint that an export carries, also: entries that are not the ones the State signed, or not all of them.
 * With a checkpoint that someone has seen before: a log that no longer begins with it.
 *
 * Cannot find, and no check of an export alone could: a log that the State rewrote as a whole and signed anew, where
 * nobody kept an earlier checkpoint; entries later than the checkpoint in the header (`unsigned`), which anybody can have
 * changed or cut off with their chains' heads, having put an older checkpoint there; entries that a filter left out.
 * @param lines without their LFs; strings or UTF-8 bytes
 * @param expected what the verifier knows from elsewhere
 */
export async function verifyExport(
  lines: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  expected: Expected = {},
): Promise<VerifyReport> {
  const report = await readThrough(lines, expected);
  if (report.firstFault?.what !== 'leaves.differ' || expected.exact || !Array.isArray(lines)) return report;
  // Only what can be read twice can be told exactly.
  const exact = await readThrough(lines, { ...expected, exact: true });
  return exact.ok ? report : exact;
}

async function readThrough(lines: Parameters<typeof verifyExport>[0], expected: Expected): Promise<VerifyReport> {
  const verifier = new ExportVerifier(expected);
  for await (const line of lines) {
    const bytes = typeof line === 'string' ? Buffer.from(line, 'utf8') : Buffer.from(line);
    if (!verifier.take(bytes)) break;
  }
  return verifier.finish();
}
