import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@comity/kernel';
import { seeded } from '../../libs/audit/src/testing/sample-log.js';
import { readPages, rewriteLog } from '../../libs/audit/src/testing/rewrites.js';
import { problemOf, type Body } from '../api/play.js';
import { comity } from '../cli/comity.js';
import { KEY_SECRET } from '../support/node.js';
import { hashOfLeaf, openCheckpoint, openCosignature, rootByPath, rootsByProof } from './independent-verifier.js';
import { DossierCase, verifyBytes, verifyLines } from './dossier-case.js';

// Real: database, rooms, HTTP, the States' own keys, a case played from draft to evidence. Set by hand: the clock.
let one: DossierCase;
let kz: string[];
let vn: string[];
beforeAll(async () => {
  one = await DossierCase.open(import.meta.url);
  kz = await one.export('KZ auditor');
  vn = await one.export('VN central-authority', '?attachments=true&evidence=true');
});
afterAll(() => one.close());

const parsed = (lines: readonly string[], name: string): Body[] => lines.filter((line) => line.startsWith(`{"${name}"`)).map((line) => (JSON.parse(line) as Body)[name]);
const changed = (lines: readonly string[], name: string, change: (value: Body) => void, where: (value: Body) => boolean = () => true): string[] => {
  let done = false;
  return lines.map((line) => {
    if (done || !line.startsWith(`{"${name}"`)) return line;
    const value = JSON.parse(line) as Body;
    if (!where(value[name])) return line;
    done = true;
    change(value[name]);
    return JSON.stringify(value);
  });
};
const without = (lines: readonly string[], which: (line: string) => boolean): string[] => {
  const at = lines.findIndex(which);
  expect(at).toBeGreaterThan(0);
  return [...lines.slice(0, at), ...lines.slice(at + 1)];
};

