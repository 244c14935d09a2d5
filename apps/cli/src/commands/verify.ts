import { open, readFile, stat } from 'node:fs/promises';
import { readCheckpoint, readVerifierKey, takeLines, verifyFile, verifyProof, type ProofReport, type TreeReport, type VerifyReport } from '@comity/audit';
import { DossierVerifier } from '@comity/evidence';
import { type Command, Refused, UsageError } from '../command.js';
import { dossierInWords } from './dossier-words.js';

export const verify: Command = {
  about: 'verify a dossier, an exported log or a proof offline, with nothing but the file',
  operands: ['file'],
  options: { state: { type: 'string' }, key: { type: 'string', multiple: true }, checkpoint: { type: 'string', multiple: true } },
  help: {
    state: "the State whose log or dossier it should be, as in IS; without it the file's own word is taken",
    key: "verifier key of a State's log, known from elsewhere; may be repeated. Without one of a State, the file's own is taken",
    checkpoint: 'file with a checkpoint of this log seen before: the log must begin with it; may be repeated',
  },
  async run({ operands, options, out }) {
    const state = options.state as string | undefined;
    if (state !== undefined && !/^[A-Z]{2}$/.test(state)) throw new UsageError('--state takes two capital letters (ISO 3166-1), as in IS');
    const keys = options.key as unknown as string[] | undefined;
    for (const key of keys ?? []) assertKey(key);
    const path = operands[0]!;
    const proof = await readProof(path);
    if (proof !== null) {
      if (state !== undefined || options.checkpoint !== undefined) throw new UsageError('--state and --checkpoint are for exports; this file is a proof');
      const report = verifyProof(proof, keys);
      out.say(`${report.ok ? 'sound' : 'FAULT'}    ${report.kind}: ${report.detail}`);
      if (report.ok) out.say(keyInWords(report));
      out.result(report);
      return report.ok ? 0 : 1;
    }
    const checkpoints = await Promise.all(((options.checkpoint as unknown as string[] | undefined) ?? []).map(readNote));
    const expected = { ...(state !== undefined && { state }), ...(keys && { keys }), checkpoints };
    if (await isDossier(path)) {
      const report = await takeLines(path, new DossierVerifier(expected)).catch((error: unknown) => {
        throw unreadable(path, error);
      });
      for (const line of dossierInWords(report)) out.say(line);
      out.result(report);
      return report.ok ? 0 : 1;
    }
    const report = await verifyFile(path, expected).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    for (const line of inWords(report)) out.say(line);
    out.result(report);
    return report.ok ? 0 : 1;
  },
};

/** Longer is no proof: one of a tree of 2**53 entries has some eight thousand bytes. */
const MAX_PROOF_BYTES = 64 * 1024;

/** The file's text when it is one JSON object of a proof; null when it must be an export. */
async function readProof(path: string): Promise<string | null> {
  try {
    if ((await stat(path)).size > MAX_PROOF_BYTES) return null;
    const text = await readFile(path, 'utf8');
    return /-proof$/.test(String((JSON.parse(text) as { comity?: unknown }).comity)) ? text : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw unreadable(path, error);
  }
}

/** By its first bytes; what is wrong with them otherwise, the verifier says. */
async function isDossier(path: string): Promise<boolean> {
  const file = await open(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    return /^\{"comity":"dossier"/.test(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await file.close();
  }
}

async function readNote(path: string): Promise<string> {
  try {
    const note = await readFile(path, 'utf8');
    readCheckpoint(note);
    return note;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refused('checkpoint.malformed', `${path} is no checkpoint (C2SP tlog-checkpoint).`);
    throw unreadable(path, error);
  }
}

function assertKey(key: string): void {
  try {
    readVerifierKey(key);
  } catch {
    throw new UsageError('--key takes a verifier key (C2SP signed-note), as in comity/log/IS+6f0a1b2c+ARd…');
  }
}

const unreadable = (path: string, error: unknown): Refused => {
  const { code, message } = error as NodeJS.ErrnoException;
  return new Refused('export.unreadable', `${path} cannot be read (${code ?? message}).`);
};

const keyInWords = ({ keyGiven }: Pick<TreeReport | ProofReport, 'keyGiven'>): string =>
  keyGiven ? 'key      the one given' : "note     the key is the file's own: compare it with the directory's, or give it by --key";

function* inWords(report: VerifyReport): Generator<string> {
  const { ok, state, exportedAt, entries, subjects, filter, gaps, opened, closed, unsigned, sha256, tree, firstFault } = report;
  yield `${ok ? 'sound' : 'FAULT'}    log of ${state ?? 'an unknown State'}, exported ${exportedAt ?? 'at an unknown time'}`;
  yield `checked  ${entries} entries in ${subjects} chains; ${opened} commitments opened, ${closed} closed`;
  if (ok && tree) {
    yield `signed   checkpoint of ${tree.size} entries as of ${tree.at}: ${tree.covered} of these entries are in it, ${tree.later} came later`;
    for (const size of tree.beginsWith) yield `signed   begins with the checkpoint of ${size} entries seen before`;
    yield `${keyInWords(tree)} (${tree.key})`;
  }
  if (ok && !tree) yield 'note     no checkpoint: nothing holds this log to what it said before';
  if (ok && unsigned > 0) yield `note     ${unsigned} entries are held by no signature: anybody may have changed them`;
  if (ok && Object.keys(filter).length > 0) yield `note     a selection, with ${gaps} gaps: what it leaves out cannot be told from what was taken out`;
  if (ok && sha256 !== null) yield `sha256   ${sha256}`;
  if (!firstFault) return;
  const place = firstFault.subject === null ? '' : `, ${firstFault.subject}${firstFault.seq === null ? '' : ` entry ${firstFault.seq}`}`;
  yield `line ${firstFault.line}${place}: ${firstFault.what}: ${firstFault.detail}`;
}
