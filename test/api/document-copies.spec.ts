import { BLOB_STORE, type BlobStore } from '@comity/evidence';
import { AttachmentsService } from '@comity/requests';
import { AttachmentCopies } from '../../apps/worker/src/attachment-copies.js';
import { Letters } from './letters.js';
import { Play, problemOf, sha256 } from './play.js';

// Real: everything but the clock. DE keeps no files here. Documents that are lost are planted as rows without bytes.
let play: Play;
let letters: Letters;
let copies: AttachmentCopies;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
  letters = new Letters(play);
  const { app, db } = play.node;
  copies = new AttachmentCopies(db.dataSource, app.get(AttachmentsService, { strict: false }), app.get<BlobStore>(BLOB_STORE, { strict: false }));
});
afterAll(() => play.close());

const BATCH = 50;
const named = (name: string) => ({ name, mediaType: 'application/pdf', size: 7, sha256: sha256(Buffer.from(name)) });

describe('documents of the other State', () => {
  it('named in a letter on paper are shown as on paper; nobody waits for their bytes, and the worker does not look for them', async () => {
    const id = await letters.toGermany();
    await letters.transcribed(id, 'CORRESPONDENCE', null, { subject: 'Documents', text: 'Enclosed', files: [named('order.pdf')] });
    const [attachment] = (await play.view('US auditor', id)).attachments;
    expect(attachment).toMatchObject({ name: 'order.pdf', origin: 'counterpart', verified: false, onPaper: true });
    const read = await (await play.as('US central-authority')).get(`/requests/${id}/attachments/${attachment.id}`);
    expect(problemOf(read)).toMatchObject({ status: 409, code: 'attachment.on-paper' });
    expect(await copies.copyPending('US', BATCH)).toBe(0);
  });

  it('that are lost for good hold up none that can be copied, however many they are', async () => {
    const id = await play.draft();
    const bytes = Buffer.from('UTC+07:00');
    await (await play.as('KZ case-officer')).post(`/requests/${id}/attachments?name=zone.pdf&mediaType=application/pdf`, undefined, { 'content-type': 'application/octet-stream' }).send(bytes).expect(201);
    await play.acts(id, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], ['KZ central-authority', null, 'TRANSMIT']]);
    await play.node.settle();
    await play.node.db.asSuperuser(
      `INSERT INTO attachment (state, id, file_id, name, media_type, size, sha256, origin, verified, added_at)
       SELECT state, gen_random_uuid(), file_id, 'lost ' || n, media_type, size, repeat('0', 64), origin, verified, added_at - interval '1 day' FROM attachment, generate_series(1, $2) n
       WHERE state = 'VN' AND file_id = $1`, [id, BATCH]);
    const zone = async () => (await play.view('VN auditor', id)).attachments.find((a: { name: string }) => a.name === 'zone.pdf');
    expect(await zone()).toMatchObject({ verified: false, onPaper: false });
    // The worker is told each time, so that an operator hears of it.
    await expect(copies.copyPending('VN', BATCH)).rejects.toThrow('documents not copied');
    await expect(copies.copyPending('VN', BATCH)).rejects.toThrow('documents not copied');
    expect(await zone()).toMatchObject({ sha256: sha256(bytes), verified: true });
  });
});
