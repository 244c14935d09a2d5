import { decide, type Facts } from '@comity/requests';
import { leg, preservationMeasure } from '../support/preservation.js';
import { letter, measure } from '../support/stored-data.js';
import { replay, type StoredEvent } from '../requests/replay.js';
import { Play, problemOf, type Body } from './play.js';

// Real: everything but the clock; Kazakhstan, Viet Nam and Singapore keep their files here, Malaysia does not.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const DESK = 'VN point-of-contact';
const KZ = 'KZ central-authority';
const settled = <T>(value: T): Promise<T> => play.node.settle().then(() => value);
const secured = async (): Promise<string> => {
  const id = await play.transmitted({ measures: [preservationMeasure()] });
  const from = play.node.clock.now();
  await play.acts(id, [
    [DESK, 1, 'ORDER_PRESERVATION'],
    [DESK, 1, 'REPORT_SECURED', { from: from.toISOString(), until: new Date(from.getTime() + 60 * 86_400_000).toISOString() }],
  ]);
  return settled(id);
};
const opened = async (): Promise<string> => {
  const id = await secured();
  await play.act(DESK, id, 1, 'OPEN_DISCLOSURE', { finding: 'The session came through a relay in Singapore' });
  return settled(id);
};
const disclosed = async (path: object[] = [leg()], more: object = {}): Promise<string> => {
  const id = await opened();
  await play.act(DESK, id, 2, 'DISCLOSE_PATH', { path, ...more });
  return settled(id);
};
const second = async (who: string, id: string): Promise<Body> => (await play.view(who, id)).measures[1];

