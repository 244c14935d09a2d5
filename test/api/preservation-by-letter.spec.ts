import { profile } from '@comity/treaty';
import { preservationMeasure } from '../support/preservation.js';
import { letter } from '../support/stored-data.js';
import { Letters } from './letters.js';
import { Play, type Body } from './play.js';

// Real: everything but the clock. DE keeps no files here, and tells what it pleases in what order it pleases.
let play: Play;
let letters: Letters;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
  letters = new Letters(play);
});
afterAll(() => play.close());

const US = 'US central-authority';
const BUDAPEST = [{ instrument: 'budapest-2001', article: '29', date: '2026-11-03', role: 'primary' as const }];
const now = () => play.node.clock.now();
const inDays = (days: number): string => new Date(now().getTime() + days * 86_400_000).toISOString();
const passed = async (days: number): Promise<void> => {
  play.node.clock.advanceDays(days);
  await play.node.settle();
};
let address = 1;
const measure = () => preservationMeasure({ items: [{ type: 'ipv4', value: `203.0.113.${address++}` }], legalBases: BUDAPEST });
const toGermany = (): Promise<string> => letters.toGermany([measure() as never]);
const today = () => ({ datedAt: now().toISOString(), receivedAt: now().toISOString() });
const told = (id: string, type: string, body: object = {}, patch: object = {}): Promise<Body> => letters.transcribed(id, type, 1, body, { ...today(), ...patch });
const refusedTo = async (id: string, type: string, body: object = {}): Promise<Body> => {
  const { id: transcription } = (await letters.propose(id, type, 1, body, today())).body as { id: string };
  const second = await play.as('US central-authority-2');
  return play.unchanged(() => second.post(`/transcriptions/${transcription}/confirm`));
};
const first = async (id: string): Promise<Body> => (await play.view(US, id)).measures[0];
const open = async (id: string): Promise<string[][]> =>
  ((await (await play.as(US)).get(`/requests/${id}/deadlines`).expect(200)).body.items as Body[]).filter((d) => d.status === 'open').map((d) => [d.code, d.kind, d.dueAt]).sort();
const securedBy = (custodian: string, days = 90) => ({ from: inDays(0), until: inDays(days), custodian });

