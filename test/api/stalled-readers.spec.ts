import { request as httpRequest, type IncomingMessage } from 'node:http';
import { STREAMS_OF_READER } from '@comity/database';
import { AuditApiModule } from '../../apps/api/src/audit/audit-api.module.js';
import { DossierController } from '../../apps/api/src/audit/dossier.controller.js';
import { QuestionsApiModule } from '../../apps/api/src/audit/questions/questions-api.module.js';
import { CASE_CONTROLLERS, Play, problemOf } from './play.js';

// Real: everything but the clock. Readers who open exports and do not read them; the pool has 10 connections.
let play: Play;
let id: string;
beforeAll(async () => {
  play = await Play.open(import.meta.url, { controllers: [...CASE_CONTROLLERS, DossierController] }, [AuditApiModule, QuestionsApiModule]);
  id = await play.draft();
  // More than the sockets of both sides keep, so that the node waits for its reader.
  await (await play.as('KZ case-officer')).post(`/requests/${id}/attachments?name=order.pdf&mediaType=application/pdf`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.alloc(24_000_000, 'order ')).expect(201);
});
afterAll(() => play.close());

/** Begins a dossier and reads no more than its headers. */
async function stalled(who: string): Promise<IncomingMessage> {
  const { token } = await play.as(who);
  return new Promise((resolve, reject) => {
    httpRequest(`${play.http.url}/api/v1/requests/${id}/dossier?attachments=true`, { agent: false, headers: { authorization: `Bearer ${token}` } }, (answer) => resolve(answer.pause())).once('error', reject).end();
  });
}
const exported = async (who: string) => (await play.log(who.slice(0, 2), 'dossier.exported')).length;

describe('exports that nobody reads', () => {
  it('are held open a few times by one account, whatever is exported, and leave the node at work', async () => {
    const held = [];
    for (let n = 0; n < STREAMS_OF_READER; n++) held.push(await stalled('KZ auditor'));
    expect(held.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    const before = await exported('KZ');
    const auditor = await play.as('KZ auditor');
    const acts = `/audit/questions/official-acts?account=${(await play.node.official('KZ', 'auditor')).accountId}`;
    for (const [path, accept] of [[`/requests/${id}/dossier`, 'application/jsonl'], ['/audit/export', 'application/jsonl'], [acts, 'text/csv']] as const) {
      const answer = await auditor.get(path).set('accept', accept);
      expect([path, problemOf(answer).code, answer.status, answer.headers['retry-after']]).toEqual([path, 'download.too-many', 429, '15']);
    }
    // What was refused was no reading.
    expect(await exported('KZ')).toBe(before);
    await auditor.get('/audit/entries').expect(200);

    // A quarter of the pool: one more for everybody else.
    const other = await stalled('KZ central-authority');
    expect(other.statusCode).toBe(200);
    expect(problemOf(await (await play.as('VN auditor')).get('/audit/export'))).toMatchObject({ status: 429, code: 'download.too-many' });
    await (await play.as('VN auditor')).get('/audit/entries').expect(200);

    for (const answer of [...held, other]) answer.destroy();
    let again = await auditor.get('/audit/export');
    // The server learns of a closed connection a moment later.
    for (let n = 0; n < 100 && again.status !== 200; n++) again = await auditor.get('/audit/export');
    expect(again.status).toBe(200);
    for (let n = 0; n < 5; n++) await auditor.get(acts).set('accept', 'text/csv').expect(200);
  });
});
