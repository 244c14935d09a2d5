import { QUERY_KINDS } from '@comity/treaty';
import { letter } from '../support/stored-data.js';
import { deskLetter, query } from '../support/network.js';
import { Play } from './play.js';

const KZ = 'KZ point-of-contact';
const VN = 'VN point-of-contact';

// Real: everything but the clock. The two desks talk to each other.
describe('UNCC 41(3)(a)-(d), 42(2): queries between points of contact', () => {
  let play: Play;
  beforeAll(async () => {
    play = await Play.open(import.meta.url);
  });
  afterAll(() => play.close());

  const asked = async (patch = {}): Promise<string> => {
    const id = await play.draft({ letter: deskLetter(), measures: [query(patch)] }, KZ);
    await play.act(KZ, id, null, 'TRANSMIT');
    await play.node.settle();
    return id;
  };
  const seen = async (who: string, id: string) => (await play.view(who, id)).measures[0];

  it('UNCC 41(3)(a)-(d), 42(2): there is a query of every kind that the network is for', () => {
    expect([...QUERY_KINDS].sort()).toEqual(['legal-information', 'locating-suspects', 'technical-advice', 'where-the-data-are', 'where-the-provider-is']);
  });

  it.each(QUERY_KINDS)('%s is asked by the desk in one act and answered by the other desk', async (queryKind) => {
    const id = await asked({ queryKind });
    expect(await seen(VN, id)).toMatchObject({ form: 'network-query', state: 'received', content: { queryKind } });
    await play.act(VN, id, 1, 'ANSWER_QUERY', { answer: 'A provider in Da Nang', note: 'Asked our own colleague' });
    await play.node.settle();
    expect(await seen(KZ, id)).toMatchObject({ outcome: 'answered', particulars: { answer: { answer: 'A provider in Da Nang' } } });
    expect(JSON.stringify(await play.view(KZ, id))).not.toContain('colleague');
  });

  it('is said to be unanswerable with reasons, referred, or withdrawn; it is never refused', async () => {
    const declined = await asked();
    expect(await play.refused(VN, declined, 1, 'DECLINE_QUERY')).toMatchObject({ status: 422, code: 'payload.missing' });
    expect(await play.refused('VN central-authority', declined, 1, 'REFUSE', { ground: 'essential-interests', reasons: 'x' })).toMatchObject({ status: 409, code: 'event.not-possible-now' });
    await play.act(VN, declined, 1, 'DECLINE_QUERY', { reasons: 'The registry does not say' });
    const referred = await asked();
    await play.act('VN central-authority', referred, 1, 'REFER', { authority: 'Registry of names', reasons: 'It keeps the list' });
    const withdrawn = await asked();
    await play.act('KZ central-authority', withdrawn, 1, 'WITHDRAW_MEASURE', { reason: 'Found it' });
    await play.node.settle();
    expect(await seen(KZ, declined)).toMatchObject({ outcome: 'not-answered', particulars: { answer: { reasons: 'The registry does not say' } } });
    expect(await seen(KZ, referred)).toMatchObject({ outcome: 'referred' });
    expect(await seen(KZ, withdrawn)).toMatchObject({ outcome: 'withdrawn' });
  });

  it('asks for its kind and the question, and for no offence', async () => {
    const id = await play.draft({ letter: deskLetter(), measures: [{ form: 'network-query', items: [], legalBases: query().legalBases }] }, KZ);
    expect((await play.refused(KZ, id, null, 'TRANSMIT')).detail).toMatch(/what kind of query.*Write the question/s);
    expect((await play.tryDraft({ letter: deskLetter(), measures: [query({ queryKind: 'gossip' as never })] }, KZ)).status).toBe(400);
  });

  it('Budapest 35(1): runs over the other network, too', async () => {
    const id = await play.draft({ requestedState: 'US', letter: deskLetter(), measures: [query({ legalBases: [{ instrument: 'budapest-2001', article: '35', date: '2026-11-03', role: 'primary' }] })] }, 'IS point-of-contact');
    await play.act('IS point-of-contact', id, null, 'TRANSMIT');
    await play.node.settle();
    await play.act('US point-of-contact', id, 1, 'ANSWER_QUERY', { answer: 'Yes' });
    await play.node.settle();
    expect(await seen('IS point-of-contact', id)).toMatchObject({ outcome: 'answered' });
  });
});