describe('the dossier of a request', () => {
  it('holds, of either State, with messages of both as they signed them', async () => {
    const keys = [await one.keyOf('KZ'), await one.keyOf('VN')];
    const report = verifyLines(kz, { keys, state: 'KZ' });
    expect(report.firstFault).toBeUndefined();
    expect(report).toMatchObject({ ok: true, state: 'KZ', counterpart: 'VN', requestId: one.id, keysGiven: true, withheld: [], key: keys[0], attachments: { listed: 1, shown: 0 }, packages: 1, files: 0 });
    expect(report.messages.signed['KZ']).toBeGreaterThanOrEqual(2);
    expect(report.messages.signed['VN']).toBeGreaterThanOrEqual(5);
    expect(report.events).toBe(parsed(kz, 'event').length);
    expect(report.log).toMatchObject({ ok: true, state: 'KZ', closed: 0, tree: { keyGiven: true } });
    expect(report.log!.tree!.covered).toBeGreaterThan(5);
    expect(report.witnesses).toMatchObject([{ log: 'KZ', seenBy: 'VN' }, { log: 'VN', seenBy: 'KZ' }]);
    expect(verifyLines(vn)).toMatchObject({ ok: true, state: 'VN', keysGiven: false, packages: 1, files: 2 });
    expect(verifyLines(await one.export('KZ auditor', '?attachments=true'))).toMatchObject({ ok: true, attachments: { listed: 1, shown: 1 }, files: 0 });
  });

  it('is agreed on by the independent verifier: checkpoint, each entry’s place, what the other State saw and cosigned', async () => {
    const [own, other] = [await one.keyOf('KZ'), await one.keyOf('VN')];
    const header = JSON.parse(kz.find((line) => line.startsWith('{"checkpoint"'))!) as Body;
    const head = openCheckpoint(header.checkpoint, own);
    const proved = kz.flatMap((line, n) => (line.startsWith('{"leaf"') && kz[n + 1]!.startsWith('{"inclusion"') ? [[line, kz[n + 1]!] as const] : []));
    expect(proved.length).toBeGreaterThan(5);
    for (const [line, proof] of proved) {
      const entry = Buffer.from(/^\{"leaf":"[0-9a-f]{64}","entry":(.*?)(,"position":\d+)?\}$/.exec(line)![1]!);
      const path = (JSON.parse(proof) as { inclusion: string[] }).inclusion.map((hash) => Buffer.from(hash, 'hex'));
      expect(rootByPath((JSON.parse(line) as { position: number }).position, head.size, hashOfLeaf(entry), path)).toEqual(head.root);
    }
    const [seen] = parsed(kz, 'witness');
    expect(openCosignature(seen.note, other)).toBe(Date.parse(seen.at) / 1000);
    const old = openCheckpoint(seen.note, own);
    expect(rootsByProof(old.size, head.size, seen.proof.map((hash: string) => Buffer.from(hash, 'hex')), old.root).now).toEqual(head.root);
  });

  it('has the same sealed messages in both States', () => {
    const sealed = (lines: string[]) => parsed(lines, 'message').map(({ id, sealed: text, signature }) => [id, text, signature]).sort();
    expect(sealed(kz)).toEqual(sealed(vn));
  });

  it('lists a document that was taken out of the draft, without its bytes, and holds: the log tells of both', async () => {
    const { play } = one;
    const id = await play.draft();
    const officer = await play.as('KZ case-officer');
    const { body } = await officer.post(`/requests/${id}/attachments?name=memo.pdf&mediaType=application/pdf`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('memo')).expect(201);
    await officer.delete(`/requests/${id}/attachments/${body.id}`, { 'if-match': '"2"' }).expect(200);
    await play.acts(id, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], ['KZ central-authority', null, 'TRANSMIT']]);
    await play.node.settle();
    await one.showLogs();
    const lines = await one.export('KZ auditor', '?attachments=true', id);
    expect(verifyLines(lines)).toMatchObject({ ok: true, attachments: { listed: 1, shown: 0 } });
    expect(parsed(lines, 'attachment')).toMatchObject([{ id: body.id, sha256: body.sha256, shown: false }]);
    expect(lines.some((line) => line.includes('attachment.removed'))).toBe(true);
  });

  it('is logged before it goes out, with what was withheld', async () => {
    const [entry] = (await one.play.log('VN', 'dossier.exported')).slice(-1);
    expect(entry).toMatchObject({ subject: `file:${one.id}`, body: { withheld: [], attachments: true, evidence: true } });
  });

  it('is the auditor’s and the central authority’s of the own State; bytes of evidence are the latter’s', async () => {
    for (const who of ['KZ case-officer', 'KZ administrator']) expect((await (await one.play.as(who)).get(`/requests/${one.id}/dossier`)).status).toBe(403);
    expect(problemOf(await (await one.play.as('SG auditor')).get(`/requests/${one.id}/dossier`))).toMatchObject({ status: 404, code: 'request.unknown' });
    expect(problemOf(await (await one.play.as('KZ auditor')).get(`/requests/${one.id}/dossier?evidence=true`)).status).toBe(403);
    for (const query of ['withhold=x', 'withhold=message:1', 'evidence=1x', 'other=1']) expect((await (await one.play.as('KZ auditor')).get(`/requests/${one.id}/dossier?${query}`)).status).toBe(400);
  });
});

