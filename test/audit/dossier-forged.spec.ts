import { canonicalJson, newId, sha256Hex } from '@comity/kernel';
import { dossierInWords } from '../../apps/cli/src/commands/dossier-words.js';
import type { Body } from '../api/play.js';
import { altered, DossierCase, parsed, relogged, verifyLines } from './dossier-case.js';

// Real: database, rooms, HTTP, the States' own keys, a case played from draft to evidence. The forger is the exporting
// State, with its own key; the verifier has the keys of both.
let one: DossierCase;
let keys: string[];
const made: Record<string, string[]> = {};
const QUERY: Record<string, string> = { whole: '?attachments=true&evidence=true', listed: '', unnamed: '?withhold=attachments', unsaid: '?withhold=messages,contents' };

beforeAll(async () => {
  one = await DossierCase.open(import.meta.url);
  keys = [await one.keyOf('KZ'), await one.keyOf('VN')];
  for (const [name, query] of Object.entries(QUERY)) made[name] = await one.export('VN central-authority', query);
  made['kz'] = await one.export('KZ central-authority', '?attachments=true&evidence=true');
});
afterAll(() => one.close());

const verify = async (lines: readonly string[], state = 'VN') => verifyLines(await one.reseal(lines, state), { keys });
const faultOf = async (lines: readonly string[], state = 'VN') => (await verify(lines, state)).firstFault?.what;
const theirs = (a: Body): boolean => a.origin === 'counterpart';

it('holds where nothing but the last line was made anew (negative control)', async () => {
  for (const [name, lines] of Object.entries(made)) expect([name, await faultOf(lines, name === 'kz' ? 'KZ' : 'VN')]).toEqual([name, undefined]);
});

describe('a document of the other State', () => {
  it.each<[string, string, string, (a: Body) => Body | null]>([
    ['attachment.not-in-message', 'replaced', 'listed', (a) => ({ ...a, sha256: '0'.repeat(64) })],
    ['attachment.not-in-message', 'of another size', 'listed', (a) => ({ ...a, size: a.size + 1 })],
    ['attachment.not-in-message', 'given another name', 'whole', (a) => ({ ...a, name: 'confession.pdf' })],
    ['attachment.not-in-message', 'given another media type', 'whole', (a) => ({ ...a, mediaType: 'text/plain' })],
    ['attachment.missing', 'left out', 'listed', () => null],
    ['attachment.not-in-log', 'said to be one’s own', 'listed', (a) => ({ ...a, origin: 'own' })],
    ['attachment.differs', 'said to come from nobody', 'listed', (a) => ({ ...a, origin: 'court' })],
  ])('is held by its message: %s, %s', async (what, _, which, change) => {
    expect(await faultOf(altered(made[which]!, 'attachment', change, theirs))).toBe(what);
  });

  it('is not believed when no message encloses it, once more or for the first time', async () => {
    const lines = made['listed']!;
    const at = lines.findIndex((line) => line.startsWith('{"attachment"'));
    const [real] = parsed(lines, 'attachment').filter(theirs);
    const invented = (more: object) => [...lines.slice(0, at + 1), JSON.stringify({ attachment: { ...real, ...more } }), ...lines.slice(at + 1)];
    expect(await faultOf(invented({ id: newId(), sha256: 'a'.repeat(64) }))).toBe('attachment.not-in-message');
    expect(await faultOf(invented({ id: newId() }))).toBe('attachment.not-in-message');
    expect(await faultOf(invented({}))).toBe('attachment.repeated');
  });

  it('is said to be held by nothing where messages and contents are withheld, or with the documents’ names the letter that has them', async () => {
    for (const which of ['unsaid', 'unnamed']) expect(await verify(made[which]!)).toMatchObject({ ok: true, attachments: { listed: 1, unheld: 1 } });
    expect(await verify(made['whole']!)).toMatchObject({ ok: true, attachments: { listed: 1, unheld: 0 } });
  });
});

