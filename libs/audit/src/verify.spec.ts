import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entryBytes, leafHash } from './entry.js';
import { ENTRY_OFFSET, entryLine, inclusionLine, openedLine, splitEntryLine } from './export.js';
import { logVerifierKey, signCheckpoint } from './note/checkpoint.js';
import { reseal, sampleChains, sampleCheckpoint, sampleExport, samplePositions, seeded, type SampleEntry } from './testing/sample-log.js';
import { testKey } from './testing/log-keys.js';
import { EMPTY_ROOT } from './tree/hash.js';
import { inclusionRanges } from './tree/proof.js';
import { TreeEdge } from './tree/edge.js';
import { ExportVerifier, verifyExport, verifyFile } from './index.js';

const chains = sampleChains(6, 5);
/** Of 30 entries the checkpoint covers 25. */
const lines = sampleExport(chains, 25);
const isEntry = (line: string): boolean => line.startsWith('{"leaf"');
const indexes = (of: (line: string) => boolean): number[] => lines.flatMap((line, i) => (of(line) ? [i] : []));
const without = (i: number): string[] => lines.filter((_, at) => at !== i);
const swapped = (i: number, j: number): string[] => lines.with(i, lines[j]!).with(j, lines[i]!);

describe('an exported log', () => {
  let folder: string;
  let path: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comity-export-'));
    path = join(folder, 'log.jsonl');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const verifyBytes = async (bytes: Buffer) => {
    await writeFile(path, bytes);
    return verifyFile(path);
  };
  const whole = Buffer.from(lines.join('\n') + '\n', 'utf8');

  it('holds as it was written, from lines and from a file', async () => {
    const report = await verifyExport(lines, { state: 'IS' });
    expect(report).toMatchObject({ ok: true, entries: 30, subjects: 6, opened: 18, closed: 0, whole: true, gaps: 0 });
    expect(await verifyBytes(whole)).toEqual(report);
  });

  it('holds when contents were erased: their commitments stay closed', async () => {
    const erased = reseal(lines.filter((line) => !line.startsWith('{"content"')));
    expect(await verifyExport(erased)).toMatchObject({ ok: true, opened: 0, closed: 18 });
  });

  it('shows every flipped byte: 2,000 seeded flips, each kind of line among them', async () => {
    const random = seeded(20270101);
    let found = 0;
    const kinds = new Map<string, number>();
    for (let n = 0; n < 2000; n += 1) {
      const bytes = Buffer.from(whole);
      const at = random(bytes.length);
      bytes[at]! ^= 1 + random(255);
      const kind = whole.toString('latin1', whole.lastIndexOf(0x0a, at - 1) + 1).slice(2, 6);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      const report = await verifyBytes(bytes);
      if (!report.ok && report.firstFault) found += 1;
      else throw new Error(`flip of byte ${at} was not found`);
    }
    expect(found).toBe(2000);
    expect([...kinds.keys()].sort()).toEqual(['chec', 'cont', 'end"', 'head', 'leaf']);
  });

  it('shows every byte of its last line flipped, and every cut of the file', async () => {
    const tail = Buffer.byteLength(lines.at(-1)!) + 1;
    for (let at = whole.length - tail; at < whole.length; at += 1) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 0x20;
      expect((await verifyBytes(bytes)).ok).toBe(false);
    }
    for (let n = 0; n < 200; n += 1) {
      expect((await verifyBytes(whole.subarray(0, Math.floor((whole.length * n) / 200)))).ok).toBe(false);
    }
    expect((await verifyBytes(whole.subarray(0, -1))).firstFault?.what).toBe('end.trailing');
    expect((await verifyBytes(Buffer.concat([whole, Buffer.from('{}\n')]))).firstFault?.what).toBe('end.trailing');
  });

  it('shows any line dropped, doubled or moved', async () => {
    for (let i = 0; i < lines.length; i += 1) {
      expect((await verifyExport(without(i))).ok).toBe(false);
      expect((await verifyExport(lines.toSpliced(i, 0, lines[i]!))).ok).toBe(false);
      if (i > 0) expect((await verifyExport(swapped(i, i - 1))).ok).toBe(false);
    }
  });

  describe('whose counts and last line were made anew by someone who knows the format', () => {
    const fault = async (changed: string[]) => (await verifyExport(reseal(changed))).firstFault;

    it('is left holding when nothing was changed: the sealing itself is no fault', async () => {
      expect(reseal(lines)).toEqual(lines);
    });

    it('still shows any entry dropped, doubled or moved, 30 of 30, and says where', async () => {
      const entries = indexes(isEntry);
      for (const i of entries) {
        const next = lines[i + 1]!.startsWith('{"content"') ? 2 : 1;
        expect(await fault(lines.toSpliced(i, next))).toMatchObject({ what: expect.stringMatching(/^(chain|head|position)\./) });
        expect(await fault(lines.toSpliced(i, 0, lines[i]!))).toMatchObject({ line: i + 2, what: 'chain.order' });
      }
      for (let n = 1; n < entries.length; n += 1) {
        expect((await fault(swapped(entries[n - 1]!, entries[n]!)))?.what).toMatch(/^(chain|head|commitment)\./);
      }
    });

    it('still shows any byte flipped inside an entry, an opened content or a head: 600 seeded flips', async () => {
      const random = seeded(7);
      const inner = indexes((line) => /^\{"(leaf|content|head)"/.test(line));
      for (let n = 0; n < 600; n += 1) {
        const i = inner[random(inner.length)]!;
        const bytes = Buffer.from(lines[i]!, 'utf8');
        bytes[random(bytes.length)]! ^= 1 + random(255);
        const resealed = reseal(lines.with(i, bytes.toString('utf8')));
        expect((await verifyExport(resealed)).ok).toBe(false);
      }
    });

    it('shows an entry rewritten with a new hash by the entry after it, or by the head', async () => {
      for (const i of indexes(isEntry)) {
        const whole = Buffer.from(lines[i]!);
        const { end, position } = splitEntryLine(whole);
        const old = whole.subarray(ENTRY_OFFSET, end);
        const bytes = entryBytes({ ...JSON.parse(old.toString('utf8')), body: { version: 99 } });
        const changed = lines.with(i, entryLine(leafHash(bytes).toString('hex'), bytes, position));
        expect((await fault(changed))?.what).toMatch(/^(chain\.broken|head\.differs)$/);
      }
    });

    it('shows all entries of a subject taken out while its head stays', async () => {
      const [first] = chains.keys();
      const gone = lines.filter((line) => line.startsWith('{"head"') || !line.includes(first!));
      expect(await fault(gone.filter((line, i) => i > 3 || !line.startsWith('{"content"')))).toMatchObject({
        subject: first,
        what: 'head.differs',
      });
    });

    it('shows an opened content that was not committed to, is repeated, or stands with the wrong entry', async () => {
      const i = lines.findIndex((line) => line.startsWith('{"content"'));
      const { salt } = JSON.parse(lines[i]!) as { salt: string };
      const forged = openedLine('reason', Buffer.from(salt, 'hex'), Buffer.from('"another"'));
      expect(await fault(lines.with(i, forged))).toMatchObject({ line: i + 1, what: 'commitment.differs', seq: 1 });
      expect(await fault(lines.toSpliced(i, 0, lines[i]!))).toMatchObject({ what: 'commitment.repeated' });
      expect(await fault(lines.toSpliced(i, 1).toSpliced(i + 1, 0, lines[i]!))).toMatchObject({
        what: 'commitment.unknown',
      });
    });

    it('shows entries of another State, and an export of another State than asked for', async () => {
      expect(await fault(lines.with(0, lines[0]!.replace('"IS"', '"NO"')))).toMatchObject({
        line: 1,
        what: 'checkpoint.not-sound',
      });
      const unsigned = sampleExport(chains);
      expect(await fault(unsigned.with(0, unsigned[0]!.replace('"IS"', '"NO"')))).toMatchObject({
        line: 2,
        what: 'state.differs',
      });
      expect((await verifyExport(lines, { state: 'NO' })).firstFault).toMatchObject({ line: 1, what: 'state.differs' });
    });

    it('shows entries that the stated filter would not have selected', async () => {
      const unsigned = sampleExport(chains);
      const filter = (text: string) => unsigned.with(0, unsigned[0]!.replace('"filter":{}', `"filter":${text}`));
      expect((await fault(filter('{"type":"request.read"}')))?.what).toBe('entry.outside-filter');
      expect((await fault(filter('{"to":"2027-01-03T00:00:00.000Z"}')))?.what).toBe('entry.outside-filter');
      expect((await fault(filter('{"tpye":"x"}')))?.what).toBe('header.malformed');
    });
  });

  it('says of a selection that omissions cannot be told, and where entries are left out', async () => {
    const type = 'request.read';
    const selected = sampleExport(chains)
      .filter((line, i) => i === 0 || !isEntry(line) || line.includes(`"type":"${type}"`))
      .filter((line) => !line.startsWith('{"content"'))
      .with(0, sampleExport(chains)[0]!.replace('"filter":{}', `"filter":{"type":"${type}"}`));
    expect(await verifyExport(reseal(selected))).toMatchObject({
      ok: true,
      whole: false,
      gaps: 6,
      entries: 24,
      closed: 12,
    });
  });

  it('is refused when of another version, empty, or not an export at all', async () => {
    expect((await verifyExport([])).firstFault).toMatchObject({ line: 0, what: 'end.missing' });
    expect((await verifyExport(['{"a":1}'])).firstFault).toMatchObject({ line: 1, what: 'header.malformed' });
    expect((await verifyExport([lines[0]!.replace('"version":2', '"version":1')])).firstFault).toMatchObject({
      what: 'header.version-unknown',
    });
    expect((await verifyExport(['['.repeat(200_000)])).ok).toBe(false);
    expect((await verifyExport([lines[0]!, `{"head":${'['.repeat(200_000)}`])).firstFault?.what).toBe('line.malformed');
  });

  it('is refused where its header names no State or no time, which are said with the verdict', async () => {
    const header = (member: string, value: unknown) => [JSON.stringify({ ...JSON.parse(lines[0]!), [member]: value }), ...lines.slice(1)];
    const words = 'IS, exported 2027-02-01T00:00:00.000Z\nchecked  5123 entries';
    for (const bad of [words, 'is', 'ISL', 'I\u001b', '\u202e', '', 5]) expect((await verifyExport(header('state', bad))).firstFault).toMatchObject({ line: 1, what: 'header.malformed' });
    for (const bad of [words, '2027-02-01', '2027-02-01T00:00:00.000Z\n', null]) expect((await verifyExport(header('exportedAt', bad))).firstFault).toMatchObject({ line: 1, what: 'header.malformed' });
    expect((await verifyExport(reseal(sampleExport(new Map()).with(0, sampleExport(new Map())[0]!.replace('"IS"', '"ZZ"'))))).ok).toBe(true);
  });

  it.each([
    ['half a letter in its filter', '"filter":{"type":"\\ud800"}'],
    ['half a letter in its checkpoint', '"checkpoint":"\\ud800"'],
    ['a number beyond all in its filter', '"filter":{"x":1e400}'],
    ['a filter 200,000 deep', `"filter":{"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['a version 200,000 deep', `"version":${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  ])('is told as malformed where its header has %s: nothing is thrown', async (_what, member) => {
    const [name] = member.split(':');
    const header = lines[0]!.replace(new RegExp(`${name}:(?:"[^"]*"|\\{\\}|\\d+)`), () => member);
    expect(header).not.toBe(lines[0]);
    expect((await verifyExport([header])).firstFault).toMatchObject({ line: 1, what: 'header.malformed' });
  });

  it('is told as malformed at the line where what it says cannot be worked with', () => {
    const verifier = new ExportVerifier({}, { entry: () => { throw new RangeError('too deep'); } });
    for (const line of lines) verifier.take(Buffer.from(line));
    expect(verifier.finish().firstFault).toMatchObject({ line: 2, what: 'line.malformed' });
  });

  it('cannot show a log rewritten as a whole and signed anew: this is what checkpoints kept elsewhere are for', async () => {
    const rewritten = sampleExport(sampleChains(6, 5), 25);
    expect((await verifyExport(rewritten)).ok).toBe(true);
    const { checkpoint } = sampleCheckpoint([...samplePositions(chains).keys()], 7);
    expect((await verifyExport(lines, { checkpoints: [checkpoint] })).tree).toMatchObject({ beginsWith: [7] });
    expect((await verifyExport(rewritten, { checkpoints: [checkpoint] })).firstFault?.what).toBe('root.differs');
  });
});

describe('an exported log under a checkpoint', () => {
  const key = logVerifierKey('IS', testKey(1).publicKey);
  const leaves = [...samplePositions(chains).keys()];
  const seen = (size: number) => sampleCheckpoint(leaves, size).checkpoint;
  const fault = async (changed: string[], expected = {}) => (await verifyExport(reseal(changed), expected)).firstFault?.what;
  const header = (change: (text: string) => string) => lines.with(0, change(lines[0]!));

  it('has the signed root over its leaves; what came later is counted apart', async () => {
    const root = JSON.parse(lines[0]!).checkpoint.split('\n')[2] as string;
    expect((await verifyExport(lines)).tree).toEqual({
      origin: 'comity/log/IS', size: 25, root: Buffer.from(root, 'base64').toString('hex'), at: '2027-01-31T00:00:00.000Z', key, keyGiven: false, covered: 25, later: 5, beginsWith: [],
    });
    expect((await verifyExport(lines, { keys: [key], checkpoints: [seen(1), seen(24), seen(25)] })).tree).toMatchObject({ keyGiven: true, beginsWith: [1, 24, 25] });
  });

  it('is checked by every checkpoint that is given, beside one of no entries too, which must have the root of an empty log', async () => {
    const none = (root: Buffer) => signCheckpoint({ origin: 'comity/log/IS', size: 0, root }, new Date('2026-11-03T00:00:00Z'), testKey(1));
    expect((await verifyExport(lines, { checkpoints: [none(EMPTY_ROOT), seen(24)] })).ok).toBe(true);
    expect(await fault([...lines], { checkpoints: [none(Buffer.alloc(32, 7))] })).toBe('root.differs');
    const rewritten = header((text) => text.replace(JSON.stringify(seen(25)), JSON.stringify(sampleCheckpoint([...leaves].reverse(), 25).checkpoint)));
    expect(await fault(rewritten, { checkpoints: [none(EMPTY_ROOT)] })).toBe('root.differs');
  });

  it('does not hold under another key than the one that is known', async () => {
    expect(await fault(lines, { keys: [logVerifierKey('IS', testKey(2).publicKey)] })).toBe('checkpoint.not-sound');
    expect(await fault(sampleExport(chains), { keys: [key] })).toBe('checkpoint.missing');
  });

  it('is held to the keys given of its State; where only those of others were given, to its own, and that is said', async () => {
    const [other, wrong] = [logVerifierKey('SE', testKey(2).publicKey), logVerifierKey('IS', testKey(2).publicKey)];
    expect(await verifyExport(lines, { keys: [other] })).toMatchObject({ ok: true, tree: { key, keyGiven: false } });
    expect(await verifyExport(lines, { keys: [other, key] })).toMatchObject({ ok: true, tree: { key, keyGiven: true } });
    expect((await verifyExport(sampleExport(chains), { keys: [other] })).ok).toBe(true);
    for (const keys of [[other, wrong], [], ['x'], [other, 'x']]) {
      expect(await fault(lines, { keys })).toBe('checkpoint.not-sound');
      expect(await fault(sampleExport(chains), { keys })).toBe('checkpoint.missing');
    }
    expect(await fault(sampleExport(chains), { keys: [other, key] })).toBe('checkpoint.missing');
  });

  it('shows a subject taken out as a whole, which no chain can', async () => {
    const [subject] = chains.keys();
    const size = chains.get(subject!)!.length;
    const from = lines.findIndex((line) => isEntry(line));
    const to = lines.findIndex((line) => line.startsWith('{"head"'));
    const less = lines.toSpliced(from, to - from + 1);
    expect(less.filter(isEntry)).toHaveLength(30 - size);
    expect(await fault(less)).toMatch(/^(position|tree)\./);
    // Even if the positions are closed up: then the root differs, or there are too few.
    let next = 0;
    const closed = less.map((line) => (isEntry(line) ? line.replace(/"position":\d+\}$/, () => `"position":${next++}}`) : line));
    expect(await fault(closed)).toMatch(/^(root\.differs|tree\.smaller)$/);
  });

  it('shows two entries with their positions swapped, or a position left out, 30 of 30', async () => {
    const entries = indexes(isEntry);
    const position = (i: number) => /"position":(\d+)\}$/.exec(lines[i]!)![1]!;
    const placed = (i: number, at: string | null) => lines[i]!.replace(/,"position":\d+\}$/, at === null ? '}' : `,"position":${at}}`);
    let found = 0;
    for (const [n, i] of entries.entries()) {
      const j = entries[(n + 7) % entries.length]!;
      const later = [i, j].every((at) => Number(position(at)) >= 25);
      const swap = await fault(lines.with(i, placed(i, position(j))).with(j, placed(j, position(i))));
      expect(later ? undefined : 'root.differs').toBe(swap);
      const left = await fault(lines.with(i, placed(i, null)));
      // The very last one may as well be pending still.
      if (position(i) === '29') expect(left).toBeUndefined();
      else expect(left).toMatch(/^(position\.missing|position\.beyond|tree\.smaller)$/);
      found += 1;
    }
    expect(found).toBe(30);
  });

  it('shows a tail cut off with its heads and counts made anew, once a checkpoint of it was seen', async () => {
    const shorter = sampleExport(new Map([...chains].map(([subject, chain]) => [subject, chain.slice(0, 4)])), 20);
    expect((await verifyExport(shorter)).ok).toBe(true);
    expect(await fault(shorter, { checkpoints: [seen(25)] })).toBe('checkpoint.beyond');
  });

  it('shows a header whose checkpoint was exchanged for an older or another one', async () => {
    const other = sampleCheckpoint([...samplePositions(sampleChains(6, 5)).keys()], 25).checkpoint;
    expect(await fault(header((text) => text.replace(JSON.stringify(seen(25)), JSON.stringify(other))))).toBe('root.differs');
    expect(await fault(header((text) => text.replace(JSON.stringify(seen(25)), JSON.stringify(seen(24)))), { checkpoints: [seen(25)] })).toBe('checkpoint.beyond');
  });

  it('says how many entries no signature holds: those after the checkpoint, more under an older one, all without any', async () => {
    const under = (note: string | null) => reseal(header((text) => text.replace(JSON.stringify(seen(25)), JSON.stringify(note))));
    for (const [note, unsigned] of [[seen(25), 5], [seen(7), 23], [null, 30]] as const) expect(await verifyExport(under(note))).toMatchObject({ ok: true, unsigned });
    expect(await verifyExport(sampleExport(chains, 30))).toMatchObject({ ok: true, unsigned: 0 });
  });

  const positions = samplePositions(chains);
  const rootOf = ([from, to]: readonly [number, number]) => {
    const edge = new TreeEdge();
    for (const leaf of leaves.slice(from, to)) edge.append(Buffer.from(leaf, 'hex'));
    return edge.root();
  };
  const proof = (leaf: string) => {
    const position = positions.get(leaf)!;
    return position < 25 ? [inclusionLine(inclusionRanges(position, 25).map(rootOf))] : [];
  };
  const filtered = (filter: object) => lines[0]!.replace('"filter":{}', `"filter":${JSON.stringify(filter)}`);

  it('as a selection shows an entry written anew before one that the checkpoint covers', async () => {
    const [subject, chain] = [...chains][2]!;
    const [, second, , fourth] = chain;
    const bytes = entryBytes({ ...second!.entry, body: { version: 666 } });
    const selection = (second: string[]) => reseal([
      filtered({ subject, type: 'request.read' }), ...second, entryLine(fourth!.leaf, fourth!.bytes, positions.get(fourth!.leaf)!), ...proof(fourth!.leaf),
      lines.find((line) => line.startsWith('{"head"') && line.includes(subject))!, lines.at(-1)!,
    ]);
    expect(await verifyExport(selection([entryLine(second!.leaf, second!.bytes, positions.get(second!.leaf)!), ...proof(second!.leaf)]))).toMatchObject({ ok: true, unsigned: 0 });
    for (const position of [null, 25, 29]) {
      const forged = entryLine(leafHash(bytes).toString('hex'), bytes, position);
      expect((await verifyExport(selection([forged]))).firstFault).toMatchObject({ line: 3, what: 'position.order', subject, seq: 4 });
    }
  });

  it('as a selection of several subjects may have one that goes on under the checkpoint after one that does not', async () => {
    const of = ([subject, chain]: readonly [string, readonly SampleEntry[]]) => [
      ...chain.filter(({ entry }) => entry.type === 'request.read').flatMap(({ leaf, bytes }) => [entryLine(leaf, bytes, positions.get(leaf)!), ...proof(leaf)]),
      lines.find((line) => line.startsWith('{"head"') && line.includes(subject))!,
    ];
    expect((await verifyExport(reseal([filtered({ type: 'request.read' }), ...[...chains].flatMap(of), lines.at(-1)!]))).firstFault).toBeUndefined();
  });

  it('as a selection proves each entry that the checkpoint covers', async () => {
    const [subject, chain] = [...chains][2]!;
    const selection = reseal([
      lines[0]!.replace('"filter":{}', `"filter":{"subject":"${subject}"}`),
      ...chain.flatMap(({ leaf, bytes }) => [entryLine(leaf, bytes, positions.get(leaf)!), ...proof(leaf)]),
      lines.find((line) => line.startsWith('{"head"') && line.includes(subject))!,
      lines.at(-1)!,
    ]);
    const covered = chain.filter(({ leaf }) => positions.get(leaf)! < 25).length;
    expect(await verifyExport(selection)).toMatchObject({ ok: true, tree: { covered, later: chain.length - covered } });
    const at = selection.findIndex((line) => line.startsWith('{"inclusion"'));
    expect(await fault(selection.toSpliced(at, 1))).toBe('inclusion.missing');
    expect(await fault(selection.toSpliced(at, 0, selection[at]!))).toBe('inclusion.unasked');
    const digit = selection[at]!.indexOf('["') + 2;
    const changed = selection[at]!.slice(0, digit) + (selection[at]![digit] === 'a' ? 'b' : 'a') + selection[at]!.slice(digit + 1);
    expect(await fault(selection.with(at, changed))).toBe('inclusion.differs');
    expect(await fault(selection, { checkpoints: [seen(25)] })).toBeUndefined();
    expect(await fault(selection, { checkpoints: [seen(24)] })).toBe('checkpoint.unchecked');
  });
});

