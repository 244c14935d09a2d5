import { verifyFile, type VerifyReport } from '@comity/audit';
import { type Command, Refused, UsageError } from '../command.js';

export const verify: Command = {
  about: 'verify an exported log offline, with nothing but the export',
  operands: ['export-file'],
  options: { state: { type: 'string' } },
  help: { state: "the State whose log it should be, as in IS; without it the export's own word is taken" },
  async run({ operands, options, out }) {
    const state = options.state as string | undefined;
    if (state !== undefined && !/^[A-Z]{2}$/.test(state)) throw new UsageError('--state takes two capital letters (ISO 3166-1), as in IS');
    const path = operands[0]!;
    const report = await verifyFile(path, state === undefined ? {} : { state }).catch((error: NodeJS.ErrnoException) => {
      throw new Refused('export.unreadable', `${path} cannot be read (${error.code ?? error.message}).`);
    });
    for (const line of inWords(report)) out.say(line);
    out.result(report);
    return report.ok ? 0 : 1;
  },
};

function* inWords(report: VerifyReport): Generator<string> {
  const { ok, state, exportedAt, entries, subjects, whole, gaps, opened, closed, sha256, firstFault } = report;
  yield `${ok ? 'sound' : 'FAULT'}    log of ${state ?? 'an unknown State'}, exported ${exportedAt ?? 'at an unknown time'}`;
  yield `checked  ${entries} entries in ${subjects} chains; ${opened} commitments opened, ${closed} closed`;
  if (ok && !whole) yield `note     a selection, with ${gaps} gaps: what it leaves out cannot be told from what was taken out`;
  if (ok && sha256 !== null) yield `sha256   ${sha256}`;
  if (!firstFault) return;
  const place = firstFault.subject === null ? '' : `, ${firstFault.subject}${firstFault.seq === null ? '' : ` entry ${firstFault.seq}`}`;
  yield `line ${firstFault.line}${place}: ${firstFault.what}: ${firstFault.detail}`;
}
