import { canonicalJson, newId } from '@comity/kernel';
import { entryBytes, leafHash, type Entry } from '../../libs/audit/src/entry.js';
import { entryLine, headLine } from '../../libs/audit/src/export.js';
import { EMPTY_ROOT } from '../../libs/audit/src/tree/hash.js';
import type { Body } from '../api/play.js';
import { DossierCase, relogged, verifyLines } from './dossier-case.js';

// Real: database, rooms, HTTP, the States' own keys, a case played from draft to evidence. The forger is the exporting
// State, with its own key; the verifier has the keys of both.
let one: DossierCase;
let keys: string[];
let lines: string[];
beforeAll(async () => {
  one = await DossierCase.open(import.meta.url);
  keys = [await one.keyOf('KZ'), await one.keyOf('VN')];
  lines = await one.export('VN central-authority', '?attachments=true&evidence=true');
});
afterAll(() => one.close());

const isLeaf = (line: string): boolean => line.startsWith('{"leaf"');

/** As if the State had never stored evidence: its chain ends before, with an entry of the export; what came later is gone with it. */
function cutOff(whole: readonly string[]): string[] {
  const entries = whole.filter(isLeaf).map((line) => JSON.parse(line) as { leaf: string; entry: Entry });
  const seq = entries.find(({ entry }) => entry.type === 'evidence.stored')!.entry.seq;
  const before = entries.filter(({ entry }) => entry.seq < seq);
  const bytes = entryBytes({ ...entries.at(-1)!.entry, id: newId(), seq, prev: before.at(-1)!.leaf });
  const leaf = leafHash(bytes).toString('hex');
  const cut = relogged(whole, (log) => {
    const from = log.findIndex((line) => isLeaf(line) && (JSON.parse(line) as { entry: Entry }).entry.seq === seq);
    return [canonicalJson({ ...(JSON.parse(log[0]!) as object), count: seq }), ...log.slice(1, from), entryLine(leaf, bytes), headLine(before[0]!.entry.subject, seq, leaf)];
  });
  const told = new Set(before.flatMap(({ entry }) => [...((entry.body['messages'] ?? []) as unknown as { id: string }[]).map(({ id }) => id), entry.actor.messageId]));
  const last = Math.max(...before.map(({ entry }) => (entry.body['event'] === undefined ? 0 : Number(entry.body['seq']))));
  const evidence = cut.findIndex((line) => line.startsWith('{"package"'));
  return [...cut.slice(0, evidence).filter((line) => {
    const { message, event } = JSON.parse(line) as { message?: Body; event?: Body };
    return message ? told.has(message.id) : !event || event.seq <= last;
  }), cut.at(-1)!];
}

describe('a dossier whose chain was cut off at its end, with messages and evidence', () => {
  it('holds under a checkpoint that covers what was cut off: so each verdict says in words that this cannot be excluded', async () => {
    const report = verifyLines(await one.reseal(cutOff(lines), 'VN'), { keys });
    expect(report.firstFault).toBeUndefined();
    expect(report).toMatchObject({ ok: true, packages: 0, log: { tree: { later: 1 } } });
    for (const { notes } of [report, verifyLines(lines, { keys })]) {
      expect(notes.join('\n')).toMatch(/^that entries of this request, .* left out after the last one that the checkpoint proves cannot be excluded/m);
    }
  });
});

describe('a checkpoint of no entries', () => {
  it('is taken as any log’s beginning, as an export takes it; with another root than that of none it is a fault', async () => {
    const verify = (note: string) => verifyLines(lines, { keys, checkpoints: [note] }).firstFault?.what;
    expect(verify(await one.checkpointOf('VN', 0, EMPTY_ROOT))).toBeUndefined();
    expect(verify(await one.checkpointOf('VN', 0, Buffer.alloc(32, 9)))).toBe('root.differs');
  });
});