describe('UNCC 42, Budapest 29: what a State without a node tells of a preservation', () => {
  it('an order told late changes no period: it says who is still to report', async () => {
    const id = await toGermany();
    const until = inDays(90);
    await told(id, 'DATA_SECURED', securedBy('A'));
    const before = await open(id);
    expect(before).toEqual([['preservation', 'legal', until]]);
    await told(id, 'PRESERVATION_ORDERED', { custodians: ['A', 'B'] });
    expect(await first(id)).toMatchObject({ state: 'secured', particulars: { preservation: { until, outstanding: ['B'] }, order: { custodians: ['A', 'B'] } } });
    expect((await first(id)).particulars.earlierPreservations).toBeUndefined();
    expect(await open(id)).toEqual(before);
    await told(id, 'CUSTODIAN_WITHOUT_DATA', { custodian: 'B', explanation: 'None' });
    expect((await first(id)).particulars.preservation.outstanding).toEqual([]);
    // Its alarm rings as it would have.
    await passed(84);
    expect((await play.view(US, id)).alarms.map((a: Body) => [a.kind, a.status])).toContainEqual(['preservation-ends', 'raised']);
  });

  it('also while it is being withdrawn, once it is released, and after another custodian said that it has nothing', async () => {
    const id = await toGermany();
    await told(id, 'CUSTODIAN_WITHOUT_DATA', { custodian: 'B', explanation: 'None' });
    await told(id, 'PRESERVATION_ORDERED', { custodians: ['A', 'B'] });
    expect((await first(id)).particulars.withoutData).toMatchObject([{ custodian: 'B' }]);
    await told(id, 'DATA_SECURED', securedBy('A'));
    expect((await first(id)).particulars.preservation.outstanding).toEqual([]);
    await play.act(US, id, 1, 'WITHDRAW_MEASURE', { reason: 'No longer needed' });
    await letters.carryAll(id);
    await told(id, 'PRESERVATION_ORDERED', { custodians: ['A', 'B', 'C'] });
    expect(await first(id)).toMatchObject({ state: 'withdrawing', particulars: { preservation: { custodians: [{ custodian: 'A' }], outstanding: ['C'] } } });
    await told(id, 'RELEASED');
    await told(id, 'PRESERVATION_ORDERED', { custodians: ['A'] });
    expect(await first(id)).toMatchObject({ state: 'preservationReleased', particulars: { preservation: { custodians: [{ custodian: 'A' }] } } });
  });

  it('29(7): nothing is extended, or declined, that was not told of as secured', async () => {
    const id = await toGermany();
    for (const [type, body] of [['EXTENDED', { until: inDays(100) }], ['EXTENSION_DECLINED', { reasons: 'No' }]] as const) {
      expect(await refusedTo(id, type, body)).toMatchObject({ status: 409, code: 'preservation.none', rule: 'practice:preservation-extension', detail: expect.stringContaining('DATA_SECURED') });
    }
    await told(id, 'DATA_SECURED', securedBy('A'));
    await told(id, 'EXTENDED', { until: inDays(100) });
    await told(id, 'RELEASED');
    await play.act(US, id, 1, 'REQUEST_EXTENSION', { until: inDays(95), reasons: 'Still needed' });
    await letters.carryAll(id);
    expect(await refusedTo(id, 'EXTENDED', { until: inDays(120) })).toMatchObject({ status: 409, code: 'preservation.released', detail: expect.stringContaining('DATA_SECURED') });
    await told(id, 'DATA_SECURED', securedBy('A', 70));
    expect(await first(id)).toMatchObject({ state: 'secured', particulars: { preservation: { until: inDays(70) }, earlierPreservations: [{ release: {} }], extensions: [{ answer: 'ordered' }] } });
  });

  it('42(8): a new preservation told of without its order has the period told, and the one that is over stays on record apart', async () => {
    const id = await toGermany();
    const over = inDays(90);
    await told(id, 'DATA_SECURED', securedBy('A'));
    await passed(91);
    await play.act(US, id, 1, 'REQUEST_EXTENSION', { until: inDays(95), reasons: 'Still needed' });
    await letters.carryAll(id);
    expect((await open(id)).map(([code]) => code)).toContain('call');
    await told(id, 'DATA_SECURED', securedBy('B', 95));
    expect(await first(id)).toMatchObject({
      state: 'secured', particulars: { preservation: { until: inDays(95), lastUntil: inDays(95), custodians: [{ custodian: 'B' }] }, earlierPreservations: [{ until: over }], extensions: [{ answer: 'ordered' }] },
    });
    expect(await open(id)).toEqual([['preservation', 'legal', inDays(95)]]);
    // A further custodian joins what is new.
    await told(id, 'DATA_SECURED', securedBy('C', 80));
    expect((await first(id)).particulars.preservation).toMatchObject({ until: inDays(80), custodians: [{ custodian: 'B' }, { custodian: 'C' }] });
  });

  it('42(8): a report without a name is of the one custodian whose order is told late; said again it is put right, not doubled', async () => {
    const id = await toGermany();
    const { custodian: _, ...report } = securedBy('A');
    await told(id, 'DATA_SECURED', report);
    await told(id, 'PRESERVATION_ORDERED', { custodian: 'A' });
    expect((await first(id)).particulars.preservation).toMatchObject({ outstanding: [] });
    await told(id, 'DATA_SECURED', { ...report, what: 'Disk images' });
    await told(id, 'EXTENDED', { custodian: 'A', until: inDays(150) });
    expect((await first(id)).particulars.preservation).toMatchObject({ outstanding: [], until: inDays(150), custodians: [{ custodian: 'A', what: 'Disk images', extended: true }] });
    expect((await first(id)).particulars.preservation.custodians).toHaveLength(1);
  });

  it('42(9): an end agreed since outlives an older letter, typed late, of what the same custodian had secured', async () => {
    const id = await toGermany();
    await told(id, 'DATA_SECURED', securedBy('A'));
    const [agreed, older] = [inDays(150), securedBy('A', 60)];
    await told(id, 'EXTENDED', { until: agreed });
    await told(id, 'DATA_SECURED', { ...older, what: 'Disk images' });
    expect((await first(id)).particulars.preservation.custodians).toMatchObject([{ custodian: 'A', what: 'Disk images', until: agreed, extended: true }]);
    expect(await open(id)).toEqual([['preservation', 'agreed', agreed]]);
  });

  it('that a custodian has nothing contradicts what it has secured: the letter is entered as correspondence', async () => {
    const id = await toGermany();
    await told(id, 'DATA_SECURED', securedBy('A'));
    expect(await refusedTo(id, 'CUSTODIAN_WITHOUT_DATA', { custodian: 'A', explanation: 'None' })).toMatchObject({ status: 422, code: 'custodian.reported-already', detail: expect.stringContaining('CORRESPONDENCE') });
    await told(id, 'CUSTODIAN_WITHOUT_DATA', { custodian: 'B', explanation: 'None' });
    await told(id, 'DATA_SECURED', securedBy('B'));
    expect((await first(id)).particulars).toMatchObject({ withoutData: [], preservation: { custodians: [{ custodian: 'A' }, { custodian: 'B' }] } });
  });

  it('a release of what was never told of ends the measure; what is told late of the way to it is noted', async () => {
    const id = await toGermany();
    await told(id, 'RELEASED');
    expect(await first(id)).toMatchObject({ state: 'preservationReleased' });
    await told(id, 'PRESERVATION_ORDERED', { custodians: ['A', 'B'] });
    await told(id, 'DATA_SECURED', securedBy('A'));
    await told(id, 'CUSTODIAN_WITHOUT_DATA', { custodian: 'B', explanation: 'None' });
    expect(await first(id)).toMatchObject({ state: 'preservationReleased', particulars: { preservation: { custodians: [{ custodian: 'A' }], outstanding: [] } } });
    expect(await open(id)).toEqual([]);
    // UNCC 43(1): the finding outlives the data it was made on.
    await told(id, 'DISCLOSURE_OPENED', { finding: 'A provider in Singapore took part' });
    expect((await play.view(US, id)).measures.map((m: Body) => [m.form, m.state])).toEqual([['preservation', 'preservationReleased'], ['preserved-traffic-data', 'requested']]);
    const none = await toGermany();
    await told(none, 'NO_DATA_FOUND', { result: 'no-data-found', explanation: 'None' });
    await told(none, 'CUSTODIAN_WITHOUT_DATA', { custodian: 'C', explanation: 'None' });
    expect(await first(none)).toMatchObject({ outcome: 'no-data-found' });
  });

  it('44: a grant told first of all, or what follows it, secures what is preserved', async () => {
    const id = await toGermany();
    await told(id, 'DATA_SECURED', securedBy('A'));
    for (const type of ['GRANTED', 'EXECUTION_BEGUN']) {
      const follows = await letters.toGermany([Letters.measure({ items: [{ type: 'ipv4', value: `198.51.100.${address++}` }], followsPreservation: { requestId: id, measure: 1 } }) as never]);
      await told(follows, type);
      expect((await first(follows)).particulars.securing).toMatchObject({ continues: { requestId: id, measure: 1 } });
    }
  });

  it('a release of what one custodian had secured leaves the others secured, each with its period', async () => {
    const id = await toGermany();
    await told(id, 'DATA_SECURED', securedBy('A', 60));
    await told(id, 'DATA_SECURED', securedBy('B', 200));
    expect(await refusedTo(id, 'RELEASED', { custodian: 'C' })).toMatchObject({ status: 422, code: 'custodian.unknown' });
    await told(id, 'RELEASED', { custodian: 'A' });
    expect(await first(id)).toMatchObject({ state: 'secured', particulars: { preservation: { until: inDays(200), custodians: [{ custodian: 'B' }] }, releasedCustodians: [{ custodian: 'A', releasedAt: expect.any(String) }] } });
    expect(await open(id)).toEqual([['preservation', 'legal', inDays(200)]]);
    expect((await first(id)).particulars.preservation.outstanding).toEqual([]);
    // Its release told again, and a notice that stands for the others.
    expect(await refusedTo(id, 'RELEASED', { custodian: 'A' })).toMatchObject({ code: 'custodian.unknown', errors: [{ pointer: expect.any(String) }] });
    await told(id, 'RELEASE_NOTICED', { term: inDays(7), reason: 'No request came' });
    await told(id, 'DATA_SECURED', securedBy('C', 90));
    await told(id, 'RELEASED', { custodian: 'C' });
    expect((await open(id)).map(([code]) => code)).toEqual(['preservation', 'release']);
    await told(id, 'RELEASED', { custodian: 'B' });
    expect(await first(id)).toMatchObject({ state: 'preservationReleased' });
    expect(await open(id)).toEqual([]);
  });

  it('a release dated before data were secured again, or kept longer by agreement, is of what was before', async () => {
    const id = await toGermany();
    const earlier = { datedAt: inDays(5), receivedAt: inDays(5) };
    await told(id, 'PRESERVATION_ORDERED', { custodians: ['A', 'B'] });
    for (const custodian of ['A', 'B']) await told(id, 'DATA_SECURED', securedBy(custodian, 60));
    await passed(10);
    await told(id, 'RELEASED', { custodian: 'A' });
    await told(id, 'DATA_SECURED', securedBy('A', 90));
    const before = await open(id);
    await told(id, 'RELEASED', { custodian: 'A' }, earlier);
    expect(await open(id)).toEqual(before);
    await play.act(US, id, 1, 'REQUEST_EXTENSION', { until: inDays(120), reasons: 'Still needed' });
    await letters.carryAll(id);
    await told(id, 'EXTENDED', { until: inDays(120) });
    await told(id, 'RELEASED', {}, earlier);
    expect(await first(id)).toMatchObject({ state: 'secured', particulars: { preservation: { until: inDays(120) } } });
    expect((await first(id)).particulars).not.toHaveProperty('release');
  });

  it('a release of what was before, told after a new preservation was asked for, leaves that to be answered', async () => {
    const id = await toGermany();
    await told(id, 'DATA_SECURED', securedBy('A'));
    await passed(91);
    await play.act(US, id, 1, 'REQUEST_EXTENSION', { until: inDays(95), reasons: 'Still needed' });
    await letters.carryAll(id);
    await told(id, 'RELEASED');
    expect(await first(id)).toMatchObject({ state: 'requested' });
    await told(id, 'DATA_SECURED', securedBy('A', 95));
    expect(await first(id)).toMatchObject({ state: 'secured', particulars: { preservation: { until: inDays(95) } } });
  });

  it('a letter dated before a new preservation was asked for tells of the one before, and answers nothing', async () => {
    const id = await toGermany();
    const [over, long] = [inDays(60), inDays(200)];
    await told(id, 'DATA_SECURED', securedBy('A', 60));
    const before = { datedAt: inDays(10), receivedAt: inDays(10) };
    await passed(61);
    await play.act(US, id, 1, 'REQUEST_EXTENSION', { until: inDays(70), reasons: 'Still needed' });
    await letters.carryAll(id);
    const asked = await open(id);
    await told(id, 'PRESERVATION_ORDERED', { custodians: ['A', 'B'] }, before);
    await told(id, 'DATA_SECURED', { from: before.datedAt, until: over, custodian: 'B' }, before);
    expect(await first(id)).toMatchObject({ state: 'requested', particulars: { preservation: { custodians: [{ custodian: 'A' }, { custodian: 'B' }] }, extensions: [{ until: expect.any(String) }] } });
    expect((await first(id)).particulars.extensions[0].answer).toBeUndefined();
    expect(await open(id)).toEqual(asked);
    // What of it still runs is watched.
    await told(id, 'DATA_SECURED', { from: before.datedAt, until: long, custodian: 'C' }, before);
    expect((await open(id)).filter(([code]) => code === 'preservation')).toEqual([['preservation', 'legal', long]]);
    await told(id, 'PRESERVATION_ORDERED', { custodians: ['A'] });
    const begun = await open(id);
    for (const [type, body] of [['RELEASED', {}], ['DATA_SECURED', { from: before.datedAt, until: over, custodian: 'A' }], ['CUSTODIAN_WITHOUT_DATA', { custodian: 'D', explanation: 'None' }]] as const) await told(id, type, body, before);
    expect(await first(id)).toMatchObject({ state: 'ordered', particulars: { earlierPreservations: [{ release: {}, custodians: [{ custodian: 'B' }, { custodian: 'C' }, { custodian: 'A' }] }] } });
    expect((await first(id)).particulars).not.toHaveProperty('preservation');
    expect(await open(id)).toEqual(begun);
    await told(id, 'DATA_SECURED', securedBy('A', 70));
    await told(id, 'RELEASED', {}, before);
    expect(await first(id)).toMatchObject({ state: 'secured', particulars: { preservation: { until: inDays(70) } } });
    expect((await first(id)).particulars.release).toBeUndefined();
  });

  it('what a letter says of periods must be possible: a period that is reversed, a shorter end, somebody never told of', async () => {
    const id = await toGermany();
    expect(await refusedTo(id, 'DATA_SECURED', { from: inDays(20), until: inDays(10), custodian: 'A' })).toMatchObject({ status: 422, code: 'period.reversed' });
    await told(id, 'DATA_SECURED', securedBy('A', 60));
    for (const [body, code] of [[{ until: inDays(90), custodian: 'Z' }, 'custodian.unknown'], [{ until: inDays(20), custodian: 'A' }, 'extension.not-longer'], [{ until: inDays(-5) }, 'extension.not-longer']] as const) {
      expect(await refusedTo(id, 'EXTENDED', body)).toMatchObject({ status: 422, code });
    }
    await told(id, 'EXTENDED', { until: inDays(90) });
    expect(await open(id)).toEqual([['preservation', 'agreed', inDays(90)]]);
    const ordered = await toGermany();
    await told(ordered, 'PRESERVATION_ORDERED', { custodian: 'A' });
    expect(await refusedTo(ordered, 'EXTENDED', { until: inDays(90) })).toMatchObject({ code: 'preservation.none', detail: expect.stringContaining('DATA_SECURED') });
    await told(ordered, 'REFERRED', { authority: 'Another office', reasons: 'Its affair' });
    expect(await first(ordered)).toMatchObject({ outcome: 'referred' });
    expect(await refusedTo(ordered, 'NO_DATA_FOUND', { result: 'no-data-found', explanation: 'None' })).toMatchObject({ code: 'event.not-possible-now', detail: expect.stringContaining('CORRESPONDENCE') });
  });

  it('a letter that closes the case says first what came of each measure: a preservation that runs is not forgotten', async () => {
    const id = await toGermany();
    await told(id, 'DATA_SECURED', securedBy('A', 60));
    const before = await open(id);
    const { id: transcription } = (await letters.propose(id, 'CLOSED', null, {}, today())).body as { id: string };
    const second = await play.as('US central-authority-2');
    expect(await play.unchanged(() => second.post(`/transcriptions/${transcription}/confirm`))).toMatchObject({ status: 409, code: 'request.measures-open', detail: expect.stringContaining('CORRESPONDENCE') });
    expect(await open(id)).toEqual(before);
    await told(id, 'RELEASED');
    await letters.transcribed(id, 'CLOSED', null, {}, today());
    expect((await play.view(US, id)).overall).toBe('closed');
  });

  it('42(7): warnings by letter are each decided by its number', async () => {
    const id = await toGermany();
    for (const custodian of ['A', 'B']) await told(id, 'PRESERVATION_WARNED', { kind: 'will-not-secure', custodian, explanation: 'It would tell its customer' });
    await play.act(US, id, 1, 'INSIST_ON_EXECUTION', { warning: 2 });
    expect((await first(id)).particulars.warnings).toMatchObject([{ no: 1, custodian: 'A' }, { no: 2, insistedAt: expect.any(String) }]);
    expect(await first(id)).toMatchObject({ regions: { warning: 'warned' } });
    await play.act(US, id, 1, 'INSIST_ON_EXECUTION');
    expect(await first(id)).toMatchObject({ regions: { warning: 'decided' } });
  });
});

