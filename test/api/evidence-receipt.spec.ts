import { get as httpGet } from 'node:http';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeliveryService } from '@comity/exchange';
import { bytesOf, Play, problemOf, sha256, type Body } from './play.js';

// Real: everything but the clock; bytes on disk, each State's store apart.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const KZ = 'KZ central-authority';
const VN = 'VN central-authority';
const IMAGE = Buffer.alloc(300_000, 'disk image ');
const blobPath = (state: string, hash: string) => join(play.node.blobFolder, state, hash.slice(0, 2), hash);
async function flip(state: string, hash: string): Promise<void> {
  const path = blobPath(state, hash);
  const bytes = await readFile(path);
  bytes[1000]! ^= 1;
  await writeFile(path, bytes);
}
const transmit = async (bytes: Buffer, id?: string): Promise<{ id: string; packageId: string }> => {
  const request = id ?? (await play.advanced('released'));
  const packageId = await play.package(request, 1, { 'image.dd': bytes });
  await play.act(VN, request, 1, 'TRANSMIT_EVIDENCE', { packageId });
  return { id: request, packageId };
};

describe('a byte that flipped in the store of the sender', () => {
  it('is found by the receiver; the receipt is refused, disputed, and a new package is transmitted and confirmed', async () => {
    const first = Buffer.concat([IMAGE, Buffer.from('first')]);
    const { id, packageId } = await transmit(first);
    await flip('VN', sha256(first));
    await play.node.settle();

    const officer = await play.as('KZ case-officer');
    expect((await officer.get(`/evidence-packages/${packageId}`).expect(200)).body).toMatchObject({ status: 'received', files: [{ status: 'mismatch' }] });
    expect((await officer.get(`/evidence-packages/${packageId}/files/1`)).status).toBe(404);
    const [measure] = (await play.view(KZ, id)).measures;
    expect(measure.blockedEvents.find((e: Body) => e.type === 'CONFIRM_RECEIPT').reasons).toMatchObject([{ code: 'evidence.hash-mismatch' }]);
    expect(measure.availableEvents.map((e: Body) => e.type)).toContain('DISPUTE_RECEIPT');
    expect(await play.refused(KZ, id, 1, 'CONFIRM_RECEIPT')).toMatchObject({ status: 409, code: 'evidence.hash-mismatch' });

    await play.act(KZ, id, 1, 'DISPUTE_RECEIPT', { reason: 'Hash of image.dd differs' });
    await play.node.settle();
    for (const who of ['KZ auditor', 'VN auditor']) expect((await play.view(who, id)).measures[0]).toMatchObject({ state: 'released', particulars: { receiptDispute: { reason: 'Hash of image.dd differs' } } });
    expect((await (await play.as(VN)).get(`/evidence-packages/${packageId}`).expect(200)).body.status).toBe('disputed');
    expect(await play.refused(VN, id, 1, 'TRANSMIT_EVIDENCE', { packageId })).toMatchObject({ code: 'evidence.not-sealed' });

    const again = Buffer.concat([IMAGE, Buffer.from('second')]);
    await transmit(again, id);
    expect((await play.fire(KZ, id, 1, 'CONFIRM_RECEIPT')).status).toBe(409);
    await play.node.settle();
    await play.act(KZ, id, 1, 'CONFIRM_RECEIPT');
    await play.node.settle();
    for (const who of ['KZ auditor', 'VN auditor']) expect((await play.view(who, id)).measures[0].outcome).toBe('transmitted-in-full');
  });

  it('does not touch the copy that the receiver has verified', async () => {
    const bytes = Buffer.concat([IMAGE, Buffer.from('kept')]);
    const { id, packageId } = await transmit(bytes);
    await play.node.settle();
    await flip('VN', sha256(bytes));
    await play.act(KZ, id, 1, 'CONFIRM_RECEIPT');
    const got = await bytesOf((await play.as('KZ case-officer')).get(`/evidence-packages/${packageId}/files/1`)).expect(200);
    expect(sha256(got.body as Buffer)).toBe(sha256(bytes));
  });

  it('is not sent out as evidence when it flipped in the own store: the download breaks off rather than end well', async () => {
    const bytes = Buffer.concat([IMAGE, Buffer.from('broken')]);
    const { packageId } = await transmit(bytes);
    await play.node.settle();
    await flip('KZ', sha256(bytes));
    const outcome = await bytesOf((await play.as('KZ case-officer')).get(`/evidence-packages/${packageId}/files/1`)).then((answer) => (answer.status === 200 ? sha256(answer.body as Buffer) : answer.status), (error: Error) => error.message);
    expect(String(outcome)).not.toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the receipt', () => {
  it('is confirmed only when the copies were verified', async () => {
    const { id } = await transmit(Buffer.concat([IMAGE, Buffer.from('pending')]));
    await play.node.app.get(DeliveryService, { strict: false }).runOnce('VN', 50);
    expect(await play.refused(KZ, id, 1, 'CONFIRM_RECEIPT')).toMatchObject({ status: 409, code: 'evidence.not-verified' });
    const blocked = (await play.view(KZ, id)).measures[0].blockedEvents.find((e: Body) => e.type === 'CONFIRM_RECEIPT');
    expect(blocked.reasons).toMatchObject([{ code: 'evidence.not-verified' }]);
    await play.node.settle();
    expect((await play.view(KZ, id)).measures[0].availableEvents.map((e: Body) => e.type)).toContain('CONFIRM_RECEIPT');
  });

  it('UNCC 24: nothing is transmitted that is not sealed, of another measure, or before its release', async () => {
    const id = await play.advanced('executing');
    const packageId = await play.package(id, 1, { 'a.txt': Buffer.from('a') });
    expect((await play.refused(VN, id, 1, 'TRANSMIT_EVIDENCE', { packageId })).code).toBe('event.not-possible-now');
    const other = await play.advanced('released');
    expect(await play.refused(VN, other, 1, 'TRANSMIT_EVIDENCE', { packageId })).toMatchObject({ status: 422, code: 'evidence.not-sealed', errors: [{ pointer: '/payload/packageId' }] });
    const open = await (await play.as('VN competent-authority')).post('/evidence-packages', { requestId: other, measure: 1 }).expect(201);
    expect((await play.refused(VN, other, 1, 'TRANSMIT_EVIDENCE', { packageId: open.body.id })).code).toBe('evidence.not-sealed');
  });

  it('of what was narrowed is transmitted in part', async () => {
    const id = await play.advanced('executing');
    await play.acts(id, [['VN competent-authority', 1, 'REPORT_EXECUTION', { result: 'data-obtained' }], [VN, 1, 'DECIDE_TRANSMISSION', { outcome: 'narrowed', narrowedTo: 'Logs of October' }]]);
    await transmit(Buffer.from('logs of October'), id);
    await play.node.settle();
    await play.act(KZ, id, 1, 'CONFIRM_RECEIPT');
    await play.node.settle();
    for (const who of ['KZ auditor', 'VN auditor']) expect((await play.view(who, id)).measures[0].outcome).toBe('transmitted-in-part');
  });
});

describe('practice: what a narrowed decision leaves', () => {
  it('is sealed after it: a package sealed before it does not go', async () => {
    const id = await play.advanced('executing');
    await play.act('VN competent-authority', id, 1, 'REPORT_EXECUTION', { result: 'data-obtained' });
    const all = await play.package(id, 1, { 'a.bin': Buffer.from('a'), 'b.bin': Buffer.from('b') });
    play.node.clock.advanceDays(0.01);
    await play.act(VN, id, 1, 'DECIDE_TRANSMISSION', { outcome: 'narrowed', narrowedTo: 'a.bin only' });
    expect(await play.refused(VN, id, 1, 'TRANSMIT_EVIDENCE', { packageId: all })).toMatchObject({
      status: 422, code: 'evidence.sealed-before-narrowing', rule: 'practice:transmission-decision', force: 'practice', errors: [{ pointer: '/payload/packageId' }],
    });
    await transmit(Buffer.from('a'), id);
  });

  it('a decision to release all lets the package go that was sealed before it', async () => {
    const id = await play.advanced('executing');
    await play.act('VN competent-authority', id, 1, 'REPORT_EXECUTION', { result: 'data-obtained' });
    const packageId = await play.package(id, 1, { 'a.bin': Buffer.from('a') });
    play.node.clock.advanceDays(0.01);
    await play.act(VN, id, 1, 'DECIDE_TRANSMISSION', { outcome: 'released' });
    await play.act(VN, id, 1, 'TRANSMIT_EVIDENCE', { packageId });
  });
});

describe('reading evidence', () => {
  it('is for those entitled: never the auditor, on no side the other way round', async () => {
    const { packageId } = await transmit(Buffer.concat([IMAGE, Buffer.from('roles')]));
    await play.node.settle();
    for (const [who, status] of [['KZ case-officer', 200], [KZ, 200], ['KZ competent-authority', 403], ['KZ point-of-contact', 403], ['KZ auditor', 403], [VN, 200], ['VN competent-authority', 200], ['VN case-officer', 403], ['VN auditor', 403], ['SG central-authority', 404]] as const) {
      const answer = await (await play.as(who)).get(`/evidence-packages/${packageId}/files/1`);
      expect([who, answer.status]).toEqual([who, status]);
      if (status === 403) expect(problemOf(answer).code).toMatch(/^(evidence\.not-permitted|permission\.lacking)$/);
    }
  });

  it('is in the log before the first byte goes out', async () => {
    const { packageId } = await transmit(Buffer.alloc(8_000_000, 'large'));
    await play.node.settle();
    const { token } = await play.as('KZ case-officer');
    const count = async () => (await play.log('KZ', 'evidence.read')).filter((e) => e.body.packageId === packageId).length;
    expect(await count()).toBe(0);
    const atFirstByte = await new Promise<number>((resolve, reject) => {
      const request = httpGet(`${play.http.url}/api/v1/evidence-packages/${packageId}/files/1`, { headers: { authorization: `Bearer ${token}` } }, (response) => {
        response.once('data', () => {
          response.pause();
          count().then((n) => (request.destroy(), resolve(n)), reject);
        });
      });
      request.on('error', () => undefined);
    });
    expect(atFirstByte).toBe(1);
  });
});
