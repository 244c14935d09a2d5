import { createReadStream } from 'node:fs';
import { ExportVerifier } from './export-verifier.js';
import type { Expected, VerifyReport } from './verify-report.js';

const LF = 0x0a;
/** Longer than any line this software writes; keeps a file without line ends from filling the memory. */
const MAX_LINE = 16 * 1024 * 1024;

/** What the lines of a file are given to, one by one. */
export interface LineTaker<Report> {
  /** @returns false when no more lines are wanted */
  take(line: Buffer): boolean;
  /** @param fault what is wrong with the file as lines, if anything */
  finish(fault?: { what: string; detail: string }): Report;
}

/**
 * Verifies an export in a file; what is found and what cannot be: see `verifyExport`. Memory stays flat, but for a
 * second reading that tells where leaves and entries part.
 * @throws the file system's error when the file cannot be read
 */
export async function verifyFile(path: string, expected: Expected = {}): Promise<VerifyReport> {
  const report = await takeLines(path, new ExportVerifier(expected));
  if (report.firstFault?.what !== 'leaves.differ' || expected.exact) return report;
  const exact = await takeLines(path, new ExportVerifier({ ...expected, exact: true }));
  return exact.ok ? report : exact;
}

/** Gives each line of a file to a verifier. @throws the file system's error when the file cannot be read */
export async function takeLines<Report>(path: string, verifier: LineTaker<Report>): Promise<Report> {
  let rest: Buffer[] = [];
  let restLength = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    let start = 0;
    // Split at LF only: a reader that also takes CR LF would not notice a CR put in.
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      const piece = chunk.subarray(start, end);
      if (!verifier.take(rest.length > 0 ? Buffer.concat([...rest, piece]) : piece)) return verifier.finish();
      rest = [];
      restLength = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      rest.push(chunk.subarray(start));
      restLength += chunk.length - start;
    }
    if (restLength > MAX_LINE)
      return verifier.finish({ what: 'line.too-long', detail: `a line of more than ${MAX_LINE} bytes` });
  }
  if (restLength === 0) return verifier.finish();
  return verifier.finish({
    what: 'end.trailing',
    detail: 'the file does not end with a line end: cut off or added to',
  });
}