describe('practice: a request sent to the wrong desk', () => {
  let play: Play;
  beforeAll(async () => {
    play = await Play.open(`${import.meta.url}#forward`);
  });
  afterAll(() => play.close());

  it('UNCC 40(12): a full request at the 24/7 desk is taken in and forwarded to the central authority, with notice', async () => {
    const id = await play.transmitted({ letter: letter({ addressedTo: 'point-of-contact' }) });
    const before = await play.view(VN, id);
    expect(before).toMatchObject({ desk: 'point-of-contact', measures: [{ state: 'received' }] });
    expect(before.letter.availableEvents).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'FORWARD' })]));
    await play.act(VN, id, null, 'FORWARD', { to: 'central-authority', authority: 'Central authority of Viet Nam', reasons: 'The desk does not decide on stored data', note: 'Told the colleague' });
    await play.node.settle();
    for (const who of [KZ, VN]) {
      const view = await play.view(who, id);
      expect(view).toMatchObject({ desk: 'central-authority', letter: { particulars: { forwardings: [{ to: 'central-authority', authority: 'Central authority of Viet Nam', reasons: 'The desk does not decide on stored data' }] } } });
    }
    expect(JSON.stringify(await play.view(KZ, id))).not.toContain('colleague');
    expect((await play.log('VN', 'request.forwarded')).at(-1)).toMatchObject({ subject: `file:${id}` });
    // Nothing is lost: it goes its way.
    await play.acts(id, [['VN central-authority', null, 'ACKNOWLEDGE'], ['VN central-authority', 1, 'EXAMINE'], ['VN central-authority', 1, 'GRANT']]);
    const timeline = (await (await play.as(KZ)).get(`/requests/${id}/timeline`).expect(200)).body.items as { type: string; label: string }[];
    expect(timeline).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'FORWARDED', label: 'The request was taken in and forwarded to the right desk' })]));
  });

  it('is not forwarded to where it is', async () => {
    const id = await play.transmitted({});
    expect(await play.refused('VN central-authority', id, null, 'FORWARD', { to: 'central-authority', reasons: 'x' })).toMatchObject({ status: 422, code: 'forward.same-desk', errors: [{ pointer: expect.stringContaining('to') }] });
    await play.act('VN central-authority', id, null, 'FORWARD', { to: 'point-of-contact', reasons: 'It is urgent' });
    await play.act(VN, id, null, 'FORWARD', { to: 'central-authority', reasons: 'Not ours' });
    await play.node.settle();
    expect((await play.view(KZ, id)).letter.particulars.forwardings).toHaveLength(2);
  });

  it('UNCC 42(6): a preservation at the central authority is taken at once all the same', async () => {
    const { preservation } = await import('../support/network.js');
    const id = await play.transmitted({ letter: letter({ addressedTo: 'central-authority' }), measures: [preservation()] });
    await play.act(VN, id, 1, 'ORDER_PRESERVATION');
    expect(await play.view(VN, id)).toMatchObject({ desk: 'central-authority', measures: [{ state: 'ordered' }] });
  });
});

