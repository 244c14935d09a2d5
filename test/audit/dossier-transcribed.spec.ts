import { canonicalJson, sha256Hex } from '@comity/kernel';
import { profile } from '@comity/treaty';
import { AuditApiModule } from '../../apps/api/src/audit/audit-api.module.js';
import { DossierController } from '../../apps/api/src/audit/dossier.controller.js';
import { letter, measure } from '../support/stored-data.js';
import { bytesOf, CASE_CONTROLLERS, Play, problemOf, type Body } from '../api/play.js';
import { altered, parsed, verifyLines } from './dossier-case.js';

// Real: everything but the clock. DE keeps no files here: its letters came on paper, and two officials transcribed each.
let play: Play;
let lines: string[];

async function transcribe(type: string, no: number | null, body: object, requestId?: string): Promise<Body> {
  const clerk = await play.as('US central-authority');
  const scan = await clerk.post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from(`scan of ${type}`)).expect(201);
  const proposed = await clerk.post('/transcriptions', {
    ...(requestId && { requestId }), counterpart: 'DE', type, measure: no, body, datedAt: '2026-11-03T08:00:00Z', receivedAt: '2026-11-03T09:00:00Z', channel: 'diplomatic', document: { sha256: scan.body.sha256 },
  });
  expect([type, proposed.status, proposed.status === 201 ? '' : problemOf(proposed)]).toEqual([type, 201, '']);
  return (await (await play.as('US central-authority-2')).post(`/transcriptions/${proposed.body.id}/confirm`).expect(200)).body;
}

beforeAll(async () => {
  play = await Play.open(import.meta.url, { controllers: [...CASE_CONTROLLERS, DossierController] }, [AuditApiModule]);
  const measures = [measure({ legalBases: [{ instrument: 'budapest-2001', article: '31', date: '2026-11-03', role: 'primary' }] })];
  const files = [{ id: '019a1c00-0000-7000-8000-000000000001', name: 'order.pdf', mediaType: 'application/pdf', size: 9, sha256: sha256Hex(Buffer.from('the order')) }];
  const { requestId } = await transcribe('REQUESTED', null, { letter: letter({ language: 'de' }), measures, reference: 'DE 1', profile: { 'budapest-2001': profile('budapest-2001').version }, files });
  await play.act('US central-authority', requestId, null, 'ACKNOWLEDGE');
  await transcribe('CORRESPONDENCE', null, { subject: 'Our letter', text: 'We wait.' }, requestId);
  await play.node.settle();
  const { body } = await bytesOf((await play.as('US central-authority')).get(`/requests/${requestId}/dossier`).expect(200));
  lines = (body as Buffer).toString('utf8').trimEnd().split('\n');
});
afterAll(() => play.close());

it('a dossier with messages typed from letters holds, each by the entry of the second person who confirmed it', () => {
  const report = verifyLines(lines);
  expect(report.firstFault).toBeUndefined();
  expect(report).toMatchObject({ ok: true, messages: { transcribed: 2, signed: { US: 1 } }, attachments: { listed: 1, shown: 0, unheld: 0 } });
});

it.each<[string, string, (m: Body) => Body]>([
  ['message.unconfirmed', 'of another transcription', (m) => ({ ...m, transcriptionId: m.id })],
  ['message.unsigned', 'said to have come over the network', (m) => ({ ...m, provenance: 'exchange' })],
  ['message.differs', 'that says something else', (m) => {
    const sealed = canonicalJson({ ...JSON.parse(m.sealed), body: { ...JSON.parse(m.sealed).body, text: 'We withdraw.' } });
    return { ...m, sealed, sha256: sha256Hex(Buffer.from(sealed)) };
  }],
])('one with a typed message %s, %s, does not hold', (what, _, change) => {
  expect(parsed(lines, 'message').filter((m) => m.type === 'CORRESPONDENCE')).toHaveLength(1);
  expect(verifyLines(altered(lines, 'message', change, (m) => m.type === 'CORRESPONDENCE')).firstFault?.what).toBe(what);
});
