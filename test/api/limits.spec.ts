import { letter, measure } from '../support/stored-data.js';
import { Play, problemOf, sha256 } from './play.js';

// Real: everything but the clock. What a sender may say must be what a receiver can take in: limits hold before a message leaves.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url, { bodyLimitBytes: 2_097_152 });
});
afterAll(() => play.close());

const budapest = () => measure({ legalBases: [{ instrument: 'budapest-2001', article: '31', date: '2026-11-03', role: 'primary' }] });

describe('a letter that is too large to cross', () => {
  it('is refused when it is transmitted, and nothing has left', async () => {
    const id = await play.draft({ measures: Array.from({ length: 100 }, () => measure({ procedure: 'ф'.repeat(5_300) })) });
    await play.act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
    expect(await play.refused('KZ central-authority', id, null, 'TRANSMIT')).toMatchObject({ status: 422, code: 'message.too-large' });
  });
});

describe('documents', () => {
  const upload = async (id: string, name: string) => (await play.as('KZ case-officer')).post(`/requests/${id}/attachments?name=${name}&mediaType=text/plain`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('x'));

  it('are as many as one message can name, and no more', async () => {
    const id = await play.draft();
    await upload(id, 'first.txt').then((a) => expect(a.status).toBe(201));
    await play.node.db.asSuperuser(
      `INSERT INTO attachment (state, id, file_id, name, media_type, size, sha256, origin, verified, added_by, added_at)
       SELECT state, gen_random_uuid(), file_id, 'copy ' || n, media_type, size, sha256, origin, verified, added_by, added_at FROM attachment, generate_series(1, 999) n WHERE state = 'KZ' AND file_id = $1`, [id]);
    expect(problemOf(await upload(id, 'last.txt'))).toMatchObject({ status: 409, code: 'attachment.too-many' });
    await play.acts(id, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], ['KZ central-authority', null, 'TRANSMIT']]);
    await play.node.settle();
    expect((await play.view('VN auditor', id)).attachments).toHaveLength(1000);
  });
});

describe('a letter transcribed', () => {
  const scan = Buffer.from('scan');
  beforeAll(async () => {
    await (await play.as('US central-authority')).post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(scan).expect(201);
  });
  const propose = async (patch: object) => {
    const ca = await play.as('US central-authority');
    return ca.post('/transcriptions', {
      counterpart: 'DE', type: 'REQUESTED', measure: null, datedAt: '2026-11-01T00:00:00Z', receivedAt: '2026-11-02T00:00:00Z', channel: 'letter', document: { sha256: sha256(scan) },
      body: { letter: letter(), measures: [budapest()], reference: 'DE-1', profile: {} }, ...patch,
    });
  };

  it('from oneself, or from a State that nobody knows, is refused', async () => {
    for (const counterpart of ['US', 'QQ', 'ZZ']) {
      const found = await play.unchanged(() => propose({ counterpart }));
      expect([counterpart, found.status, found.errors?.[0]?.pointer]).toEqual([counterpart, 422, '/counterpart']);
    }
  });
});