describe('a dossier of which parts are withheld', () => {
  it('holds, shows nothing of them, and says so', async () => {
    const [message] = parsed(kz, 'message').filter(({ type }) => type === 'REQUESTED');
    const secret = 'order.pdf';
    for (const part of ['contents', 'messages', 'attachments', 'evidence']) {
      const report = verifyLines(await one.export('KZ auditor', `?withhold=${part}&attachments=true`));
      expect([part, report.firstFault]).toEqual([part, undefined]);
      expect(report).toMatchObject({ ok: true, withheld: expect.arrayContaining([part]) });
    }
    const all = await one.export('KZ auditor', '?withhold=contents,messages,attachments,evidence');
    expect(verifyLines(all)).toMatchObject({ ok: true, log: { opened: 0 }, messages: { signed: {} } });
    expect(kz.join('\n')).toContain(secret);
    expect(all.join('\n')).not.toContain(secret);
    expect(all.join('\n')).not.toContain('image.dd');
    const single = await one.export('KZ auditor', `?withhold=message:${message.id}`);
    expect(verifyLines(single)).toMatchObject({ ok: true, messages: { withheld: 1 }, withheld: [`message:${message.id}`] });
    const act = kz.filter((line) => line.startsWith('{"leaf"')).map((line) => (JSON.parse(line) as Body).entry).find(({ commitments }) => commitments.payload);
    const entry = verifyLines(await one.export('KZ auditor', `?withhold=entry:${act.id}`));
    expect(entry).toMatchObject({ ok: true, log: { closed: 1 } });
  });

  it.each([['evidence', 'image.dd', 'EVIDENCE_TRANSMITTED'], ['attachments', 'order.pdf', 'REQUESTED']])('holds, and names no file of %s anywhere, in either State', async (part, name, carrier) => {
    for (const [who, whole] of [['KZ auditor', kz], ['VN auditor', vn]] as const) {
      expect(whole.join('\n')).toContain(name);
      const lines = await one.export(who, `?withhold=${part}`);
      expect(lines.filter((line) => line.includes(name))).toEqual([]);
      expect(verifyLines(lines)).toMatchObject({ ok: true, messages: { withheld: 1 } });
      const out = parsed(lines, 'message').filter(({ sealed }) => sealed === null);
      expect(out.map(({ type }) => type)).toEqual([carrier]);
      // Which message is out for its documents is named; a manifest's is known by its type.
      expect(JSON.parse(lines[0]!).withheld.includes(`message:${out[0].id}`)).toBe(part === 'attachments');
    }
  });

  it('does not hold when a part is withheld and a message or an entry is left out that names nothing of it', async () => {
    for (const state of ['VN', 'KZ'] as const) {
      const lines = await one.export(`${state} auditor`, '?withhold=evidence,attachments');
      const hidden = changed(lines, 'message', (message) => (message.sealed = null), ({ type }) => type === 'GRANTED');
      expect([state, verifyLines(await one.reseal(hidden, state)).firstFault?.what]).toEqual([state, 'message.missing']);
    }
    const closed = await one.export('VN auditor', '?withhold=contents,evidence,attachments');
    const unnamed = [closed[0]!.replace('"attachments","contents",', '"attachments",'), ...closed.slice(1)];
    expect(unnamed[0]).not.toBe(closed[0]);
    expect(verifyLines(await one.reseal(unnamed, 'VN')).firstFault?.what).toBe('contents.missing');
  });

  it('is refused when it names a message or an entry that the request does not have: it would go out, listed as withheld', async () => {
    const [message] = parsed(kz, 'message');
    const leaves = kz.filter((line) => line.startsWith('{"leaf"')).map((line) => (JSON.parse(line) as Body).entry);
    const mine = leaves.find(({ subject }) => subject.startsWith('file:'));
    const auditor = await one.play.as('KZ auditor');
    // An entry of the other State, one of another subject of the own, and ids mistyped or of the other kind.
    const [others] = vn.filter((line) => line.startsWith('{"leaf"')).map((line) => (JSON.parse(line) as Body).entry);
    const elsewhere = (await one.play.log('KZ')).find(({ subject }) => subject.startsWith('account:'));
    for (const unknown of [`message:${newId()}`, `entry:${newId()}`, `message:${mine.id}`, `entry:${message.id}`, `entry:${others.id}`, `entry:${elsewhere!.id}`]) {
      const problem = await one.play.unchanged(() => auditor.get(`/requests/${one.id}/dossier?withhold=message:${message.id},entry:${mine.id},${unknown}`));
      expect(problem).toMatchObject({ status: 422, code: 'withhold.unknown', detail: expect.stringContaining(unknown), errors: [{ pointer: '/withhold' }] });
    }
    expect((await auditor.get(`/requests/${one.id}/dossier?withhold=message:${message.id}:x`)).status).toBe(400);
  });

  it('does not hold when what was said in acts is left out and not named', async () => {
    const closed = await one.export('KZ auditor', '?withhold=contents');
    expect(verifyLines(closed).ok).toBe(true);
    const hidden = [closed[0]!.replace('"withheld":["contents"]', '"withheld":[]'), ...closed.slice(1)];
    expect(verifyLines(await one.reseal(hidden)).firstFault?.what).toBe('contents.missing');
  });

  it('does not hold when more is left out than it says', async () => {
    const hidden = changed(kz, 'message', (message) => (message.sealed = null));
    expect(verifyLines(await one.reseal(hidden)).firstFault?.what).toBe('message.missing');
  });
});

