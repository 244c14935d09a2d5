import type { Response } from 'supertest';
import { deskLetter, preservation } from '../support/network.js';
import { Play, problemOf, type Body } from './play.js';

// Real: everything but the clock. Documents of a letter that KZ still drafts for VN.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const OFFICER = 'KZ case-officer';
const CENTRAL = 'KZ central-authority';
const attach = async (who: string, id: string, name: string): Promise<Response> =>
  (await play.as(who)).post(`/requests/${id}/attachments?name=${name}&mediaType=application/pdf`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from(`bytes of ${name}`));
const names = async (who: string, id: string): Promise<string[]> => ((await play.view(who, id)).attachments as Body[]).map((a) => a.name);

describe('a document added to a draft', () => {
  it('practice:four-eyes: makes whoever added it one of its drafters, who does not transmit it', async () => {
    const id = await play.draft();
    await attach(CENTRAL, id, 'order.pdf').then((answer) => expect(answer.status).toBe(201));
    await play.act(OFFICER, id, null, 'SUBMIT_FOR_REVIEW');
    expect(await play.refused(CENTRAL, id, null, 'TRANSMIT')).toMatchObject({ errors: [{ code: 'four-eyes.same-person' }] });
  });

  it('makes a new version, which the answer names: who read the one before submits it no more', async () => {
    const id = await play.draft();
    const seen = await play.etag(OFFICER, id);
    const added = await attach(CENTRAL, id, 'order.pdf');
    expect([seen, added.headers['etag'], await play.etag(OFFICER, id)]).toEqual(['"1"', '"2"', '"2"']);
    expect(problemOf(await play.fire(OFFICER, id, null, 'SUBMIT_FOR_REVIEW', {}, { 'if-match': seen }))).toMatchObject({ status: 412, code: 'version.stale' });
    expect((await play.fire(OFFICER, id, null, 'SUBMIT_FOR_REVIEW', {}, { 'if-match': added.headers['etag']! })).status).toBe(200);
    expect((await play.log('KZ', 'attachment.added')).at(-1)).toMatchObject({ subject: `file:${id}`, body: { attachmentId: added.body.id, version: 2 } });
  });

  it('is no part of the letter once it was transmitted: its version stays', async () => {
    const id = await play.transmitted();
    const seen = await play.etag(OFFICER, id);
    expect((await attach(OFFICER, id, 'zone.pdf')).headers['etag']).toBe(seen);
    expect(await play.etag(OFFICER, id)).toBe(seen);
  });
});

describe('who may add a document', () => {
  const PRESERVATION = { letter: deskLetter(), measures: [preservation()] };

  it('to a draft is who may write it: not the competent authority, and the 24/7 desk only where it may draft the measures', async () => {
    const id = await play.draft();
    expect(problemOf(await attach('KZ competent-authority', id, 'x.pdf'))).toMatchObject({ status: 403, code: 'permission.lacking' });
    expect((await play.log('KZ', 'permission.refused')).at(-1)).toMatchObject({ body: { act: 'attachment.write', requestId: id } });
    expect(problemOf(await attach('KZ point-of-contact', id, 'y.pdf'))).toMatchObject({ status: 403, code: 'duty.not-this-form' });
    expect(await names(OFFICER, id)).toEqual([]);
    const ofTheDesk = await play.draft(PRESERVATION, 'KZ point-of-contact');
    expect((await attach('KZ point-of-contact', ofTheDesk, 'y.pdf')).status).toBe(201);
  });

  it('to a letter that is under way is everybody who deals with the case, as before', async () => {
    const id = await play.transmitted();
    for (const who of ['KZ competent-authority', 'VN competent-authority', 'VN point-of-contact']) expect([who, (await attach(who, id, 'x.pdf')).status]).toEqual([who, 201]);
  });
});