describe('UNCC 43(1): a provider in another State is found while traffic data are preserved', () => {
  it('the requested State opens the disclosure of its own motion: both files have the same new measure, resting on Article 43', async () => {
    const id = await opened();
    for (const [who, state] of [[KZ, 'requested'], ['VN central-authority', 'received']] as const) {
      const view = await play.view(who, id);
      expect(view.measures).toHaveLength(2);
      expect(view.measures[1]).toMatchObject({
        no: 2, form: 'preserved-traffic-data', state, outcome: null,
        content: { followsPreservation: { requestId: id, measure: 1 }, dataClass: 'traffic', legalBases: [{ instrument: 'uncc-2024', article: '43', role: 'primary' }] },
      });
    }
    const kz = await play.view(KZ, id);
    expect(kz.measures[0].particulars.disclosures).toMatchObject([{ finding: 'The session came through a relay in Singapore' }]);
    expect((await play.log('KZ', 'message.taken-in')).at(-1)).toMatchObject({ body: { event: 'DISCLOSURE_OPENED', measure: 1 } });
  });

  it('the path is disclosed by the desk without acknowledgement or admission, typed, and confirmed', async () => {
    const id = await disclosed();
    expect(await second(KZ, id)).toMatchObject({ state: 'pathReceived', particulars: { disclosure: { path: [leg()] } } });
    await play.act('KZ point-of-contact', id, 2, 'CONFIRM_PATH');
    await settled(id);
    for (const who of [KZ, 'VN central-authority']) expect(await second(who, id)).toMatchObject({ state: 'completed', outcome: 'disclosed' });
  });

  it('is asked for by the requesting State, too: in a letter that follows the preservation, or in one letter with it', async () => {
    const path = { form: 'preserved-traffic-data' as const, what: 'The path of the sessions', items: [], legalBases: [{ instrument: 'uncc-2024', article: '43', date: '2026-11-03', role: 'primary' as const }] };
    const preservation = await secured();
    const follows = await play.transmitted({ measures: [{ ...path, followsPreservation: { requestId: preservation, measure: 1 } }] });
    await play.act(DESK, follows, 1, 'DISCLOSE_PATH', { path: [leg()] });
    await settled(follows);
    expect((await play.view(KZ, follows)).measures[0]).toMatchObject({ state: 'pathReceived' });

    const together = await play.transmitted({ measures: [preservationMeasure(), path] });
    await play.act('VN competent-authority', together, 2, 'REPORT_EXECUTION', { result: 'no-data-found', explanation: 'No provider elsewhere took part' });
    await settled(together);
    expect(await second(KZ, together)).toMatchObject({ outcome: 'no-data-found' });

    const alone = await play.draft({ measures: [path] });
    await play.act('KZ case-officer', alone, null, 'SUBMIT_FOR_REVIEW');
    expect(await play.refused(KZ, alone, null, 'TRANSMIT')).toMatchObject({ code: 'request.incomplete', rule: 'UNCC 43(1)' });
  });

  it('the data are kept until the path was told', async () => {
    const id = await opened();
    play.node.clock.advanceDays(61);
    const notice = { term: new Date(play.node.clock.now().getTime() + 86_400_000).toISOString(), reason: 'The period has ended' };
    expect(await play.refused('VN central-authority', id, 1, 'GIVE_NOTICE_OF_RELEASE', notice)).toMatchObject({ code: 'preservation.linked-measure-waits' });
    await play.act(DESK, id, 2, 'DISCLOSE_PATH', { path: [leg()] });
    await play.act('VN central-authority', id, 1, 'GIVE_NOTICE_OF_RELEASE', notice);
  });

  it('is not opened before the preservation was ordered, nor by the requesting State, nor by a role without the right', async () => {
    const id = await play.transmitted({ measures: [preservationMeasure()] });
    expect(await play.refused(DESK, id, 1, 'OPEN_DISCLOSURE', { finding: 'Found' })).toMatchObject({ status: 409, code: 'event.not-possible-now' });
    await play.act(DESK, id, 1, 'ORDER_PRESERVATION');
    expect(await play.refused(KZ, id, 1, 'OPEN_DISCLOSURE', { finding: 'Found' })).toMatchObject({ status: 409, code: 'event.other-side' });
    expect(problemOf(await play.fire('VN case-officer', id, 1, 'OPEN_DISCLOSURE', { finding: 'Found' }))).toMatchObject({ status: 403, code: 'permission.lacking' });
    expect(await play.refused(DESK, id, 1, 'OPEN_DISCLOSURE')).toMatchObject({ status: 422, code: 'payload.missing', errors: [{ pointer: '/payload/finding' }] });
  });

  it('UNCC 42(6): the desk that opened it still asks for what is lacking, and the other desk gives it', async () => {
    const id = await opened();
    await play.act(DESK, id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which zone are the times of?' }] });
    await settled(id);
    await play.act('KZ point-of-contact', id, null, 'PROVIDE_INFORMATION', { answer: 'UTC' });
  });

  it('UNCC 40(26): a withdrawal that crosses the path comes too late, and the path stands', async () => {
    const id = await opened();
    await play.act(DESK, id, 2, 'DISCLOSE_PATH', { path: [leg()] });
    await play.act(KZ, id, 2, 'WITHDRAW_MEASURE', { reason: 'No longer needed' });
    await settled(id);
    expect([(await second(KZ, id)).state, (await second('VN auditor', id)).state]).toEqual(['pathReceived', 'pathDisclosed']);
  });

  it('a withdrawal of the preservation that crosses the opening leaves the disclosure to be decided on its own', async () => {
    const id = await secured();
    await play.act(KZ, id, 1, 'WITHDRAW_MEASURE', { reason: 'No longer needed' });
    await play.act(DESK, id, 1, 'OPEN_DISCLOSURE', { finding: 'Found' });
    await settled(id);
    expect([(await second(KZ, id)).state, (await second('VN auditor', id)).state]).toEqual(['requested', 'received']);
    await play.act(KZ, id, 2, 'WITHDRAW_MEASURE', { reason: 'No longer needed' });
    await settled(id);
    await play.act('VN central-authority', id, 1, 'RELEASE');
    await settled(id);
    expect((await play.view(KZ, id)).measures.map((m: Body) => m.outcome)).toEqual(['withdrawn', 'withdrawn']);
  });
});

describe('a file with a measure that was opened on the way', () => {
  it.each(['KZ', 'VN'])('is given again by its events alone: %s', async (state) => {
    const id = await disclosed();
    await play.act('KZ case-officer', id, 2, 'FOLLOW_PATH');
    await play.act(KZ, id, 2, 'CONFIRM_PATH');
    await settled(id);
    const { asSuperuser } = play.node.db;
    const [file] = await asSuperuser<Body>('SELECT side, letter FROM request_file WHERE state = $1 AND id = $2', [state, id]);
    const measures = await asSuperuser<Body>('SELECT no, form, chart FROM measure WHERE state = $1 AND file_id = $2 ORDER BY no', [state, id]);
    const events = await asSuperuser<StoredEvent>('SELECT seq, measure, type, source, payload, facts, crossed FROM file_event WHERE state = $1 AND file_id = $2 ORDER BY seq', [state, id]);
    const again = replay(file.side, measures, events);
    expect(again.letter).toEqual(file.letter);
    expect(again.measures).toEqual(measures.map(({ no, chart }: Body) => ({ no, state: chart })));
    // Without the opening there is no second measure for what followed.
    expect(() => replay(file.side, measures.slice(0, 1), events.filter((e) => !/DISCLOSURE/.test(e.type)))).toThrow(/measure.unknown/);
  });

  it('a number that is not the next one parks nothing in silence: the message is refused with its reason', () => {
    const base = replay('requesting', [{ no: 1, form: 'preservation' }], []);
    const file = { ...base, measures: [{ no: 1, state: { ...base.measures[0]!.state, value: { ...base.measures[0]!.state.value, main: 'ordered' } } }] };
    const told = (opens: number) => decide(file, { type: 'DISCLOSURE_OPENED', measure: 1, payload: { finding: 'Found', opens }, source: 'counterpart' }, {} as Facts);
    expect(told(3)).toMatchObject({ ok: false, refusals: [{ code: 'measure.number-unexpected' }] });
    expect(told(2)).toMatchObject({ ok: true, file: { measures: [{ no: 1 }, { no: 2, state: { value: { main: 'requested' } } }] } });
  });
});

describe('UNCC 43(2): the path may be withheld', () => {
  it.each(['essential-interests', 'barred-for-similar-domestic-case', 'persecution'])('for %s, with reasons and without a consultation', async (ground) => {
    const id = await opened();
    expect(await play.refused('VN central-authority', id, 2, 'REFUSE', { ground })).toMatchObject({ code: 'reasons.required' });
    await play.act('VN central-authority', id, 2, 'REFUSE', { ground, reasons: 'Reasons' });
    await settled(id);
    expect(await second(KZ, id)).toMatchObject({ outcome: 'refused', particulars: { refusal: { ground, reasons: 'Reasons' } } });
    // Nothing is refused of the preservation itself.
    expect((await play.view(KZ, id)).measures[0]).toMatchObject({ state: 'secured' });
  });

  it.each([
    ['dual-criminality-absent', 'ground.not-for-this-form'], ['de-minimis-or-available-elsewhere', 'ground.not-for-this-form'], ['not-in-conformity', 'ground.not-for-this-form'],
    ['contrary-to-legal-system', 'ground.not-for-this-form'], ['fiscal-matters-alone', 'ground.forbidden'], ['bank-secrecy', 'ground.forbidden'], ['political-offence', 'ground.unknown'],
  ])('not for %s', async (ground, code) => {
    const id = await opened();
    expect(await play.refused('VN central-authority', id, 2, 'REFUSE', { ground, reasons: 'Reasons' })).toMatchObject({ code, rule: expect.stringMatching(/^UNCC 4[03]/) });
  });
});

describe('Budapest 30(2): between Parties of the Budapest Convention the path may be withheld', () => {
  it('for a political offence, and not for what the law of the requested Party makes a condition', async () => {
    const bases = (article: string) => [{ instrument: 'budapest-2001', article, date: '2026-11-03', role: 'primary' as const }];
    const id = await play.draft({ requestedState: 'IS', measures: [preservationMeasure({ legalBases: bases('29') })] }, 'US case-officer');
    await play.acts(id, [['US case-officer', null, 'SUBMIT_FOR_REVIEW'], ['US central-authority', null, 'TRANSMIT']]);
    await settled(id);
    await play.acts(id, [['IS point-of-contact', 1, 'ORDER_PRESERVATION'], ['IS point-of-contact', 1, 'OPEN_DISCLOSURE', { finding: 'Found' }]]);
    expect((await play.view('IS auditor', id)).measures[1].content.legalBases).toMatchObject([{ instrument: 'budapest-2001', article: '30' }]);
    expect(await play.refused('IS central-authority', id, 2, 'REFUSE', { ground: 'requested-law-condition', reasons: 'Reasons' })).toMatchObject({ code: 'ground.not-for-this-form', rule: 'Budapest 30(2)' });
    await play.act('IS central-authority', id, 2, 'REFUSE', { ground: 'political-offence', reasons: 'Reasons' });
  });
});

describe('one duty officer alone', () => {
  it('practice: what he tells of a finding waits for a second person, as what he discloses does', async () => {
    const id = await secured();
    const listed = async () => ((await (await play.as('VN central-authority')).get('/network/duty-reviews').expect(200)).body.items as Body[]).filter((r) => r.requestId === id).map(({ measure: no, act, status }) => [no, act, status]);
    await play.act('VN central-authority', id, 1, 'CONFIRM_DUTY_ACT');
    await play.act(DESK, id, 1, 'OPEN_DISCLOSURE', { finding: 'A relay' });
    expect(await listed()).toEqual([[1, 'OPEN_DISCLOSURE', 'due']]);
    expect(await play.refused(DESK, id, 1, 'CONFIRM_DUTY_ACT')).toMatchObject({ status: 403 });
    await play.act('VN central-authority', id, 1, 'CONFIRM_DUTY_ACT');
    await play.act('VN central-authority', id, 1, 'OPEN_DISCLOSURE', { finding: 'A second relay' });
    expect(await listed()).toEqual([]);
  });
});

describe('a path that cannot be read', () => {
  let id: string;
  beforeAll(async () => {
    id = await opened();
  });

  it.each([
    ['an address with a letter too many', { ip: '198.51.100.7x' }, 'item.address-invalid', 'ip'],
    ['a network for an address', { ip: '198.51.100.0/24' }, 'item.address-invalid', 'ip'],
    ['a time with an offset', { time: '2026-10-30T18:04:11+07:00' }, 'time.not-utc', 'time'],
    ['a day with an offset', { time: '2026-10-30+07:00' }, 'date.offset-without-time', 'time'],
    ['a local time', { time: '2026-10-30T18:04:11' }, 'date.invalid', 'time'],
    ['a time to come', { time: '2027-10-30T18:04:11.000Z' }, 'time.in-future', 'time'],
    ['an end to come', { until: '9999-12-31T23:59:59.000Z' }, 'time.in-future', 'until'],
    ['an end before the beginning', { until: '2026-10-30T18:04:11.000Z' }, 'period.reversed', 'until'],
    ['a millisecond that is not written', { time: '2026-10-30T18:04:11Z' }, 'time.precision-not-given', 'time'],
    ['a port that is none', { port: 65_536 }, 'payload.invalid', 'port'],
    ['a protocol nobody knows', { protocol: 'pigeon' }, 'payload.not-a-choice', 'protocol'],
    ['no precision', { precision: undefined }, 'payload.missing', 'precision'],
    ['a State that is no code', { state: 'Singapore' }, 'payload.invalid', 'state'],
    ['a field too many', { subscriber: 'A person' }, 'payload.unknown-field', 'subscriber'],
    ['a right-to-left override in the provider', { provider: 'A\u202eB' }, 'text.unfit-characters', 'provider'],
  ])('%s: %j is refused where it stands', async (_, patch, code, member) => {
    const problem = await play.refused(DESK, id, 2, 'DISCLOSE_PATH', { path: [leg(), leg(patch)] });
    const pointer = `/payload/path/1/${member}`;
    expect([problem.code, problem.errors?.map((e) => e.pointer)]).toEqual([code, [pointer]]);
  });

  it('UNCC 43(1): without a provider in another State it identifies nobody', async () => {
    expect(await play.refused(DESK, id, 2, 'DISCLOSE_PATH', { path: [leg({ state: 'VN' })] })).toMatchObject({ code: 'path.no-other-state', rule: 'UNCC 43(1)' });
    expect(await play.refused(DESK, id, 2, 'DISCLOSE_PATH', { path: [leg({ provider: undefined })] })).toMatchObject({ code: 'path.provider-missing', rule: 'UNCC 43(1)' });
    expect(await play.refused(DESK, id, 2, 'DISCLOSE_PATH', { path: [] })).toMatchObject({ status: 422 });
  });
});

describe('following the path in one act', () => {
  it('UNCC 43, 42, 40(6)-(7): opens a draft to the third State with items, inherited facts, link, legal bases of that pair on that day, and use limits', async () => {
    const id = await disclosed([leg({ state: 'VN', role: 'destination', ip: '203.0.113.24', port: 443 }), leg(), leg({ ip: '2001:db8::7', port: undefined, time: '2026-10-31T02:00:00Z', precision: 'minute', state: undefined })], { useLimits: 'Not to be shown to the provider' });
    const { opened: draft } = await play.act('KZ case-officer', id, 2, 'FOLLOW_PATH', { forms: ['preservation', 'stored-data'] });
    expect(draft).toMatchObject({
      requestedState: 'SG', requestId: expect.any(String),
      legalBases: [{ form: 'preservation', via: 'training', instrument: 'uncc-2024', article: '42' }, { form: 'stored-data', via: 'training', instrument: 'uncc-2024', article: '44' }],
    });
    const view = await play.view('KZ case-officer', draft.requestId);
    const { content } = await play.view(KZ, id);
    expect(view).toMatchObject({ side: 'requesting', counterpart: 'SG', overall: 'draft', content: { facts: content.facts, offences: content.offences, proceeding: content.proceeding } });
    expect(view.openedFrom).toMatchObject({ requestId: id, measure: 2, disclosedBy: 'VN' });
    expect(view.openedFrom.useLimits.map((l: Body) => l.rule)).toEqual(['UNCC 40(19)', 'said by the disclosing State', 'UNCC 36(3)']);
    expect(view.measures.map((m: Body) => m.form)).toEqual(['preservation', 'stored-data']);
    expect(view.measures[0].content).toMatchObject({
      custodian: 'A provider of relays', requestToFollow: true, doNotNotifyUser: true, legalBases: [{ instrument: 'uncc-2024', article: '42', date: play.node.clock.now().toISOString().slice(0, 10), role: 'primary' }],
      items: [
        { type: 'ipv4', value: '198.51.100.7', port: 51_422, protocol: 'tcp', from: '2026-10-30T18:04:11.250Z', to: '2026-10-30T18:04:11.251Z' },
        { type: 'ipv6', value: '2001:db8::7', from: '2026-10-31T02:00:00.000Z', to: '2026-10-31T02:01:00.000Z' },
      ],
    });
    expect(view.measures[1].content).toMatchObject({ followsPreservation: { requestId: draft.requestId, measure: 1 } });
    expect((await second('KZ auditor', id)).particulars.followed).toMatchObject([{ leads: 'on', state: 'SG', requestId: draft.requestId }]);
    // It lacks nothing: it can go out in the same night.
    await play.act('KZ case-officer', draft.requestId, null, 'SUBMIT_FOR_REVIEW');
    await play.act(KZ, draft.requestId, null, 'TRANSMIT');
    await settled(id);
    const there = await play.view('SG central-authority', draft.requestId);
    expect(there).toMatchObject({ side: 'requested', counterpart: 'KZ', overall: 'received' });
    // The third State hears nothing of the request from which the path came.
    expect(JSON.stringify(there)).not.toContain(id);
    expect((await (await play.as('VN central-authority')).get(`/requests/${draft.requestId}`)).status).toBe(404);
  });

  it('UNCC 43(1): an item for the third State spans every moment that its entry can mean', async () => {
    const id = await disclosed([
      leg({ precision: 'hour', time: '2026-10-30T18:59:00Z' }), leg({ precision: 'day', time: '2026-10-30T18:59:00Z', until: '2026-10-31T02:00:00Z' }), leg({ precision: 'second', time: '2026-10-30T18:04:11.999Z' }),
    ]);
    const { opened: draft } = await play.act('KZ case-officer', id, 2, 'FOLLOW_PATH');
    expect((await play.view('KZ case-officer', draft.requestId)).measures[0].content.items).toMatchObject([
      { from: '2026-10-30T18:00:00.000Z', to: '2026-10-30T19:00:00.000Z' }, { from: '2026-10-30T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' }, { from: '2026-10-30T18:04:11.000Z', to: '2026-10-30T18:04:12.000Z' },
    ]);
  });

  it('UNCC 43(1): the period asked for begins with the earliest entry and ends with the latest, whatever their precision', async () => {
    const id = await disclosed([leg({ time: '2026-10-30T18:04:11.250Z' }), leg({ precision: 'second', time: '2026-10-30T18:04:11Z' })]);
    const { opened: draft } = await play.act('KZ case-officer', id, 2, 'FOLLOW_PATH', { forms: ['stored-data'] });
    expect((await play.view('KZ case-officer', draft.requestId)).measures[0].content.period).toEqual({ from: '2026-10-30T18:04:11.000Z', to: '2026-10-30T18:04:12.000Z' });
  });

  it('fired twice under one key it opens one draft; fired again it names the draft there is, until that is abandoned', async () => {
    const id = await disclosed();
    const etag = await play.etag('KZ case-officer', id);
    const headers = { 'if-match': etag, 'idempotency-key': 'a-follow-of-the-path-1' };
    const [one, again] = [await play.fire('KZ case-officer', id, 2, 'FOLLOW_PATH', {}, headers), await play.fire('KZ case-officer', id, 2, 'FOLLOW_PATH', {}, headers)];
    expect([one.status, again.status, again.body.opened]).toEqual([200, 200, one.body.opened]);
    const problem = await play.refused('KZ case-officer', id, 2, 'FOLLOW_PATH');
    expect(problem).toMatchObject({ status: 409, code: 'path.followed-already' });
    expect(problem.detail).toContain(one.body.opened.requestId);
    await play.act('KZ case-officer', one.body.opened.requestId, null, 'ABANDON', { note: 'Opened by mistake' });
    await play.act('KZ case-officer', id, 2, 'FOLLOW_PATH');
  });

  it('practice: the 24/7 desk follows it at night, with what one duty officer may send alone, and sends it', async () => {
    const id = await disclosed();
    expect(await play.refused('KZ point-of-contact', id, 2, 'FOLLOW_PATH', { forms: ['preservation', 'stored-data'] })).toMatchObject({ status: 403, code: 'duty.not-this-form' });
    const { opened: draft } = await play.act('KZ point-of-contact', id, 2, 'FOLLOW_PATH');
    await play.act('KZ point-of-contact', draft.requestId, null, 'TRANSMIT');
    await settled(draft.requestId);
    expect((await play.view('SG central-authority', draft.requestId)).overall).toBe('received');
    expect((await play.view(KZ, draft.requestId)).measures[0].particulars.dutyReview).toMatchObject({ act: 'TRANSMIT' });
  });

  it('followed once more after the request to that State was withdrawn', async () => {
    const id = await disclosed();
    const { opened: draft } = await play.act('KZ case-officer', id, 2, 'FOLLOW_PATH');
    await play.acts(draft.requestId, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], [KZ, null, 'TRANSMIT']]);
    await settled(id);
    await play.act(KZ, draft.requestId, null, 'WITHDRAW', { reason: 'The wrong entry' });
    await settled(id);
    await play.act('KZ case-officer', id, 2, 'FOLLOW_PATH');
  });

  it('a path that leads home is recorded as such, and is no error', async () => {
    const id = await disclosed([leg({ state: 'KZ' })]);
    const answer = await play.act('KZ case-officer', id, 2, 'FOLLOW_PATH');
    expect(answer.opened).toBeUndefined();
    expect((await second('KZ auditor', id)).particulars.followed).toMatchObject([{ leads: 'home', state: 'KZ' }]);
    expect((await play.log('KZ', 'measure.path-followed')).at(-1)).toMatchObject({ body: { measure: 2, event: 'FOLLOW_PATH' } });
    await play.act('KZ point-of-contact', id, 2, 'CONFIRM_PATH');
  });

  it('several States: the one to ask is named, and the act repeated for each', async () => {
    const id = await disclosed([leg(), leg({ state: 'MY', provider: 'A provider of accounts' }), leg({ state: 'KZ' })]);
    expect(await play.refused('KZ case-officer', id, 2, 'FOLLOW_PATH')).toMatchObject({ code: 'path.several-states' });
    for (const state of ['SG', 'MY']) expect((await play.act('KZ case-officer', id, 2, 'FOLLOW_PATH', { state })).opened.requestedState).toBe(state);
    await play.act('KZ case-officer', id, 2, 'FOLLOW_PATH', { state: 'KZ' });
    expect((await second('KZ auditor', id)).particulars.followed.map((f: Body) => [f.leads, f.state])).toEqual([['on', 'SG'], ['on', 'MY'], ['home', 'KZ']]);
  });

  it('long names of several providers are cut between characters; an entry named twice is asked about once', async () => {
    const id = await disclosed([leg({ provider: 'A'.repeat(290) }), leg({ ip: '198.51.100.9', provider: `A provi\u{1F30F}der of relays` })]);
    const draft = (await play.act('KZ case-officer', id, 2, 'FOLLOW_PATH', { entries: [1, 2, 2, 1] })).opened.requestId;
    const { custodian, items } = (await play.view('KZ case-officer', draft)).measures[0].content;
    expect([custodian.length, items.map((i: Body) => i.value)]).toEqual([299, ['198.51.100.7', '198.51.100.9']]);
  });

  it.each([
    ['no State is known', [leg({ state: undefined })], {}, 'path.state-unknown'],
    ['a State is named in which no entry is', [leg()], { state: 'IS' }, 'path.not-there'],
    ['home is named, and no entry is there', [leg()], { state: 'KZ' }, 'path.not-there'],
    ['part leads home, and part is not placed', [leg({ state: 'KZ' }), leg({ ip: '198.51.100.9', state: undefined })], {}, 'path.entries-unplaced'],
    ['an entry is named that is not there, of a path that leads home', [leg({ state: 'KZ' })], { entries: [2], state: 'KZ' }, 'path.entry-unknown'],
    ['it leads back to the State that disclosed it', [leg()], { state: 'VN' }, 'path.leads-back'],
    ['the directory does not know the State', [leg({ state: 'AQ' })], {}, 'state.unknown'],
    ['an entry is named that is not there', [leg()], { entries: [2] }, 'path.entry-unknown'],
  ])('%s: it says what to do', async (_, path, payload, code) => {
    const id = await disclosed(path);
    expect(await play.refused('KZ case-officer', id, 2, 'FOLLOW_PATH', payload)).toMatchObject({ code });
  });

  it('a State with which nothing binds today gets a draft without a legal basis, and the check says so', async () => {
    const id = await disclosed([leg({ state: 'BG' })]);
    const { opened: draft } = await play.act('KZ case-officer', id, 2, 'FOLLOW_PATH');
    const view = await play.view('KZ case-officer', draft.requestId);
    if (draft.legalBases[0].instrument === null) expect(view.measures[0].content.legalBases).toEqual([]);
    else expect(['training', 'treaty', 'arrangement']).toContain(draft.legalBases[0].via);
  });

  it('is not for the State that disclosed it, nor before there is a path', async () => {
    const id = await opened();
    expect(await play.refused('KZ case-officer', id, 2, 'FOLLOW_PATH')).toMatchObject({ code: 'event.not-possible-now' });
    expect(await play.refused('VN central-authority', id, 2, 'FOLLOW_PATH')).toMatchObject({ code: 'event.other-side' });
  });
});

