import { RetentionController } from '../../apps/api/src/retention/retention.controller.js';
import type { Body } from '../api/play.js';
import { DossierCase, verifyLines } from './dossier-case.js';

// Real: database, rooms, HTTP, the States' own keys, a case played from draft to evidence, then erased by two persons.
const ALL = '?attachments=true&evidence=true';
const SECRET = ['Court', 'image.dd', 'order.pdf', 'warrant.pdf'];
let one: DossierCase;
const made: Record<'before' | 'half' | 'after', string[]> = { before: [], half: [], after: [] };

const parsed = (lines: readonly string[], name: string): Body[] => lines.filter((line) => line.startsWith(`{"${name}"`)).map((line) => (JSON.parse(line) as Body)[name]);
/** The first line of a name that `where` selects, changed; members stay in canonical order. */
function changed(lines: readonly string[], name: string, change: (value: Body) => Body, where: (value: Body) => boolean = () => true): string[] {
  const at = lines.findIndex((line) => line.startsWith(`{"${name}"`) && where((JSON.parse(line) as Body)[name]));
  expect(at).toBeGreaterThan(0);
  const value = change((JSON.parse(lines[at]!) as Body)[name]) as Record<string, unknown>;
  const sorted = Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return [...lines.slice(0, at), JSON.stringify({ [name]: sorted }), ...lines.slice(at + 1)];
}
const verdict = async (lines: string[]) => verifyLines(await one.reseal(lines, 'VN')).firstFault?.what;
const exported = async (): Promise<string[]> => { await one.showLogs(); return one.export('VN central-authority', ALL); };

async function erase(kinds: string[]): Promise<void> {
  const { body } = await (await one.play.as('VN central-authority')).post('/retention/erasures', { requests: [one.id], kinds }).expect(201);
  await (await one.play.as('VN central-authority-2')).post(`/retention/erasures/${body.id}/confirm`).expect(200);
}

beforeAll(async () => {
  one = await DossierCase.open(import.meta.url, [RetentionController]);
  const { play, id } = one;
  await (await play.as('VN central-authority')).post(`/requests/${id}/attachments?name=warrant.pdf&mediaType=application/pdf`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.alloc(60_000, 'warrant ')).expect(201);
  await play.act('KZ central-authority', id, null, 'CLOSE');
  await play.node.settle();
  for (const kind of ['letter', 'correspondence', 'attachments', 'evidence', 'log']) await (await play.as('VN administrator')).post('/retention/periods', { kind, days: 30, reason: 'Archives act' }).expect(201);
  made.before = await exported();
  play.node.clock.advanceDays(31);
  await erase(['correspondence', 'attachments']);
  made.half = await exported();
  await erase(['letter', 'evidence', 'log']);
  made.after = await exported();
});
afterAll(() => one.close());

describe('a dossier made before an erasure', () => {
  it('still holds after it, with all that it shows', () => {
    const report = verifyLines(made.before);
    expect(report.firstFault).toBeUndefined();
    expect(report).toMatchObject({ ok: true, state: 'VN', erased: [], messages: { erased: 0 }, attachments: { listed: 2, shown: 1 }, packages: 1, files: 2, log: { closed: 0 } });
    for (const word of SECRET) expect(made.before.join('\n')).toContain(word);
  });
});

describe('a dossier made after an erasure', () => {
  it('holds, says what was erased and by which entry, and shows nothing of it', async () => {
    const report = verifyLines(made.after, { keys: [await one.keyOf('KZ'), await one.keyOf('VN')], state: 'VN' });
    expect(report.firstFault).toBeUndefined();
    expect(report).toMatchObject({ ok: true, keysGiven: true, withheld: [], attachments: { listed: 2, shown: 0 }, packages: 1, files: 0 });
    expect(report.messages).toEqual({ signed: {}, transcribed: 0, withheld: 0, erased: parsed(made.before, 'message').length });
    expect(report.events).toBe(parsed(made.before, 'event').length);
    expect(report.log!.opened).toBe(0);
    expect(report.log!.closed).toBeGreaterThan(5);
    const entries = await one.play.log('VN', 'content.erased');
    expect(report.erased.map(({ kind, entryId }) => [kind, entryId]).sort()).toEqual(entries.flatMap((e) => Object.keys(e.body.contents as object).map((kind) => [kind, e.id])).sort());
    expect(new Set(report.erased.map(({ kind }) => kind))).toEqual(new Set(['letter', 'correspondence', 'attachments', 'evidence', 'log']));
    for (const word of SECRET) expect(made.after.join('\n')).not.toContain(word);
  });

  it('holds where only some kinds were erased, and still shows the others', () => {
    const report = verifyLines(made.half);
    expect(report.firstFault).toBeUndefined();
    expect(report).toMatchObject({ ok: true, attachments: { listed: 2, shown: 0 }, files: 2, log: { closed: 0 } });
    expect(report.erased.map(({ kind }) => kind).sort()).toEqual(['attachments', 'correspondence']);
    expect(made.half.join('\n')).toContain('image.dd');
  });

  it('keeps every hash, so that a dossier made before shows what was erased', () => {
    const hashes = (lines: string[]) => [
      parsed(lines, 'message').map(({ id, sha256, signature }) => [id, sha256, signature]), parsed(lines, 'attachment').map(({ id, sha256, size }) => [id, sha256, size]), parsed(lines, 'package').map(({ id, manifestSha256 }) => [id, manifestSha256]),
    ];
    expect(hashes(made.after)).toEqual(hashes(made.before));
  });

  it('leaves the other State’s dossier whole', async () => {
    expect(verifyLines(await one.export('KZ auditor'))).toMatchObject({ ok: true, erased: [], messages: { erased: 0 }, log: { closed: 0 } });
  });
});

describe('a dossier that says erased of what no entry erased', () => {
  it('holds when nothing but its last line was made anew (negative control)', async () => {
    for (const lines of Object.values(made)) expect(await verdict(lines)).toBeUndefined();
  });

  it.each<[string, string, keyof typeof made, string, (value: Body) => Body]>([
    ['erasure.not-in-log', 'a message hidden', 'before', 'message', (m) => ({ ...m, sealed: null, erased: true })],
    ['erasure.not-in-log', 'a document hidden', 'before', 'attachment', (a) => ({ ...a, name: null, shown: false, erased: true })],
    ['erasure.not-in-log', 'a manifest hidden', 'half', 'package', (p) => ({ ...p, manifest: null, shown: [], erased: true })],
    ['manifest.missing', 'a manifest left out without a word', 'half', 'package', (p) => ({ ...p, manifest: null, shown: [] })],
    ['message.missing', 'a message erased without its mark', 'after', 'message', ({ erased: _, ...m }) => m],
    ['manifest.missing', 'a manifest erased without its mark', 'after', 'package', ({ erased: _, ...p }) => p],
  ])('does not hold: %s, %s', async (what, _, which, name, change) => {
    expect(await verdict(changed(made[which], name, change))).toBe(what);
  });

  it('does not hold when a message written after the erasure is hidden by it', async () => {
    await one.play.act('VN central-authority', one.id, null, 'SEND_CORRESPONDENCE', { subject: 'Our archive', text: 'Erased as the law says.' });
    await one.play.node.settle();
    const lines = await exported();
    expect(verifyLines(lines)).toMatchObject({ ok: true, messages: { signed: { VN: 1 } } });
    expect(await verdict(changed(lines, 'message', (m) => ({ ...m, sealed: null, erased: true }), (m) => m.sealed !== null))).toBe('erasure.not-in-log');
  });
});
