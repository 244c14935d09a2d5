import { canonicalJson, newId, sha256Hex } from '@comity/kernel';
import type { Body } from '../api/play.js';
import { altered, DossierCase, parsed, verifyLines } from './dossier-case.js';

// Real: database, rooms, HTTP, the States' own keys, a case played from draft to evidence. The forger is the exporting
// State, with its own key; the verifier has the keys of both. What is withheld is where an invention would hide.
let one: DossierCase;
let keys: string[];
const made: Record<string, string[]> = {};
const QUERY: Record<string, string> = { whole: '?attachments=true&evidence=true', unsaid: '?withhold=messages,contents' };

beforeAll(async () => {
  one = await DossierCase.open(import.meta.url);
  keys = [await one.keyOf('KZ'), await one.keyOf('VN')];
  for (const state of ['KZ', 'VN']) for (const [name, query] of Object.entries(QUERY)) made[`${state} ${name}`] = await one.export(`${state} central-authority`, query);
});
afterAll(() => one.close());

const verify = async (which: string, change: (lines: string[]) => string[]) => verifyLines(await one.reseal(change(made[which]!), which.slice(0, 2)), { keys });
const faultOf = async (which: string, change: (lines: string[]) => string[]) => (await verify(which, change)).firstFault?.what;
/** One line more, after the last of its kind. */
const added = (lines: readonly string[], name: string, value: object, ...more: string[]): string[] => lines.toSpliced(lines.findLastIndex((line) => line.startsWith(`{"${name}"`)) + 1, 0, canonicalJson({ [name]: value }), ...more);

it('holds where nothing but the last line was made anew (negative control)', async () => {
  for (const which of Object.keys(made)) expect([which, await faultOf(which, (lines) => lines)]).toEqual([which, undefined]);
});

describe('a received message that is withheld', () => {
  const invented = (status: string) => (lines: string[]): string[] => {
    const received = parsed(lines, 'message').filter((m) => m.direction === 'received');
    return added(lines, 'message', { ...received.at(-1), id: newId(), seq: received.length + 1, type: 'REFUSED', status, sealed: null, signature: 'x', sha256: '1'.repeat(64), receipt: null });
  };

  it.each(['applied', 'parked'])('is one that an entry of the log took in: %s', async (status) => {
    expect(await faultOf('KZ unsaid', invented(status))).toBe('message.not-in-log');
  });

  it.each(['received', 'sent'])('is about the measure that its entry says: %s', async (direction) => {
    const other = (lines: string[]) => altered(lines, 'message', (m) => ({ ...m, measure: 77 }), (m) => m.direction === direction && m.measure !== null);
    expect(await faultOf(direction === 'sent' ? 'VN unsaid' : 'KZ unsaid', other)).toBe('message.differs');
  });
});

it('says in words that hashes and signatures of messages that are withheld are held by nothing', async () => {
  const report = await verify('KZ unsaid', (lines) => altered(lines, 'message', (m) => ({ ...m, sha256: '0'.repeat(64), signature: 'x', receipt: null }), (m) => m.direction === 'received'));
  expect(report.firstFault).toBeUndefined();
  expect(report.notes.join('\n')).toMatch(new RegExp(`^hashes and signatures of ${report.messages.withheld} messages`, 'm'));
  expect((await verify('KZ whole', (lines) => lines)).notes.join('\n')).not.toMatch(/^hashes and signatures/m);
});

describe('a package of evidence that was invented', () => {
  const invented = (lines: string[]): string[] => {
    const [id, bytes] = [newId(), Buffer.from('invented evidence')];
    const sample = parsed(lines, 'package')[0] as Body;
    const manifest = JSON.parse(sample.manifest) as Body;
    const text = canonicalJson({ ...manifest, packageId: id, files: [{ ...manifest.files[0], number: 1, name: 'confession.wav', size: bytes.length, sha256: sha256Hex(bytes) }] });
    return [...lines.slice(0, -1), canonicalJson({ package: { ...sample, id, manifest: text, manifestSha256: sha256Hex(text), shown: [1] } }), canonicalJson({ file: { number: 1 } }), `{"bytes":"${bytes.toString('base64')}"}`, lines.at(-1)!];
  };

  it('is not believed of the own State, whatever is withheld', async () => {
    for (const which of ['VN whole', 'VN unsaid']) expect([which, await faultOf(which, invented)]).toEqual([which, 'manifest.not-in-log']);
    expect(await faultOf('KZ whole', invented)).toBe('manifest.not-in-log');
  });

  it('of the other State is counted where its messages are withheld, and said in words to be held by nothing', async () => {
    const report = await verify('KZ unsaid', invented);
    expect(report).toMatchObject({ ok: true, packages: 2, unheldPackages: 1 });
    expect(report.notes.join('\n')).toMatch(/^1 packages of evidence are held by nothing/m);
    for (const which of Object.keys(made)) expect([which, await verify(which, (lines) => lines)]).toMatchObject([which, { unheldPackages: 0 }]);
  });
});

describe('the other State of a dossier', () => {
  const another = (lines: string[]) => lines.filter((line) => !/^\{"(witness|alarm)"/.test(line)).with(0, canonicalJson({ ...JSON.parse(lines[0]!), counterpart: 'SG' }));

  it('is the one that the entries of the file name, also where all messages are withheld', async () => {
    for (const which of ['VN unsaid', 'KZ unsaid']) expect([which, await faultOf(which, another)]).toEqual([which, 'header.other-counterpart']);
  });

  it('is said in words to be held by nothing where neither an entry nor a message names it: a draft', async () => {
    const draft = await one.play.draft();
    const lines = await one.export('KZ central-authority', '', draft);
    const report = verifyLines(await one.reseal(another(lines)), { keys });
    expect(report.firstFault).toBeUndefined();
    expect(report.notes.join('\n')).toMatch(/^that the request was exchanged with SG is held by nothing/m);
  });
});