describe('a dossier that its own State altered and signed anew', () => {
  const attacks: [string, string, (lines: string[]) => string[]][] = [
    ['message.missing', 'a message left out', (lines) => without(lines, (line) => line.startsWith('{"message"') && line.includes('"type":"GRANTED"'))],
    ['message.missing', 'the last message left out', (lines) => without(lines, (line) => line === lines.filter((l) => l.startsWith('{"message"')).at(-1))],
    ['message.repeated', 'a message put in twice', (lines) => lines.flatMap((line) => (line.startsWith('{"message"') && line.includes('"GRANTED"') ? [line, line] : [line]))],
    ['message.hash-differs', 'words of the other State changed', (lines) => changed(lines, 'message', (m) => (m.sealed = m.sealed.replace('"GRANTED"', '"REFUSED"')), (m) => m.type === 'GRANTED')],
    ['message.unsigned', 'a message of the other State made up', (lines) => changed(lines, 'message', (m) => (m.signature = null), (m) => m.type === 'GRANTED')],
    ['message.differs', 'a message of the other State retold as typed from a letter', (lines) => changed(lines, 'message', (m) => Object.assign(m, { signature: null, provenance: 'transcribed' }), (m) => m.type === 'GRANTED')],
    ['message.unsigned', 'a message of one’s own without its signature', (lines) => changed(lines, 'message', (m) => Object.assign(m, { signature: null, provenance: 'transcribed' }), (m) => m.direction === 'sent')],
    ['message.bad-signature', 'a signature taken from another message', (lines) => {
      const other = parsed(lines, 'message').find((m) => m.type === 'ACKNOWLEDGED').signature as string;
      return changed(lines, 'message', (m) => (m.signature = other), (m) => m.type === 'GRANTED');
    }],
    ['message.other', 'a message given another number', (lines) => changed(lines, 'message', (m) => (m.seq += 1))],
    ['event.differs', 'an act given another time', (lines) => changed(lines, 'event', (e) => (e.at = '2026-01-01T00:00:00.000Z'))],
    ['event.differs', 'an act given another rule', (lines) => changed(lines, 'event', (e) => (e.rule = 'UNCC 1'), (e) => e.rule === null)],
    ['event.missing', 'an act left out', (lines) => without(lines, (line) => line.startsWith('{"event"'))],
    ['event.not-in-log', 'an act made up', (lines) => changed(lines, 'event', (e) => (e.seq = 999))],
    ['log.entry.leaf-differs', 'an entry changed', (lines) => lines.map((line) => (line.startsWith('{"leaf"') ? line.replace('"letterState":"transmitted"', '"letterState":"acknowledged"') : line))],
    ['log.chain.gap', 'an entry left out', (lines) => {
      const at = lines.findIndex((line) => line.startsWith('{"leaf"') && line.includes('"event":"TRANSMIT"'));
      const end = lines.findIndex((line, n) => n > at && (line.startsWith('{"leaf"') || line.startsWith('{"head"')));
      return [...lines.slice(0, at), ...lines.slice(end)];
    }],
    ['log.commitment.differs', 'what was said in an act changed', (lines) => changed(lines, 'content', () => undefined).map((line) => (line.startsWith('{"content"') && line.includes('"Court"') ? line.replace('"Court"', '"Nobody"') : line))],
    ['log.inclusion.differs', 'a proof changed', (lines) => changed(lines, 'inclusion', (hashes) => (hashes[0] = '0'.repeat(64)))],
    ['attachment.differs', 'another document put in its place', (lines) => changed(lines, 'attachment', (a) => (a.sha256 = '0'.repeat(64)), (a) => a.origin === 'own')],
    ['attachment.missing', 'a document left out', (lines) => without(lines, (line) => line.startsWith('{"attachment"'))],
    ['manifest.differs', 'the manifest of the evidence changed', (lines) => changed(lines, 'package', (p) => (p.manifest = p.manifest.replace('list.csv', 'lost.csv')))],
    ['witness.inconsistent', 'what the other State saw denied', (lines) => changed(lines, 'witness', (w) => (w.proof = ['00'.repeat(32)]), (w) => w.log === 'KZ')],
    ['checkpoint.not-sound', 'the cosignature taken away', (lines) => changed(lines, 'witness', (w) => (w.note = w.note.split('\n').slice(0, -2).join('\n') + '\n'), (w) => w.log === 'KZ')],
    ['message.missing', 'a message moved behind the timeline', (lines) => {
      const at = lines.findIndex((line) => line.startsWith('{"message"'));
      return [...lines.slice(0, at), ...lines.slice(at + 1, -1), lines[at]!, lines.at(-1)!];
    }],
    ['line.order', 'a key put in behind the timeline', (lines) => [...lines.slice(0, -1), lines.find((line) => line.startsWith('{"key"'))!, lines.at(-1)!]],
    ['log.missing', 'the log left out', (lines) => lines.filter((line) => !/^\{"(leaf|inclusion|content|head|checkpoint|end)"/.test(line))],
  ];

  it.each(attacks)('does not hold, and says %s: %s', async (what, _, attack) => {
    const grown = await ready();
    const lines = await one.reseal(attack([...grown]));
    expect(lines.slice(0, -1)).not.toEqual(grown.slice(0, -1));
    expect(verifyLines(lines).firstFault?.what).toBe(what);
  });

  let exported: string[] | undefined;
  const ready = async (): Promise<string[]> => {
    if (exported) return exported;
    await one.play.view('KZ auditor', one.id);
    await one.showLogs();
    exported = await one.export('KZ auditor');
    expect(verifyLines(exported).ok).toBe(true);
    return exported;
  };

  it('holds when nothing but its last line was made anew (negative control)', async () => {
    expect(verifyLines(await one.reseal(kz)).ok).toBe(true);
  });

  it.each([
    ['attachment.not-in-message', 'replaced', (lines: string[]) => changed(lines, 'attachment', (a) => (a.sha256 = '0'.repeat(64)), (a) => a.origin === 'counterpart')],
    ['attachment.not-in-message', 'given another name', (lines: string[]) => changed(lines, 'attachment', (a) => (a.name = 'Court order.pdf'), (a) => a.origin === 'counterpart')],
    ['attachment.repeated', 'made up', (lines: string[]) => lines.flatMap((line) => (line.startsWith('{"attachment"') && line.includes('"counterpart"') ? [line, line.replace(/"sha256":"\w{8}/, '"sha256":"00000000')] : [line]))],
    ['attachment.missing', 'left out', (lines: string[]) => without(lines, (line) => line.startsWith('{"attachment"') && line.includes('"counterpart"'))],
    ['attachment.differs', 'from nowhere', (lines: string[]) => changed(lines, 'attachment', (a) => (a.origin = 'elsewhere'), (a) => a.origin === 'counterpart')],
  ] as const)('does not hold, and says %s: a document of the other State %s', async (what, _, attack) => {
    const listed = await one.export('VN auditor');
    expect(verifyLines(await one.reseal([...listed], 'VN')).ok).toBe(true);
    expect(verifyLines(await one.reseal(attack([...listed]), 'VN')).firstFault?.what).toBe(what);
  });

  it('does not hold when another than its State signed it', async () => {
    expect(verifyLines(await one.reseal(kz, 'VN')).firstFault?.what).toBe('end.bad-signature');
  });
});

describe('bytes of documents and of evidence', () => {
  it.each([['a byte of them', (line: string) => line.replace(/^\{"bytes":"../, '{"bytes":"BB')], ['a line of them', () => null]])('are found when %s is changed or missing', async (_, change) => {
    const at = vn.findIndex((line) => line.startsWith('{"bytes"'));
    const line = change(vn[at]!);
    const lines = [...vn.slice(0, at), ...(line === null ? [] : [line]), ...vn.slice(at + 1)];
    expect(verifyLines(await one.reseal(lines, 'VN')).firstFault?.what).toBe('bytes.differ');
  });

  it('are found when a file is left out', async () => {
    const at = vn.findIndex((line) => line.startsWith('{"file"'));
    expect(verifyLines(await one.reseal(vn.slice(0, at).concat(vn.at(-1)!), 'VN')).firstFault?.what).toBe('file.missing');
  });
});

describe('a flipped byte', () => {
  it('is found wherever it is, 100 of 100', () => {
    const random = seeded(20270301);
    let found = 0;
    for (let n = 0; n < 100; n += 1) {
      const bytes = Buffer.from(`${vn.join('\n')}\n`);
      bytes[random(bytes.length)]! ^= 1 + random(255);
      if (!verifyBytes(bytes).ok) found += 1;
    }
    expect(found).toBe(100);
  });
});

describe('comity verify', () => {
  it('recognises a dossier, and answers that it holds or the first thing that does not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'comity-dossier-'));
    try {
      const path = join(folder, 'dossier.jsonl');
      await writeFile(path, `${kz.join('\n')}\n`);
      const [kzKey, vnKey] = [await one.keyOf('KZ'), await one.keyOf('VN')];
      expect(await comity(['verify', path, '--key', kzKey, '--key', vnKey, '--json'])).toMatchObject({ status: 0, json: { ok: true, kind: 'dossier', keysGiven: true } });
      const { stdout } = await comity(['verify', path]);
      expect(stdout).toMatch(/^holds {4}dossier of request/);
      expect(stdout).toContain('witness  VN saw the log of KZ at');
      expect(await comity(['verify', path, '--state', 'VN'])).toMatchObject({ status: 1 });
      await writeFile(path, `${without(kz, (line) => line.startsWith('{"event"')).join('\n')}\n`);
      expect((await comity(['verify', path])).stdout).toMatch(/FAULT[^]*line \d+: event\.missing: the log tells of event/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('comity dossier', () => {
  it('writes the dossier to a new file as an act of the node, and says what it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'comity-dossier-'));
    try {
      const { db } = one.play.node;
      const env = { DATABASE_URL: db.loginUrl, DATABASE_MIGRATION_URL: db.ownerUrl, COMITY_DATA_DIR: folder, COMITY_KEY_SECRET: KEY_SECRET };
      const path = join(folder, 'dossier.jsonl');
      const made = await comity(['dossier', 'KZ', one.id, path, '--withhold', 'contents', '--withhold', 'evidence', '--json'], env);
      expect([made.stderr, made.status, made.json]).toEqual(['', 0, { ok: true, state: 'KZ', requestId: one.id, path }]);
      expect(await comity(['verify', path, '--json'])).toMatchObject({ status: 0, json: { ok: true, withheld: ['contents', 'evidence'], log: { opened: 0 } } });
      expect((await one.play.log('KZ', 'dossier.exported')).at(-1)).toMatchObject({ actor: { kind: 'node' }, body: { withheld: ['contents', 'evidence'] } });
      expect((await comity(['dossier', 'KZ', one.id, path], env)).stderr).toContain('is there already');
      for (const [args, code] of [[['KZ', newId()], 'request.unknown'], [['SG', one.id], 'request.unknown'], [['KZ', one.id, '--withhold', 'x'], 'withhold.malformed']] as const) {
        const [state, request, ...more] = args;
        expect(await comity(['dossier', state, request, join(folder, 'other'), ...more, '--json'], env)).toMatchObject({ status: 1, json: { error: { code } } });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a dossier exported after the State rewrote its log', () => {
  it('does not hold: the other State saw another log', async () => {
    const { db } = one.play.node;
    const pages = await readPages(db, 'KZ');
    await rewriteLog(db, 'KZ', pages.map((page) => (page.type === 'request.transmitted' ? { ...page, at: '2026-01-01T00:00:00.000Z' } : page)));
    await db.asSuperuser(`SET session_replication_role = replica; UPDATE file_event SET at = '2026-01-01T00:00:00Z' WHERE state = 'KZ' AND type = 'TRANSMIT'`);
    await one.showLogs();
    expect(verifyLines(await one.export('KZ auditor')).firstFault?.what).toBe('witness.inconsistent');
  });
});