describe('an exported log with its leaves in the order of the tree', () => {
  const listed = sampleExport(chains, 25, true);
  const seen = (size: number) => sampleCheckpoint([...samplePositions(chains).keys()], size).checkpoint;
  const fault = async (changed: string[], expected = {}) => (await verifyExport(reseal(changed), expected)).firstFault?.what;
  const isLeaves = (line: string) => line.startsWith('{"at":');
  const places = listed.flatMap((line, i) => (isLeaves(line) ? [i] : []));

  it('holds, and says the same as one without, read once or exactly', async () => {
    expect(places).toHaveLength(5);
    const { sha256: _, ...without } = await verifyExport(lines);
    for (const expected of [{}, { exact: true }]) expect(await verifyExport(listed, expected)).toMatchObject(without);
    expect((await verifyExport(listed, { checkpoints: [seen(1), seen(24), seen(25)] })).tree).toMatchObject({ beginsWith: [1, 24, 25] });
  });

  it('shows each list of leaves left out, repeated, moved, or with a digit changed', async () => {
    for (const i of places) {
      expect(await fault(listed.toSpliced(i, 1))).toMatch(/^(leaves\.order|leaves\.differ)$/);
      expect(await fault(listed.toSpliced(i, 0, listed[i]!))).toBe('leaves.order');
      const at = listed[i]!.indexOf('"leaves":"') + 10 + 3;
      const digit = listed[i]![at] === '0' ? '1' : '0';
      expect(await fault(listed.with(i, listed[i]!.slice(0, at) + digit + listed[i]!.slice(at + 1)))).toMatch(/^(root|leaves)\.differ/);
    }
    expect(await fault(listed.with(places[0]!, listed[places[1]!]!).with(places[1]!, listed[places[0]!]!))).toBe('leaves.order');
  });

  it('shows two entries with their positions swapped, also beyond the checkpoint: the sums differ, and where is told by a second reading', async () => {
    const at = (position: number) => listed.findIndex((line) => line.endsWith(`,"position":${position}}`));
    const moved = (from: number, to: number) => listed[at(from)]!.replace(/"position":\d+\}$/, `"position":${to}}`);
    for (const [a, b] of [[3, 4], [0, 24], [24, 25], [27, 29]] as const) {
      const swapped = reseal(listed.with(at(a), moved(a, b)).with(at(b), moved(b, a)));
      const once = await verifyExport((async function* () { yield* swapped; })());
      expect(once.firstFault).toMatchObject({ what: 'leaves.differ', line: swapped.length });
      const exact = await verifyExport(swapped);
      expect(exact.firstFault).toMatchObject({ what: 'leaves.differ', detail: `position ${a} lists another leaf than the entry there has` });
      expect(exact.firstFault!.line).toBeLessThan(swapped.length);
    }
  });

  it('shows a leaf listed that is no entry’s, though the root over the list is the signed one', async () => {
    // Entry and list part: the entry at 3 takes the position of 29, which nothing signed covers.
    const last = listed.findIndex((line) => line.endsWith(',"position":29}'));
    const changed = listed.with(last, listed[last]!.replace(',"position":29}', ',"position":3}'));
    expect(await fault(changed)).toMatch(/^(position\.repeated|leaves\.differ)$/);
  });

  it('keeps no leaf in memory unless asked where the fault is', async () => {
    const verifier = new ExportVerifier();
    for (const line of listed) verifier.take(Buffer.from(line));
    expect((verifier as unknown as { tree: { kept: unknown } }).tree.kept).toBeNull();
    expect(verifier.finish().ok).toBe(true);
  });

  it('is not taken as a selection', async () => {
    const selection = listed.with(0, listed[0]!.replace('"filter":{}', '"filter":{"type":"request.read"}'));
    expect((await verifyExport(selection)).firstFault).toMatchObject({ line: 1, what: 'header.malformed' });
  });
});