describe('UNCC 36(3): the State that disclosed the path asks to be asked before it goes on', () => {
  const ready = async (said: object): Promise<{ id: string; draft: string }> => {
    const id = await disclosed([leg(), leg({ state: 'MY', provider: 'A provider of accounts' })], said);
    const draft = (await play.act('KZ case-officer', id, 2, 'FOLLOW_PATH', { state: 'SG' })).opened.requestId as string;
    await play.act('KZ case-officer', draft, null, 'SUBMIT_FOR_REVIEW');
    return { id, draft };
  };
  const transfer = (state: string) => ({ kind: 'onward-transfer', purpose: 'Preservation by the next provider', proceeding: 'Pre-trial investigation of unlawful access', data: 'The addresses of the path', personalData: true, destination: { state } });

  it('the request is drafted and reviewed meanwhile, and transmitted only once the transfer to that State is granted', async () => {
    const { id, draft } = await ready({ onwardTransfer: 'ask-first' });
    expect((await play.view(KZ, draft)).openedFrom.useLimits.at(-1)).toMatchObject({ rule: 'UNCC 36(3)', text: expect.stringContaining('VN asked to be asked first') });
    const waits = async (said: string): Promise<void> => {
      const problem = await play.refused(KZ, draft, null, 'TRANSMIT');
      expect(problem).toMatchObject({ code: 'request.incomplete', rule: 'UNCC 36(3)' });
      expect(problem.detail).toContain(said);
      expect((await play.view(KZ, draft)).letter.blockedEvents.find((e: Body) => e.type === 'TRANSMIT').reasons).toMatchObject([{ rule: 'UNCC 36(3)' }]);
    };
    const { content, measures } = await play.view('KZ case-officer', draft);
    const check = async (more: object) => (await (await play.as('KZ case-officer')).post('/requests/check', { requestedState: 'SG', letter: content, measures: measures.map((m: Body) => m.content), ...more })).body;
    expect(await check({ requestId: draft })).toMatchObject({ ready: false, lacking: [{ code: 'onward-transfer.consent-lacking', rule: 'UNCC 36(3)', blocks: true }] });
    expect(await check({})).toMatchObject({ ready: true, lacking: [] });
    expect(await check({ requestId: id })).toMatchObject({ status: 404, code: 'request.unknown' });
    await waits(`Ask it: REQUEST_USE_CONSENT (onward-transfer of personal data, destination SG) on measure 2 of request ${id}`);
    // Another transfer is not this one.
    await play.act(KZ, id, 2, 'REQUEST_USE_CONSENT', transfer('MY'));
    await settled(id);
    await play.act('VN central-authority', id, 2, 'GRANT_USE_CONSENT', { consent: 1 });
    await settled(id);
    await waits('Ask it');
    await play.act(KZ, id, 2, 'REQUEST_USE_CONSENT', transfer('SG'));
    await settled(id);
    await waits('has not answered');
    await play.act('VN central-authority', id, 2, 'DECLINE_USE_CONSENT', { consent: 2, reasons: 'Own proceedings' });
    await settled(id);
    await waits('It declined');
    await play.act(KZ, id, 2, 'REQUEST_USE_CONSENT', transfer('SG'));
    await settled(id);
    await play.act('VN central-authority', id, 2, 'GRANT_USE_CONSENT', { consent: 3, limitedTo: 'This investigation' });
    await settled(id);
    await play.act(KZ, draft, null, 'TRANSMIT');
    await settled(draft);
    expect((await play.view('SG central-authority', draft)).overall).toBe('received');
    // What was granted for a part and declined for the whole holds back what would go out again.
    await play.act(KZ, id, 2, 'REQUEST_USE_CONSENT', { ...transfer('SG'), data: 'The subscribers, too' });
    await settled(id);
    await play.act('VN central-authority', id, 2, 'DECLINE_USE_CONSENT', { consent: 4, reasons: 'Not these' });
    await settled(id);
    const again = await play.draft({ requestedState: 'SG', supplements: draft, measures: [] });
    await play.act('KZ case-officer', again, null, 'SUBMIT_FOR_REVIEW');
    expect(await play.refused(KZ, again, null, 'TRANSMIT')).toMatchObject({ code: 'request.incomplete', rule: 'UNCC 36(3)' });
    await play.act(KZ, id, 2, 'RECORD_USE', { ...transfer('SG'), consent: 3 });
    expect((await (await play.as('KZ auditor')).get(`/uses?requestId=${id}`).expect(200)).body.items).toMatchObject([{ kind: 'onward-transfer', destination: { state: 'SG' }, consent: { no: 3, limitedTo: 'This investigation' } }]);
  });

  it('a consent that does not cover personal data is none for a path', async () => {
    const { id, draft } = await ready({ onwardTransfer: 'ask-first' });
    await play.act(KZ, id, 2, 'REQUEST_USE_CONSENT', { ...transfer('SG'), personalData: false });
    await settled(id);
    await play.act('VN central-authority', id, 2, 'GRANT_USE_CONSENT', { consent: 1 });
    await settled(id);
    expect(await play.refused(KZ, draft, null, 'TRANSMIT')).toMatchObject({ code: 'request.incomplete', rule: 'UNCC 36(3)' });
  });

  it('a new letter that follows the request opened from the path is held back as a supplement is', async () => {
    const { id, draft } = await ready({ onwardTransfer: 'ask-first' });
    const answered = async (consent: number, type: string, more: object = {}) => {
      await play.act(KZ, id, 2, 'REQUEST_USE_CONSENT', transfer('SG'));
      await settled(id);
      await play.act('VN central-authority', id, 2, type, { consent, ...more });
      await settled(id);
    };
    await answered(1, 'GRANT_USE_CONSENT', { limitedTo: 'Preservation' });
    await play.act(KZ, draft, null, 'TRANSMIT');
    await settled(draft);
    await answered(2, 'DECLINE_USE_CONSENT', { reasons: 'Own proceedings' });
    const next = await play.draft({ requestedState: 'SG', measures: [measure({ items: [{ type: 'ipv4', value: '198.51.100.7' }], followsPreservation: { requestId: draft, measure: 1 } })] });
    await play.act('KZ case-officer', next, null, 'SUBMIT_FOR_REVIEW');
    expect(await play.refused(KZ, next, null, 'TRANSMIT')).toMatchObject({ code: 'request.incomplete', rule: 'UNCC 36(3)' });
    await answered(3, 'GRANT_USE_CONSENT');
    await play.act(KZ, next, null, 'TRANSMIT');
  });

  it('it stays held back when what the file says of the path is gone: an erasure opens nothing', async () => {
    const { id, draft } = await ready({ onwardTransfer: 'ask-first' });
    await play.node.db.asSuperuser(`UPDATE measure SET particulars = '{}' WHERE state = 'KZ' AND file_id = $1`, [id]);
    expect(await play.refused(KZ, draft, null, 'TRANSMIT')).toMatchObject({ code: 'request.incomplete', rule: 'UNCC 36(3)' });
  });

  it('a transfer that was authorised with the path waits for nothing and is entered as such; elsewhere nothing goes without a consent', async () => {
    const { id, draft } = await ready({ onwardTransfer: 'authorised' });
    await play.act(KZ, draft, null, 'TRANSMIT');
    await play.act(KZ, id, 2, 'RECORD_USE', transfer('SG'));
    expect(await play.refused(KZ, id, 2, 'RECORD_USE', transfer('US'))).toMatchObject({ code: 'use.without-consent', rule: 'UNCC 36(3)' });
  });

  it('a request that was never transmitted is not supplemented', async () => {
    const { draft } = await ready({ onwardTransfer: 'authorised' });
    expect(problemOf(await play.tryDraft({ requestedState: 'SG', supplements: draft, measures: [] }))).toMatchObject({ status: 409, code: 'request.supplements-unsent' });
    await play.act('KZ case-officer', draft, null, 'ABANDON', { note: 'Not needed' });
    expect(problemOf(await play.tryDraft({ requestedState: 'SG', supplements: draft, measures: [] }))).toMatchObject({ status: 409, code: 'request.supplements-unsent' });
  });

  it('nothing is used of a path that was not disclosed', async () => {
    const id = await opened();
    expect(await play.refused(KZ, id, 2, 'REQUEST_USE_CONSENT', transfer('SG'))).toMatchObject({ code: 'evidence.not-received' });
  });
});