describe('a signed message of the other State', () => {
  const invented = (m: Body, more: object): Body => {
    const sealed = canonicalJson({ ...JSON.parse(m.sealed), ...more });
    return { ...m, sealed, sha256: sha256Hex(Buffer.from(sealed)), signature: null, provenance: 'transcribed', transcriptionId: newId() };
  };

  it.each<[string, string, (m: Body) => boolean, (m: Body) => Body]>([
    ['message.differs', 'replaced by invented words said to be typed from a letter', (m) => m.type === 'GRANTED', (m) => invented(m, { body: { reasons: 'We refuse' } })],
    ['message.differs', 'said to be typed from a letter', (m) => m.type === 'GRANTED', (m) => ({ ...m, provenance: 'transcribed' })],
    ['message.unsigned', 'replaced by one’s own, unsigned', (m) => m.direction === 'sent', (m) => invented(m, {})],
  ])('is not exchanged for another: %s, %s', async (what, _, where, change) => {
    expect(await faultOf(altered(made['kz']!, 'message', change, where), 'KZ')).toBe(what);
  });
});

describe('what an entry commits to', () => {
  const opened = (line: string): boolean => line.startsWith('{"content"');

  it('is missing when it is left out and the header does not name it: one, or all', async () => {
    const lines = made['whole']!;
    const once = relogged(lines, (log) => log.filter((line, n) => !opened(line) || n !== log.findIndex(opened)));
    const all = relogged(lines, (log) => log.filter((line) => !opened(line)));
    expect(once.length).toBe(lines.length - 1);
    expect(await faultOf(once)).toBe('contents.missing');
    expect(await faultOf(all)).toBe('contents.missing');
    // Negative control: the same lines without a change.
    expect(await faultOf(relogged(lines, (log) => log))).toBeUndefined();
  });
});

describe('a contradiction of logs', () => {
  const alarm = (log: string, known: string, shown: string): string => canonicalJson({ alarm: { log, kind: 'inconsistent', raisedAt: '2026-11-28T00:00:00.000Z', settledAt: null, known, shown } });
  const withLine = (line: string): string[] => {
    const at = made['whole']!.findLastIndex((one) => one.startsWith('{"witness"'));
    return made['whole']!.toSpliced(at + 1, 0, line);
  };

  it('is proved by two checkpoints of one size, and claimed by anything else', async () => {
    const [{ note, size }] = parsed(made['whole']!, 'witness').filter((w) => w.log === 'KZ').map((w) => ({ note: w.note as string, size: Number((w.note as string).split('\n')[1]) })) as [{ note: string; size: number }];
    const other = await one.checkpointOf('KZ', size, Buffer.alloc(32, 9));
    const later = await one.checkpointOf('KZ', size + 1, Buffer.alloc(32, 9));
    for (const [shown, proved] of [[other, true], [note, false], [later, false]] as const) {
      const report = await verify(withLine(alarm('KZ', note, shown)));
      expect(report).toMatchObject({ ok: true, alarms: [{ log: 'KZ', proved }] });
      expect([...dossierInWords(report)].join('\n')).toMatch(proved ? /^ALARM .* it signed two histories$/m : /^note .* is claimed, not proved/m);
    }
  });

  it('of a third State is not of this request', async () => {
    expect(await faultOf(withLine(alarm('SG', 'x', 'x')))).toBe('alarm.malformed');
  });
});

describe('a dossier whose checkpoint, proofs and witnesses were taken away', () => {
  it('holds, and says in words that nothing but its own signature does', async () => {
    const bare = relogged(made['whole']!.filter((line) => !line.startsWith('{"witness"')), ([header, ...log]) => [
      canonicalJson({ ...JSON.parse(header!), checkpoint: null, key: null }), ...log.filter((line) => !line.startsWith('{"inclusion"')),
    ]);
    const report = await verify(bare);
    expect(report).toMatchObject({ ok: true, log: { tree: null }, witnesses: [] });
    expect([...dossierInWords(report)].join('\n')).toMatch(/^note {5}no checkpoint: nothing but the signature of VN/m);
    expect([...dossierInWords(await verify(made['whole']!))].join('\n')).not.toMatch(/^note {5}no checkpoint/m);
  });
});