describe('UNCC 42(9): what a State without a node asks for of a preservation here', () => {
  const fromGermany = async (): Promise<string> => {
    const body = { letter: letter({ authority: { name: 'Federal Office of Justice' } }), measures: [measure()], reference: `DE ${address}`, profile: { 'budapest-2001': profile('budapest-2001').version } };
    return ((await letters.transcribed(undefined, 'REQUESTED', null, body, today())) as { requestId: string }).requestId;
  };
  const secured = async (): Promise<string> => {
    const id = await fromGermany();
    await play.acts(id, [[US, 1, 'ORDER_PRESERVATION', { custodian: 'A' }], [US, 1, 'REPORT_SECURED', securedBy('A')]]);
    return id;
  };
  const ask = () => ({ until: inDays(90), reasons: 'Still needed' });

  it('a letter dated after the period is a new preservation, and told so; the notice of release falls with it', async () => {
    const id = await secured();
    await passed(91);
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: inDays(5), reason: 'The period is over' });
    expect(await refusedTo(id, 'EXTENSION_REQUESTED', ask())).toMatchObject({ status: 409, code: 'extension.dated-after-period', detail: expect.stringContaining('NEW_PRESERVATION_REQUESTED') });
    await told(id, 'NEW_PRESERVATION_REQUESTED', ask());
    expect((await open(id)).map(([code]) => code)).not.toContain('release');
    expect(await play.refused(US, id, 1, 'DECLINE_EXTENSION', { reasons: 'Enough' })).toMatchObject({ code: expect.stringMatching(/^ground\./) });
    expect(await play.refused(US, id, 1, 'EXTEND', { until: inDays(1) })).toMatchObject({ rule: 'Budapest 29(7)' });
  });

  it('a letter dated within the period, and read after it, is an extension', async () => {
    const id = await secured();
    const within = { datedAt: inDays(80), receivedAt: inDays(85) };
    await passed(91);
    const proposed = await letters.propose(id, 'NEW_PRESERVATION_REQUESTED', 1, ask(), within);
    const refused = await letters.confirm((proposed.body as { id: string }).id);
    expect([refused.status, (refused.body as Body).code]).toEqual([409, 'extension.dated-in-period']);
    await told(id, 'EXTENSION_REQUESTED', ask(), within);
    await play.act(US, id, 1, 'DECLINE_EXTENSION', { reasons: 'Enough' });
  });

  it.each([
    ['an extension asked for in time', async (id: string) => letters.propose(id, 'EXTENSION_REQUESTED', 1, ask(), { datedAt: inDays(-3), receivedAt: inDays(0) })],
    ['a request for the data', async (id: string) => letters.propose(undefined, 'REQUESTED', null, {
      letter: letter({ authority: { name: 'Federal Office of Justice' } }), measures: [Letters.measure({ followsPreservation: { requestId: id, measure: 1 } })], reference: 'DE 10', profile: { 'budapest-2001': profile('budapest-2001').version },
    }, { datedAt: inDays(-3), receivedAt: inDays(0) })],
  ])('UNCC 42(8), Budapest 29(7): %s keeps them from the day its letter came, while it waits for the second person', async (_, propose) => {
    const id = await secured();
    const other = await secured();
    await passed(84);
    for (const each of [id, other]) await play.act(US, each, 1, 'GIVE_NOTICE_OF_RELEASE', { term: inDays(7), reason: 'The period ends' });
    for (const each of [id, other]) await letters.carryAll(each);
    await passed(5);
    const { id: proposed } = (await propose(id)).body as { id: string };
    await passed(3);
    expect(await play.refused(US, id, 1, 'RELEASE')).toMatchObject({ code: 'preservation.letter-waits', rule: 'Budapest 29(7)', force: 'binding' });
    expect((await first(id)).blockedEvents.find((e: Body) => e.type === 'RELEASE').reasons).toMatchObject([{ code: 'preservation.letter-waits' }]);
    await play.act(US, other, 1, 'RELEASE');
    await (await play.as('US central-authority-2')).post(`/transcriptions/${proposed}/decline`, { reason: 'Misread' }).expect(200);
    await play.act(US, id, 1, 'RELEASE');
  });

  it('UNCC 42(1), Budapest 29(1): a new preservation is no part of a closed letter, in which nobody could order it', async () => {
    const id = await secured();
    await passed(91);
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: inDays(1), reason: 'The period is over' });
    await letters.carryAll(id);
    await passed(1);
    await play.acts(id, [[US, 1, 'RELEASE'], [US, null, 'ACKNOWLEDGE'], [US, null, 'CLOSE']]);
    await letters.carryAll(id);
    expect(await refusedTo(id, 'NEW_PRESERVATION_REQUESTED', ask())).toMatchObject({ status: 409, code: 'request.closed', detail: expect.stringContaining('REQUESTED') });
  });

  it('after the release it begins anew', async () => {
    const id = await secured();
    await passed(91);
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: inDays(5), reason: 'The period is over' });
    await letters.carryAll(id);
    await passed(6);
    await play.act(US, id, 1, 'RELEASE');
    expect(await refusedTo(id, 'EXTENSION_REQUESTED', ask())).toMatchObject({ code: 'extension.dated-after-period' });
    await told(id, 'NEW_PRESERVATION_REQUESTED', ask());
    expect(await first(id)).toMatchObject({ state: 'received' });
    await play.acts(id, [[US, 1, 'ORDER_PRESERVATION', { custodian: 'B' }], [US, 1, 'REPORT_SECURED', securedBy('B', 60)]]);
    expect((await first(id)).particulars).toMatchObject({ preservation: { until: inDays(60) }, earlierPreservations: [{ custodians: [{ custodian: 'A' }], release: {} }], extensions: [{ answer: 'ordered' }] });
  });

  it('asked to keep the data after all, an official lets nothing go without an answer, notice and the end of the period', async () => {
    for (const type of ['EXTENSION_REQUESTED', 'NEW_PRESERVATION_REQUESTED']) {
      const id = await secured();
      if (type === 'NEW_PRESERVATION_REQUESTED') await passed(91);
      await told(id, 'WITHDRAWAL_REQUESTED', { reason: 'No longer needed' });
      await told(id, type, { until: inDays(150), reasons: 'It is needed after all' });
      await play.act(US, id, 1, 'EXTEND', { until: inDays(150) });
      expect(await play.refused(US, id, 1, 'RELEASE')).toMatchObject({ code: 'preservation.period-runs' });
      expect(await first(id)).toMatchObject({ state: 'secured' });
    }
  });

  it('42(7): a warning is moot once its custodian has nothing, and outlives a new preservation otherwise', async () => {
    const warning = (custodian: string) => ({ kind: 'will-not-secure', custodian, explanation: 'It would tell its customer' });
    const id = await fromGermany();
    await play.acts(id, [[US, 1, 'ORDER_PRESERVATION', { custodians: ['A', 'B', 'C'] }], [US, 1, 'WARN', warning('B')], [US, 1, 'REPORT_CUSTODIAN_WITHOUT_DATA', { custodian: 'B', explanation: 'None' }]]);
    await play.acts(id, [[US, 1, 'REPORT_SECURED', { ...securedBy('A'), custodian: 'A' }], [US, 1, 'WARN', warning('C')]]);
    await passed(91);
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: inDays(5), reason: 'The period is over' });
    await letters.carryAll(id);
    await passed(6);
    await play.act(US, id, 1, 'RELEASE');
    await told(id, 'NEW_PRESERVATION_REQUESTED', ask());
    // What B might do is moot; what C might do is not, and was not decided on.
    expect(await play.refused(US, id, 1, 'ORDER_PRESERVATION', { custodian: 'C' })).toMatchObject({ code: 'preservation.warning-undecided' });
    await told(id, 'EXECUTION_INSISTED', { warning: 2 });
    await play.act(US, id, 1, 'ORDER_PRESERVATION', { custodian: 'C' });
  });

  it('42(7): a decision by letter says on which warning, where several stand', async () => {
    const id = await fromGermany();
    await play.act(US, id, 1, 'ORDER_PRESERVATION', { custodians: ['A', 'B'] });
    for (const custodian of ['A', 'B']) await play.act(US, id, 1, 'WARN', { kind: 'will-not-secure', custodian, explanation: 'It would tell its customer' });
    expect(await refusedTo(id, 'EXECUTION_INSISTED')).toMatchObject({ code: 'warning.unsaid' });
    await told(id, 'EXECUTION_INSISTED', { warning: 2 });
    await told(id, 'EXECUTION_INSISTED');
    expect((await first(id)).particulars.warnings.map((w: Body) => w.insistedAt !== undefined)).toEqual([true, true]);
  });
});