describe('a path from a State without a node', () => {
  it('is transcribed, confirmed by a second person, and followed like any other', async () => {
    const bases = [{ instrument: 'budapest-2001', article: '29', date: '2026-11-03', role: 'primary' as const }];
    const id = await play.draft({ requestedState: 'DE', letter: letter({ language: 'de' }), measures: [preservationMeasure({ legalBases: bases })] }, 'US case-officer');
    await play.acts(id, [['US case-officer', null, 'SUBMIT_FOR_REVIEW'], ['US central-authority', null, 'TRANSMIT']]);
    await settled(id);
    const [{ id: messageId }] = (await (await play.as('US central-authority')).get(`/requests/${id}/messages`).expect(200)).body.items;
    const at = play.node.clock.now().toISOString();
    await (await play.as('US point-of-contact')).post(`/requests/${id}/messages/${messageId}/dispatch`, { channel: 'diplomatic', dispatchedAt: at, reference: 'NV-12' });
    const transcribe = async (type: string, no: number, body: object) => {
      const caller = await play.as('US central-authority');
      const { body: stored } = await caller.post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from(`scan of ${type}`)).expect(201);
      return caller.post('/transcriptions', { requestId: id, counterpart: 'DE', type, measure: no, body, datedAt: at, receivedAt: at, channel: 'diplomatic', document: { sha256: stored.sha256 } });
    };
    const confirmed = async (type: string, no: number, body: object) => {
      const proposed = await transcribe(type, no, body);
      expect([type, proposed.status]).toEqual([type, 201]);
      return (await play.as('US central-authority-2')).post(`/transcriptions/${proposed.body.id}/confirm`);
    };
    for (const [type, body] of [['PRESERVATION_ORDERED', {}], ['DISCLOSURE_OPENED', { finding: 'Relay abroad' }]] as const) expect([type, (await confirmed(type, 1, body)).status]).toEqual([type, 200]);
    // It would go on to the third State, and be refused there.
    for (const [patch, code] of [[{ until: '2026-10-30T18:00:00.000Z' }, 'period.reversed'], [{ time: '2099-10-30T18:04:11.000Z' }, 'time.in-future']] as const) {
      expect(problemOf(await confirmed('PATH_DISCLOSED', 2, { path: [leg({ state: 'IS', ...patch })] }))).toMatchObject({ status: 422, code, detail: expect.stringContaining('CORRESPONDENCE') });
    }
    expect((await confirmed('PATH_DISCLOSED', 2, { path: [leg({ state: 'IS' })] })).status).toBe(200);
    expect(problemOf(await transcribe('PATH_DISCLOSED', 2, { path: [leg({ time: 'yesterday' })] }))).toMatchObject({ status: 422 });
    const { opened: draft } = await play.act('US case-officer', id, 2, 'FOLLOW_PATH');
    expect(draft).toMatchObject({ requestedState: 'IS', legalBases: [{ via: 'treaty', instrument: 'budapest-2001', article: '29' }] });
  });
});

