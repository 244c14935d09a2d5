import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entryBytes, leafHash } from './entry.js';
import { entryLine, openedLine } from './export.js';
import { reseal, sampleChains, sampleExport, seeded } from './testing/sample-log.js';
import { verifyExport, verifyFile } from './index.js';

const chains = sampleChains(6, 5);
const lines = sampleExport(chains);
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
    expect([...kinds.keys()].sort()).toEqual(['comi', 'cont', 'end"', 'head', 'leaf']);
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
        expect(await fault(lines.toSpliced(i, next))).toMatchObject({ what: expect.stringMatching(/^(chain|head)\./) });
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
        const entry = JSON.parse(lines[i]!.slice(83, -1));
        const bytes = entryBytes({ ...entry, body: { version: 99 } });
        const changed = lines.with(i, entryLine(leafHash(bytes).toString('hex'), bytes));
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
        line: 2,
        what: 'state.differs',
      });
      expect((await verifyExport(lines, { state: 'NO' })).firstFault).toMatchObject({ line: 1, what: 'state.differs' });
    });

    it('shows entries that the stated filter would not have selected', async () => {
      const filter = (text: string) => lines.with(0, lines[0]!.replace('"filter":{}', `"filter":${text}`));
      expect((await fault(filter('{"type":"request.read"}')))?.what).toBe('entry.outside-filter');
      expect((await fault(filter('{"to":"2027-01-03T00:00:00.000Z"}')))?.what).toBe('entry.outside-filter');
      expect((await fault(filter('{"tpye":"x"}')))?.what).toBe('header.malformed');
    });
  });

  it('says of a selection that omissions cannot be told, and where entries are left out', async () => {
    const type = 'request.read';
    const selected = lines
      .filter((line, i) => i === 0 || !isEntry(line) || line.includes(`"type":"${type}"`))
      .filter((line) => !line.startsWith('{"content"'))
      .with(0, lines[0]!.replace('"filter":{}', `"filter":{"type":"${type}"}`));
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
    expect((await verifyExport([lines[0]!.replace('"version":1', '"version":2')])).firstFault).toMatchObject({
      what: 'header.version-unknown',
    });
    expect((await verifyExport(['['.repeat(200_000)])).ok).toBe(false);
    expect((await verifyExport([lines[0]!, `{"head":${'['.repeat(200_000)}`])).firstFault?.what).toBe('line.malformed');
  });

  it('cannot show a log rewritten as a whole: this is what checkpoints are for', async () => {
    const rewritten = sampleExport(sampleChains(6, 4));
    expect((await verifyExport(rewritten)).ok).toBe(true);
  });
});
