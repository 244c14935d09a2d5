import { canonicalJson, sha256Hex } from '@comity/kernel';
import { signDetached } from '../../libs/exchange/src/jws.js';
import type { Body } from '../api/play.js';
import { altered, DossierCase, parsed, verifyLines } from './dossier-case.js';

// Real: database, rooms, HTTP, the States' own keys, a case played from draft to evidence. The forger is the exporting
// State, with its own key; the verifier has the keys of both.
let one: DossierCase;
let keys: string[];
const made: Record<string, string[]> = {};
const OLD = '2001-01-01T00:00:00.000Z';

beforeAll(async () => {
  one = await DossierCase.open(import.meta.url);
  keys = [await one.keyOf('KZ'), await one.keyOf('VN')];
  made['KZ'] = await one.export('KZ central-authority', '?attachments=true&evidence=true');
  made['VN'] = await one.export('VN central-authority', '?attachments=true&evidence=true');
  made['KZ unnamed'] = await one.export('KZ central-authority', '?withhold=attachments');
});
afterAll(() => one.close());

const verify = async (which: string, change: (lines: string[]) => string[]) => verifyLines(await one.reseal(change(made[which]!), which.slice(0, 2)), { keys });
const faultOf = async (which: string, change: (lines: string[]) => string[]) => (await verify(which, change)).firstFault?.what;
const sent = (m: Body): boolean => m.direction === 'sent';
const any = (): boolean => true;

it('holds where nothing but the last line was made anew (negative control), every signature in its key’s period', async () => {
  for (const which of Object.keys(made)) {
    const report = await verify(which, (lines) => lines);
    expect([which, report.firstFault]).toEqual([which, undefined]);
    expect(report).toMatchObject({ outOfPeriod: 0 });
  }
});

it('a message of one’s own, said anew and signed anew, is not the one that the log says was sent; nor may its hash be another where it is withheld', async () => {
  const key = await one.privateKeyOf('KZ');
  const anew = (m: Body): Body => {
    const envelope = JSON.parse(m.sealed) as Body;
    const sealed = canonicalJson({ ...envelope, body: { ...envelope.body, letter: { ...envelope.body.letter, facts: 'Said afterwards' } } });
    const hash = sha256Hex(Buffer.from(sealed));
    return { ...m, sealed, sha256: hash, signature: signDetached(Buffer.from(sealed), key), receipt: { ...m.receipt, sha256: hash } };
  };
  expect(await faultOf('KZ', (lines) => altered(lines, 'message', anew, (m) => sent(m) && m.type === 'REQUESTED'))).toBe('message.differs');
  made['KZ unsaid'] = await one.export('KZ central-authority', '?withhold=messages,contents');
  expect(await faultOf('KZ unsaid', (lines) => lines)).toBeUndefined();
  expect(await faultOf('KZ unsaid', (lines) => altered(lines, 'message', (m) => ({ ...m, sha256: '0'.repeat(64) }), sent))).toBe('message.differs');
});

describe('a member that the log or a message has as well is held to it', () => {
  it.each<[string, string, string, string, (value: Body) => Body, (value: Body) => boolean]>([
    ['attachment.differs', 'when an own document was added', 'KZ', 'attachment', (a) => ({ ...a, addedAt: OLD }), any],
    ['attachment.differs', 'the name of an own document', 'KZ', 'attachment', (a) => ({ ...a, name: 'confession.pdf' }), any],
    ['attachment.differs', 'the media type of an own document', 'KZ', 'attachment', (a) => ({ ...a, mediaType: 'text/plain' }), any],
    ['attachment.not-in-message', 'when a document of the other State came', 'VN', 'attachment', (a) => ({ ...a, addedAt: OLD }), any],
    ['attachment.name-missing', 'a name, where none is withheld', 'VN', 'attachment', (a) => ({ ...a, name: null }), any],
    ['message.differs', 'when a message was sealed', 'KZ', 'message', (m) => ({ ...m, at: OLD }), sent],
    ['receipt.differs', 'what a receipt is for', 'KZ', 'message', (m) => ({ ...m, receipt: { ...m.receipt, sha256: '0'.repeat(64) } }), sent],
    ['receipt.differs', 'which message a receipt is for', 'KZ', 'message', (m) => ({ ...m, receipt: { ...m.receipt, messageId: null } }), sent],
  ])('%s: %s', async (what, _, which, kind, change, where) => {
    expect(await faultOf(which, (lines) => altered(lines, kind, change, where))).toBe(what);
  });

  it('header.side-differs: which side the State is', async () => {
    for (const [which, side] of [['KZ', 'requested'], ['VN', 'requesting']] as const) {
      expect(await faultOf(which, (lines) => lines.with(0, canonicalJson({ ...JSON.parse(lines[0]!), side })))).toBe('header.side-differs');
    }
  });
});

describe('what nothing compares is said in words', () => {
  it('signatures outside the period that is given for their key', async () => {
    const report = await verify('KZ', (lines) => altered(lines, 'key', (key) => ({ ...key, validFrom: OLD, validTo: OLD }), (key) => key.state === 'VN'));
    expect(report).toMatchObject({ ok: true, outOfPeriod: parsed(made['KZ']!, 'message').filter((m) => !sent(m)).length });
    expect(report.notes.join('\n')).toMatch(/^\d+ signatures were made outside the period/m);
  });

  it('the members that are the exporter’s word alone, and names of documents that no message shows', async () => {
    expect((await verify('KZ', (lines) => lines)).notes.join('\n')).toMatch(/^held by nothing but the word of KZ: references/m);
    expect((await verify('KZ', (lines) => lines)).notes.join('\n')).not.toMatch(/^names and media types/m);
    expect((await verify('KZ unnamed', (lines) => lines)).notes.join('\n')).toMatch(/^names and media types of 1 documents of KZ are held by nothing/m);
  });
});

describe('bytes that the log says were exported', () => {
  const bytes = (line: string): boolean => /^\{"(file|bytes)"/.test(line);
  const first = (lines: readonly string[], kind: string): number => lines.findIndex((line) => line.startsWith(`{"${kind}"`));

  it('are there, of an own document', async () => {
    const without = (lines: string[]) => altered(lines, 'attachment', (a) => ({ ...a, shown: false })).filter((line, n) => !bytes(line) || n > first(lines, 'package'));
    expect(await faultOf('KZ', without)).toBe('attachment.bytes-missing');
  });

  it('are there, of every file of a package that was sealed here: not of none, nor of all but one', async () => {
    const none = (lines: string[]) => altered(lines, 'package', (p) => ({ ...p, shown: [] })).filter((line, n) => !bytes(line) || n < first(lines, 'package'));
    const one = (lines: string[]) => altered(lines, 'package', (p) => ({ ...p, shown: [2] })).filter((line, n) => !bytes(line) || n < first(lines, 'package') || n >= lines.indexOf('{"file":{"number":2}}'));
    for (const change of [none, one]) expect(await faultOf('VN', change)).toBe('file.bytes-missing');
  });

  it('and are not there, of the other State: are counted and said, since nothing tells whether they came', async () => {
    const report = await verify('VN', (lines) => lines);
    expect(parsed(made['VN']!, 'attachment')).toMatchObject([{ origin: 'counterpart', shown: false }]);
    expect(report).toMatchObject({ ok: true, notShown: { documents: 1, files: 0 } });
    expect(report.notes.join('\n')).toMatch(/^1 documents and 0 files of evidence are not shown/m);
    expect(await verify('KZ unnamed', (lines) => lines)).toMatchObject({ notShown: { documents: 0, files: 0 } });
  });
});
