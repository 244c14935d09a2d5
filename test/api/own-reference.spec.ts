import { Play, type Body } from './play.js';

// Real: everything but the clock.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const [KZ, VN] = ['KZ central-authority', 'VN central-authority'];
const found = async (who: string, reference: string): Promise<string[]> =>
  ((await (await play.as(who)).get(`/requests?q=${encodeURIComponent(reference)}`).expect(200)).body.items as Body[]).map(({ id }) => id);

describe('the reference the requested State gives with its acknowledgement', () => {
  it("becomes its own reference and the requesting State's counterpart reference; both find the file by it", async () => {
    const id = await play.transmitted({ ownReference: 'KZ-REF-1' });
    const before = (await play.view(VN, id)).ownReference as string;
    await play.act(VN, id, null, 'ACKNOWLEDGE', { reference: 'VN 2026/118' });
    await play.node.settle();
    expect(await play.view(VN, id)).toMatchObject({ ownReference: 'VN 2026/118', counterpartReference: 'KZ-REF-1' });
    expect(await play.view(KZ, id)).toMatchObject({ ownReference: 'KZ-REF-1', counterpartReference: 'VN 2026/118' });
    for (const who of [KZ, VN]) for (const reference of ['VN 2026/118', 'KZ-REF-1']) expect(await found(who, reference)).toEqual([id]);
    expect(await found(VN, before)).toEqual([]);
  });

  it('left out, the one the node made up stands and is told', async () => {
    const id = await play.transmitted();
    const { ownReference } = await play.view(VN, id);
    await play.act(VN, id, null, 'ACKNOWLEDGE');
    await play.node.settle();
    expect((await play.view(VN, id)).ownReference).toBe(ownReference);
    expect((await play.view(KZ, id)).counterpartReference).toBe(ownReference);
  });

  it("that another file of the State bears is refused, and changes nothing; another State's is its own affair", async () => {
    const first = await play.transmitted();
    await play.act(VN, first, null, 'ACKNOWLEDGE', { reference: 'VN-TAKEN' });
    const second = await play.transmitted();
    expect(await play.refused(VN, second, null, 'ACKNOWLEDGE', { reference: 'VN-TAKEN' })).toMatchObject({ status: 409, code: 'reference.taken', errors: [{ pointer: '/payload/reference' }] });
    await play.draft({ ownReference: 'VN-TAKEN' });
    await play.act(VN, second, null, 'ACKNOWLEDGE', { reference: 'VN-FREE' });
    expect((await play.view(VN, second)).ownReference).toBe('VN-FREE');
  });
});
