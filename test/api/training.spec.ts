import { deskLetter, emergency, preservation } from '../support/network.js';
import { letter } from '../support/stored-data.js';
import { Letters } from './letters.js';
import { Play, type Body } from './play.js';

// Real: everything but the clock. The node is in training mode: a request of KZ to VN rests on a treaty that is not in force.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const [KZ, VN] = ['KZ central-authority', 'VN central-authority'];
const get = async (who: string, path: string): Promise<Body> => (await (await play.as(who)).get(path).expect(200)).body;
const exportedBy = async (who: string, id: string, type: string) => {
  const { items } = await get(who, `/requests/${id}/messages`);
  const path = `/requests/${id}/messages/${(items as Body[]).find((m) => m.type === type).id}`;
  return { json: await get(who, `${path}/export`), html: (await (await play.as(who)).get(`${path}/letter`).expect(200)).text, message: await get(who, path) };
};
const USE = { purpose: 'Evidence', proceeding: 'Another investigation', data: 'Logs', personalData: false };

/** Asks for consent to another use of evidence that has come, records a use in the stated case, and sets a term that is missed. */
async function everyList(input: object = {}): Promise<string> {
  const id = await play.advanced('released', input);
  const packageId = await play.package(id, 1, { 'logs.txt': Buffer.from('logs') });
  await play.act(VN, id, 1, 'TRANSMIT_EVIDENCE', { packageId });
  await play.node.settle();
  await play.acts(id, [[KZ, 1, 'CONFIRM_RECEIPT'], [KZ, 1, 'REQUEST_USE_CONSENT', { ...USE, kind: 'other-use' }], [KZ, 1, 'RECORD_USE', { ...USE, kind: 'use', proceeding: letter().proceeding!.nature }]]);
  const set = await (await play.as(KZ)).post(`/requests/${id}/deadlines`, { kind: 'internal', withinDays: 3, reason: 'Ours' }).expect(201);
  expect(set.body.training).toBe(true);
  return id;
}

describe('an exercise is shown as one', () => {
  it('on every list that a request stands in, and on every part of it', async () => {
    const id = await everyList();
    play.node.clock.advanceDays(4);
    await play.node.settle();
    const own = async (path: string) => ((await get(KZ, path)).items as Body[]).filter((item) => [item.requestId, item.id].includes(id));
    for (const path of ['/requests', '/deadlines', '/alarms', '/uses', '/use-consents']) {
      const found = await own(path);
      expect([path, found.length > 0, found.every(({ training }) => training === true)]).toEqual([path, true, true]);
    }
    for (const part of ['', '/messages', '/timeline', '/evidence-packages']) expect([part, (await get(KZ, `/requests/${id}${part}`)).training]).toEqual([part, true]);
    expect((await get(KZ, `/requests/${id}/deadlines`)).items[0].training).toBe(true);
  });

  it('in the list of what one duty officer did alone', async () => {
    const id = await play.draft({ letter: letter(), measures: [preservation()] }, 'KZ point-of-contact');
    await play.acts(id, [['KZ point-of-contact', null, 'SUBMIT_FOR_REVIEW'], ['KZ point-of-contact', null, 'TRANSMIT']]);
    await play.node.settle();
    const { items } = await get(KZ, '/network/duty-reviews');
    expect((items as Body[]).find(({ requestId }) => requestId === id)).toMatchObject({ training: true });
  });

  it('and counted apart from emergencies in earnest', async () => {
    const id = await play.draft({ letter: deskLetter(), measures: [emergency()] }, 'KZ point-of-contact');
    await play.act('KZ point-of-contact', id, null, 'TRANSMIT');
    await play.node.settle();
    const earnest = await new Letters(play).toGermany([emergency() as never]);
    // As once the treaty is in force between the two.
    await play.node.db.asSuperuser(`UPDATE request_file SET training = false WHERE id = '${earnest}'`);
    const total = async (who: string) => {
      const { received, sent, exercises } = await get(who, '/network/emergencies');
      return [received.total, sent.total, exercises.received.total, exercises.sent.total];
    };
    expect([await total('VN auditor'), await total('KZ auditor'), await total('US auditor')]).toEqual([[0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0]]);
  });

  it('at the head of what is printed, and in the JSON that leaves the house', async () => {
    const id = await play.advanced('granted');
    for (const who of [KZ, VN]) {
      const { json, html, message } = await exportedBy(who, id, 'GRANTED');
      expect([json.training, message.training, /<header><p><strong>Exercise\.<\/strong>/.test(html)]).toEqual([true, true, true]);
    }
  });
});

describe('a request in earnest', () => {
  it('bears no mark of an exercise', async () => {
    const letters = new Letters(play);
    const id = await letters.toGermany();
    const { json, html, message } = await exportedBy('US central-authority', id, 'REQUESTED');
    expect([json.training, message.training, html.includes('Exercise')]).toEqual([false, false, false]);
    expect((await get('US central-authority', `/requests/${id}/messages`)).training).toBe(false);
  });
});