describe('UNCC 42(8), 44: measures that follow each other', () => {
  const follows = (requestId: string, no: number) => measure({ followsPreservation: { requestId, measure: no } });

  it('in one letter: saved in another order, the link must still name the preservation', async () => {
    const id = await play.draft({ measures: [preservationMeasure()] });
    const save = async (measures: object[]) => (await play.as('KZ case-officer')).put(`/requests/${id}`, { letter: letter(), measures }, { 'if-match': await play.etag('KZ case-officer', id) });
    expect((await save([preservationMeasure(), follows(id, 1)])).status).toBe(200);
    expect(problemOf(await save([follows(id, 1), preservationMeasure()]))).toMatchObject({ status: 422, code: 'measure.unknown' });
    expect((await save([follows(id, 2), preservationMeasure()])).status).toBe(200);
  });

  it('in two letters: the preservation is transmitted first', async () => {
    const preservation = await play.draft({ measures: [preservationMeasure()] });
    const id = await play.draft({ measures: [follows(preservation, 1)] });
    await play.act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
    expect(await play.refused(KZ, id, null, 'TRANSMIT')).toMatchObject({ code: 'request.incomplete', rule: 'UNCC 42(8)' });
    await play.acts(preservation, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], [KZ, null, 'TRANSMIT']]);
    await settled(preservation);
    await play.act(KZ, id, null, 'TRANSMIT');
    await settled(id);
    expect((await play.view('VN central-authority', id)).measures[0].particulars.continues).toMatchObject({ found: 'received' });
  });
});