describe('the 24/7 network with a State that has no node', () => {
  let play: Play;
  beforeAll(async () => {
    play = await Play.open(`${import.meta.url}#off-network`);
  });
  afterAll(() => play.close());

  it('UNCC 41(3)(e): a transcribed emergency is disclosed only after a call-back over the number of the register', async () => {
    const { emergency, deskNumber } = await import('../support/network.js');
    const ca = await play.as('KZ central-authority');
    const { sha256 } = (await ca.post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('fax')).expect(201)).body;
    const body = { letter: deskLetter(), measures: [emergency()], reference: 'TH-1', profile: {}, files: [] };
    const proposed = await ca.post('/transcriptions', { counterpart: 'TH', type: 'REQUESTED', measure: null, body, datedAt: '2026-11-03T08:00:00Z', receivedAt: '2026-11-03T09:00:00Z', channel: 'e-mail', document: { sha256 } });
    expect([proposed.status, proposed.text.slice(0, 300)]).toEqual([201, expect.any(String)]);
    const confirmed = await (await play.as('KZ central-authority-2')).post(`/transcriptions/${proposed.body.id}/confirm`);
    expect([confirmed.status, confirmed.status === 200 ? '' : confirmed.text]).toEqual([200, '']);
    const id = confirmed.body.requestId as string;
    await play.act(KZ, id, 1, 'ORDER_DISCLOSURE');
    const packageId = await play.package(id, 1, { 'a.txt': Buffer.from('a') }, KZ);
    expect(await play.refused(KZ, id, 1, 'DISCLOSE', { packageId })).toMatchObject({ code: 'call-back.missing' });
    const calledAt = play.node.clock.now().toISOString();
    expect(await play.refused(KZ, id, 1, 'RECORD_CALL_BACK', { number: '+66812345678', calledAt, result: 'confirmed', spokeWith: 'duty officer' })).toMatchObject({ code: 'call-back.not-in-directory' });
    await play.act(KZ, id, 1, 'RECORD_CALL_BACK', { number: deskNumber('TH'), calledAt, result: 'confirmed', spokeWith: 'duty officer' });
    await play.act(KZ, id, 1, 'DISCLOSE', { packageId });
    const messages = (await ca.get(`/requests/${id}/messages`).expect(200)).body.items as { type: string; status: string; id: string }[];
    expect(messages.filter(({ status }) => status === 'to-dispatch').map(({ type }) => type)).toEqual(['DISCLOSURE_ORDERED', 'CALL_BACK_CONFIRMED', 'EVIDENCE_TRANSMITTED']);
    const called = messages.find(({ type }) => type === 'CALL_BACK_CONFIRMED')!;
    const printed = await ca.get(`/requests/${id}/messages/${called.id}/letter`).expect(200);
    expect(printed.text).toContain('called back');
    expect(printed.text).not.toContain(deskNumber('TH'));
  });

  it('a query to it is printed, and its answer transcribed', async () => {
    const id = await play.draft({ requestedState: 'TH', letter: deskLetter(), measures: [query()] }, KZ);
    await play.act(KZ, id, null, 'TRANSMIT');
    await play.node.settle();
    const ca = await play.as('KZ central-authority');
    const [message] = (await ca.get(`/requests/${id}/messages`).expect(200)).body.items as { id: string; status: string }[];
    expect(message).toMatchObject({ status: 'to-dispatch' });
    await (await play.as(KZ)).post(`/requests/${id}/messages/${message!.id}/dispatch`, { channel: 'e-mail', dispatchedAt: play.node.clock.now().toISOString() }).expect(200);
    const { sha256 } = (await ca.post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('mail')).expect(201)).body;
    const proposed = await (await play.as(KZ)).post('/transcriptions', { requestId: id, counterpart: 'TH', type: 'QUERY_ANSWERED', measure: 1, body: { answer: 'A provider in Phuket' }, datedAt: '2026-11-03T08:00:00Z', receivedAt: '2026-11-03T09:00:00Z', channel: 'e-mail', document: { sha256 } }).expect(201);
    await ca.post(`/transcriptions/${proposed.body.id}/confirm`).expect(200);
    expect((await play.view(KZ, id)).measures[0]).toMatchObject({ outcome: 'answered', particulars: { answer: { answer: 'A provider in Phuket' } } });
  });
});
