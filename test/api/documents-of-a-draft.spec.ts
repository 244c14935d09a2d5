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
const takeOut = async (who: string, id: string, attachmentId: string, ifMatch?: string): Promise<Response> =>
  (await play.as(who)).delete(`/requests/${id}/attachments/${attachmentId}`, { 'if-match': ifMatch ?? (await play.etag(who, id)) });
const names = async (who: string, id: string): Promise<string[]> => ((await play.view(who, id)).attachments as Body[]).map((a) => a.name);
const send = async (id: string): Promise<void> => {
  await play.acts(id, [[OFFICER, null, 'SUBMIT_FOR_REVIEW'], [CENTRAL, null, 'TRANSMIT']]);
  await play.node.settle();
};

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

describe('a document attached by mistake', () => {
  it('is taken out of the draft, and what is transmitted does not enclose it; the log tells of both', async () => {
    const id = await play.draft();
    const memo = (await attach(OFFICER, id, 'internal-memo.pdf')).body;
    await attach(OFFICER, id, 'order.pdf');
    const removed = await takeOut(OFFICER, id, memo.id);
    expect([removed.status, removed.body, removed.headers['etag']]).toEqual([200, { id, version: 4, ownReference: expect.any(String), overall: 'draft' }, '"4"']);
    expect([await names(OFFICER, id), await play.etag(OFFICER, id)]).toEqual([['order.pdf'], '"4"']);
    expect(problemOf(await (await play.as(OFFICER)).get(`/requests/${id}/attachments/${memo.id}`))).toMatchObject({ status: 404, code: 'attachment.unknown' });
    await send(id);
    expect(await names('VN central-authority', id)).toEqual(['order.pdf']);
    const body = { attachmentId: memo.id, sha256: memo.sha256 };
    expect((await play.log('KZ')).filter((e) => e.subject === `file:${id}` && e.body.attachmentId === memo.id)).toMatchObject([{ type: 'attachment.added', body }, { type: 'attachment.removed', body: { ...body, version: 4 } }]);
  });

  it('practice:four-eyes: whoever takes one out is a drafter, too', async () => {
    const id = await play.draft();
    const { body } = await attach(OFFICER, id, 'order.pdf');
    expect((await takeOut(CENTRAL, id, body.id)).status).toBe(200);
    await play.act(OFFICER, id, null, 'SUBMIT_FOR_REVIEW');
    expect(await play.refused(CENTRAL, id, null, 'TRANSMIT')).toMatchObject({ errors: [{ code: 'four-eyes.same-person' }] });
  });

  it('is taken out by who may write the draft, on the version they read, once, and not under review or later', async () => {
    const id = await play.draft();
    const { body } = await attach(OFFICER, id, 'order.pdf');
    const refused = async (who: string, ifMatch?: string) => {
      const etag = ifMatch ?? (await play.etag(who, id));
      const { status, code } = await play.unchanged(() => takeOut(who, id, body.id, etag));
      return [status, code];
    };
    expect(await refused('KZ competent-authority')).toEqual([403, 'permission.lacking']);
    expect(await refused('KZ point-of-contact')).toEqual([403, 'duty.not-this-form']);
    expect(await refused(OFFICER, '"1"')).toEqual([412, 'version.stale']);
    expect(await refused(OFFICER, '')).toEqual([428, 'precondition.required']);
    await play.act(OFFICER, id, null, 'SUBMIT_FOR_REVIEW');
    expect(await refused(CENTRAL)).toEqual([409, 'draft.not-open']);
    await play.act(CENTRAL, id, null, 'RETURN_FOR_CHANGES', { note: 'Without the order, please.' });
    expect((await takeOut(OFFICER, id, body.id)).status).toBe(200);
    expect(await refused(OFFICER)).toEqual([404, 'attachment.unknown']);
    await send(id);
    expect(await refused(OFFICER)).toEqual([409, 'draft.not-open']);
    expect(problemOf(await takeOut('VN central-authority', id, body.id))).toMatchObject({ status: 403, code: 'draft.not-yours' });
  });
});