describe('a package of evidence', () => {
  const ofPackage = (line: string): boolean => /^\{"(package|file|bytes)"/.test(line);
  const first = (lines: readonly string[]): number => lines.findIndex((line) => line.startsWith('{"package"'));

  it.each(['whole', 'kz'])('is not left out nor shown twice: %s', async (which) => {
    const lines = made[which]!;
    const state = which === 'kz' ? 'KZ' : 'VN';
    const mine = lines.slice(first(lines), -1).filter(ofPackage);
    expect(await faultOf(lines.filter((line, n) => n < first(lines) || !ofPackage(line)), state)).toBe('package.missing');
    expect(await faultOf([...lines.slice(0, -1), ...mine, lines.at(-1)!], state)).toBe('package.repeated');
  });

  it.each<[string, (p: Body) => Body]>([
    ['of another direction', (p) => ({ ...p, direction: p.direction === 'sent' ? 'received' : 'sent' })],
    ['of another measure', (p) => ({ ...p, measure: 7 })],
    ['of another number', (p) => ({ ...p, id: newId() })],
    ['that was never sealed', (p) => ({ ...p, manifest: null, manifestSha256: null, shown: [] })],
  ])('is not made one %s', async (_, change) => {
    for (const which of ['unnamed', 'kz']) expect(await faultOf(altered(made[which]!, 'package', change), which === 'kz' ? 'KZ' : 'VN')).toMatch(/^(package\.(differs|missing)|manifest\.not-in-log)$/);
  });

  it('of which only the message tells is held by that', async () => {
    const lines = altered(made['kz']!, 'package', (p) => {
      const manifest = canonicalJson({ ...JSON.parse(p.manifest), authority: 'Somebody' });
      return { ...p, manifest, manifestSha256: sha256Hex(manifest), shown: [] };
    }).filter((line, n, all) => n < first(all) || !/^\{"(file|bytes)"/.test(line));
    expect(await faultOf(lines, 'KZ')).toBe('package.differs');
  });
});

describe('a line of a dossier', () => {
  it.each(['key', 'witness', 'message', 'event', 'attachment', 'package', 'file'])('has the members of its kind and no other: %s', async (kind) => {
    expect(await faultOf(altered(made['whole']!, kind, (value) => ({ ...value, remark: 'Refused: ordre public' })))).toBe('line.malformed');
    expect(await faultOf(altered(made['whole']!, kind, (value) => Object.fromEntries(Object.entries(value as object).slice(1))))).toMatch(/^(line|key)\.malformed$/);
  });

  const header = (more: object): string[] => made['whole']!.with(0, canonicalJson({ ...JSON.parse(made['whole']![0]!), ...more }));

  it('that is the header tells of the export that the log tells of, and nothing more', async () => {
    expect(await faultOf(header({ note: 'certified complete' }))).toBe('line.malformed');
    expect(await faultOf(header({ exportedAt: '2019-01-01T00:00:00.000Z' }))).toBe('header.not-in-log');
    expect(await faultOf(header({ withheld: ['contents'] }))).toBe('header.not-in-log');
  });

  it('that is an event has its place, and its label is told apart where it is not that of its type', async () => {
    const events = made['whole']!.filter((line) => line.startsWith('{"event"')).reverse();
    expect(await faultOf(made['whole']!.map((line) => (line.startsWith('{"event"') ? events.shift()! : line)))).toBe('event.order');
    const report = await verify(altered(made['whole']!, 'event', (e) => ({ ...e, label: 'Refuse the measure' }), (e) => e.type === 'GRANT'));
    expect(report).toMatchObject({ ok: true, otherLabels: 1 });
    expect([...dossierInWords(report)].join('\n')).toMatch(/^note {5}1 events bear another label/m);
    expect(await verify(made['whole']!)).toMatchObject({ otherLabels: 0 });
  });
});
