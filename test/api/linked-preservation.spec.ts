import { preservationMeasure } from '../support/preservation.js';
import { deskLetter, query } from '../support/network.js';
import { measure } from '../support/stored-data.js';
import { Play, problemOf, type Body } from './play.js';

// Real: everything but the clock.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const DESK = 'VN point-of-contact';
const VN = 'VN central-authority';
const KZ = 'KZ central-authority';
const now = () => play.node.clock.now().getTime();
const inDays = (days: number): string => new Date(now() + days * 86_400_000).toISOString();
const first = async (who: string, id: string): Promise<Body> => (await play.view(who, id)).measures[0];
const terms = async (who: string, id: string, code: string): Promise<Body[]> => (await play.view(who, id)).deadlines.filter((d: Body) => d.code === code && d.status === 'open');

const ordered = async (payload: object = {}, patch = {}): Promise<string> => {
  const id = await play.transmitted({ measures: [preservationMeasure(patch)] });
  await play.act(DESK, id, 1, 'ORDER_PRESERVATION', { ...payload });
  await play.node.settle();
  return id;
};
const secured = async (): Promise<string> => {
  const id = await ordered();
  await play.act(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: inDays(60) });
  await play.node.settle();
  return id;
};
/** Closed for want of reply. */
const lapse = async (id: string): Promise<void> => {
  await play.act(VN, id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which time zone?' }] });
  await play.act(VN, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: inDays(1), reason: 'No reply' });
  await play.node.settle();
  play.node.clock.advanceDays(2);
  await play.act(VN, id, null, 'CLOSE_FOR_WANT_OF_REPLY');
  await play.node.settle();
};
/** Its period is over and nothing came: let go after notice. */
const released = async (): Promise<string> => {
  const id = await secured();
  play.node.clock.advanceDays(61);
  await play.act(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: inDays(1), reason: 'Nothing came' });
  await play.node.settle();
  play.node.clock.advanceDays(2);
  await play.act(VN, id, 1, 'RELEASE');
  await play.node.settle();
  return id;
};
const continued = async (id: string, patch = {}): Promise<string> => play.transmitted({ measures: [measure({ followsPreservation: { requestId: id, measure: 1 }, ...patch })] });
const notice = () => ({ term: inDays(7), reason: 'The period has ended' });

describe('UNCC 42: several custodians in one preservation', () => {
  it('42(8): each reports on its own, at least 60 days each; the period of the measure is the earliest end, in both files', async () => {
    const id = await ordered({ custodians: ['Hosting provider', 'Payment provider'] }, { custodian: undefined, custodians: ['Hosting provider', 'Payment provider'] });
    const [a, b] = [inDays(75), inDays(60)];
    await play.act(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: a, custodian: 'Hosting provider', what: 'Two servers' });
    expect((await first(VN, id)).particulars.preservation).toMatchObject({ until: a, outstanding: ['Payment provider'] });
    expect(await play.refused(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: inDays(59), custodian: 'Payment provider' })).toMatchObject({ code: 'preservation.period-too-short', rule: 'UNCC 42(8)' });
    expect(await play.refused(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: b })).toMatchObject({ code: 'custodian.missing', errors: [{ pointer: '/payload/custodian' }] });
    expect(await play.refused(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: b, custodian: 'Hosting provider' })).toMatchObject({ code: 'custodian.reported-already' });
    await play.act(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: b, custodian: 'Payment provider' });
    await play.node.settle();
    for (const who of [KZ, VN]) {
      const { state, particulars } = await first(who, id);
      expect([state, particulars.preservation]).toMatchObject(['secured', { until: b, lastUntil: a, outstanding: [], custodians: [{ custodian: 'Hosting provider', until: a }, { custodian: 'Payment provider', until: b }] }]);
      expect((await terms(who, id, 'preservation')).map((d) => [d.dueAt, d.kind, d.rule])).toEqual([[b, 'legal', 'UNCC 42(8)'], [a, 'legal', 'UNCC 42(8)']]);
    }
  });

  it('42(8): nothing is released while the period of one of them runs; 42(9): one or all are extended', async () => {
    const id = await ordered();
    const [long, short] = [inDays(90), inDays(60)];
    await play.act(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: short, custodian: 'A' });
    await play.act(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: long, custodian: 'B' });
    await play.node.settle();
    play.node.clock.advanceDays(50);
    await play.act(KZ, id, 1, 'REQUEST_EXTENSION', { until: inDays(30), reasons: 'The request is being translated' });
    await play.node.settle();
    expect(await play.refused(DESK, id, 1, 'EXTEND', { until: inDays(30), custodian: 'C' })).toMatchObject({ code: 'custodian.unknown' });
    expect(await play.refused(DESK, id, 1, 'EXTEND', { until: inDays(30), custodian: 'B' })).toMatchObject({ code: 'extension.not-longer' });
    const extended = inDays(30);
    await play.act(DESK, id, 1, 'EXTEND', { until: extended });
    await play.node.settle();
    // The longer one keeps its own end.
    expect((await first(KZ, id)).particulars.preservation).toMatchObject({ until: extended, lastUntil: long, custodians: [{ custodian: 'A', until: extended, extended: true }, { custodian: 'B', until: long }] });
    expect((await terms(KZ, id, 'preservation')).map((d) => [d.dueAt, d.kind])).toEqual([[extended, 'agreed'], [long, 'legal']]);
    play.node.clock.advanceDays(31);
    await play.act(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', notice());
    await play.node.settle();
    play.node.clock.advanceDays(8);
    expect(await play.refused(VN, id, 1, 'RELEASE')).toMatchObject({ code: 'preservation.period-runs', rule: 'UNCC 42(8)' });
    play.node.clock.advanceDays(2);
    await play.act(VN, id, 1, 'RELEASE');
  });

  it('UNCC 42(9): an extension is asked for in time while the period of any custodian runs, and nobody’s is cut short', async () => {
    const id = await ordered();
    await play.act(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: inDays(60), custodian: 'A' });
    play.node.clock.advanceDays(50);
    await play.act(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: inDays(60), custodian: 'B' });
    await play.node.settle();
    play.node.clock.advanceDays(11);
    const asked = await play.act(KZ, id, 1, 'REQUEST_EXTENSION', { until: inDays(90), reasons: 'Being translated' });
    expect(asked).toMatchObject({ messages: [{ type: 'EXTENSION_REQUESTED' }] });
    await play.node.settle();
    await play.act(VN, id, 1, 'DECLINE_EXTENSION', { reasons: 'No more room' });
    const { deadlines } = await play.view(VN, id);
    expect(deadlines.filter((d: Body) => d.code === 'preservation' && d.status === 'open')).toHaveLength(2);
  });

  it('a new preservation begins with no custodian; what was secured before stays on record', async () => {
    const id = await released();
    await play.act(KZ, id, 1, 'REQUEST_EXTENSION', { until: inDays(60), reasons: 'Still needed' });
    await play.node.settle();
    await play.act(DESK, id, 1, 'ORDER_PRESERVATION');
    await play.act(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: inDays(60) });
    await play.node.settle();
    for (const who of [KZ, VN]) expect((await first(who, id)).particulars).toMatchObject({ preservation: { until: inDays(60) }, earlierPreservations: [{ custodian: '' }] });
  });

  it('UNCC 42(8): a notice given before a request came does not serve after its refusal, nor is anything let go while another authority has it', async () => {
    const id = await secured();
    play.node.clock.advanceDays(61);
    await play.act(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: inDays(1), reason: 'Nothing came' });
    await play.node.settle();
    play.node.clock.advanceDays(1);
    const request = await continued(id);
    await play.acts(request, [[VN, null, 'ACKNOWLEDGE'], [VN, 1, 'EXAMINE'], [VN, 1, 'REFUSE', { ground: 'persecution', reasons: 'On file' }]]);
    await play.node.settle();
    play.node.clock.advanceDays(15);
    expect(await play.refused(VN, id, 1, 'RELEASE')).toMatchObject({ code: 'release.no-notice' });
    await play.act(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', notice());
    await play.node.settle();
    play.node.clock.advanceDays(8);
    await play.act(VN, id, 1, 'RELEASE');
    const other = await secured();
    const referred = await continued(other);
    play.node.clock.advanceDays(61);
    await play.acts(referred, [[VN, null, 'ACKNOWLEDGE'], [VN, 1, 'REFER', { authority: 'Another authority', reasons: 'Its province' }]]);
    expect(await play.refused(VN, other, 1, 'GIVE_NOTICE_OF_RELEASE', notice())).toMatchObject({ code: 'preservation.grace-runs' });
  });

  it.each(['withdrawn', 'cannot be executed', 'closed for want of reply'])('practice: a notice that the other State answered with a request does not serve after that is %s', async (how) => {
    const id = await secured();
    play.node.clock.advanceDays(50);
    await play.act(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: inDays(11), reason: 'The period ends' });
    await play.node.settle();
    play.node.clock.advanceDays(5);
    const request = await continued(id);
    await play.act(VN, request, null, 'ACKNOWLEDGE');
    play.node.clock.advanceDays(10);
    if (how === 'withdrawn') await play.act(KZ, request, 1, 'WITHDRAW_MEASURE', { reason: 'Drawn up anew' });
    if (how === 'cannot be executed') {
      await play.acts(request, [
        [VN, 1, 'EXAMINE'], [VN, 1, 'GRANT'], [VN, 1, 'ASSIGN', { authority: 'Executing authority' }], ['VN competent-authority', 1, 'AUTHORISE', { body: 'Court', remedyOpen: false }],
        ['VN competent-authority', 1, 'BEGIN_EXECUTION'], ['VN competent-authority', 1, 'REPORT_EXECUTION', { result: 'cannot-be-executed', explanation: 'The disk is broken' }],
      ]);
    }
    if (how === 'closed for want of reply') await lapse(request);
    await play.node.settle();
    expect(await play.refused(VN, id, 1, 'RELEASE')).toMatchObject({ code: 'release.no-notice', rule: 'practice:release-after-notice' });
    await play.act(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', notice());
    await play.node.settle();
    play.node.clock.advanceDays(8);
    await play.act(VN, id, 1, 'RELEASE');
  });

  it('UNCC 42(8): the reply came after the request was closed for want of it: it awaits its decision, and the data are kept', async () => {
    const id = await secured();
    const request = await continued(id);
    await play.act(VN, request, null, 'ACKNOWLEDGE');
    await lapse(request);
    play.node.clock.advanceDays(61);
    expect(await first(VN, id)).toMatchObject({ linked: 'over' });
    await play.act(KZ, request, null, 'PROVIDE_INFORMATION', { answer: 'UTC' });
    await play.node.settle();
    expect(await first(VN, id)).toMatchObject({ linked: 'waiting' });
    expect(await play.refused(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', notice())).toMatchObject({ code: 'preservation.linked-measure-waits', rule: 'UNCC 42(8)' });
  });

  it('UNCC 42(8): asked anew after its release, 60 days are left from the asking, whenever the data were secured', async () => {
    const id = await released();
    expect(await play.refused(KZ, id, 1, 'REQUEST_EXTENSION', { until: inDays(-1), reasons: 'Still needed' })).toMatchObject({ code: 'period.over-already' });
    await play.act(KZ, id, 1, 'REQUEST_EXTENSION', { until: inDays(90), reasons: 'Still needed' });
    await play.node.settle();
    await play.act(DESK, id, 1, 'ORDER_PRESERVATION');
    expect(await play.refused(DESK, id, 1, 'REPORT_SECURED', { from: inDays(-59), until: inDays(1) })).toMatchObject({ code: 'preservation.period-too-short', rule: 'UNCC 42(8)' });
    await play.act(DESK, id, 1, 'REPORT_SECURED', { from: inDays(-59), until: inDays(60) });
  });

  it('UNCC 42(1), 42(9): asked for late, the notice of release falls with its term in both files; asked for in time, it stands', async () => {
    const [late, early] = [await secured(), await secured()];
    await play.act(VN, early, 1, 'GIVE_NOTICE_OF_RELEASE', { term: inDays(64), reason: 'The period will end' });
    await play.node.settle();
    await play.act(KZ, early, 1, 'REQUEST_EXTENSION', { until: inDays(90), reasons: 'Being translated' });
    await play.node.settle();
    for (const who of [KZ, VN]) expect(await terms(who, early, 'release')).toHaveLength(1);
    play.node.clock.advanceDays(61);
    await play.act(VN, late, 1, 'GIVE_NOTICE_OF_RELEASE', notice());
    await play.node.settle();
    for (const who of [KZ, VN]) expect(await terms(who, late, 'release')).toHaveLength(1);
    await play.act(KZ, late, 1, 'REQUEST_EXTENSION', { until: inDays(90), reasons: 'Being translated' });
    await play.node.settle();
    for (const who of [KZ, VN]) expect(await terms(who, late, 'release')).toEqual([]);
  });

  it('a question, or the disclosure of a path, continues no preservation', async () => {
    const id = await secured();
    const link = { followsPreservation: { requestId: id, measure: 1 } };
    expect((await play.tryDraft({ letter: deskLetter(), measures: [query(link)] }, 'KZ point-of-contact')).body).toMatchObject({ code: 'measure.member-misplaced', rule: 'UNCC 42(8)' });
  });

  it('what was withdrawn leaves no term open; an extension shows from when to when', async () => {
    const id = await secured();
    await play.act(KZ, id, 1, 'REQUEST_EXTENSION', { until: inDays(90), reasons: 'Being translated' });
    await play.node.settle();
    const before = inDays(60);
    await play.act(VN, id, 1, 'EXTEND', { until: inDays(90) });
    await play.node.settle();
    for (const who of [KZ, VN]) expect(await terms(who, id, 'preservation')).toMatchObject([{ working: `from ${before} to ${inDays(90)}, extended; UNCC 42(9)` }]);
    await play.act(KZ, id, 1, 'WITHDRAW_MEASURE', { reason: 'Not needed' });
    await play.node.settle();
    await play.act(VN, id, 1, 'RELEASE');
    await play.node.settle();
    for (const who of [KZ, VN]) expect(await terms(who, id, 'preservation')).toEqual([]);
  });

  it('UNCC 42(3)(g): that the user is not to be told is carried and shown in the other file, and printed in its letter', async () => {
    const id = await ordered();
    expect(await first(DESK, id)).toMatchObject({ content: { doNotNotifyUser: true } });
    const { body } = await (await play.as(VN)).get(`/requests/${id}/messages`).expect(200);
    const [{ id: messageId }] = body.items;
    const printed = await (await play.as(KZ)).get(`/requests/${id}/messages/${messageId}/letter`);
    expect(printed.text).toMatch(/do not notify user<\/dt><dd><span>yes/);
  });

  it('42(4): one that holds nothing is told apart, before or after another has reported, and ends nothing', async () => {
    const all = ['Hosting provider', 'Payment provider', 'Mail provider'];
    const id = await ordered({ custodians: all }, { custodian: undefined, custodians: all });
    const without = (custodian: string) => ({ custodian, explanation: 'Kept for a week only' });
    expect(await play.refused(DESK, id, 1, 'REPORT_CUSTODIAN_WITHOUT_DATA', without('A fourth'))).toMatchObject({ code: 'custodian.not-outstanding', errors: [{ pointer: '/payload/custodian' }] });
    await play.act(DESK, id, 1, 'REPORT_CUSTODIAN_WITHOUT_DATA', without('Mail provider'));
    expect(await play.refused(DESK, id, 1, 'REPORT_CUSTODIAN_WITHOUT_DATA', without('Mail provider'))).toMatchObject({ code: 'custodian.not-outstanding' });
    await play.act(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: inDays(60), custodian: 'Hosting provider' });
    expect((await first(VN, id)).particulars.preservation.outstanding).toEqual(['Payment provider']);
    await play.act(DESK, id, 1, 'REPORT_CUSTODIAN_WITHOUT_DATA', without('Payment provider'));
    await play.node.settle();
    for (const who of [KZ, VN]) {
      const { state, particulars } = await first(who, id);
      expect([state, particulars.preservation.outstanding, particulars.withoutData.map((c: Body) => c.custodian)]).toEqual(['secured', [], ['Mail provider', 'Payment provider']]);
    }
    const only = await ordered({ custodian: 'Hosting provider' });
    expect(await play.refused(DESK, only, 1, 'REPORT_CUSTODIAN_WITHOUT_DATA', without('Hosting provider'))).toMatchObject({ code: 'custodian.last' });
    await play.act(VN, only, 1, 'REPORT_EXECUTION', { result: 'no-data-found', explanation: 'Kept for a week only' });
  });

  it('42(7): a warning about one custodian holds up what another one secured in nothing', async () => {
    const both = ['Hosting provider', 'Payment provider'];
    const id = await ordered({ custodians: both }, { custodian: undefined, custodians: both });
    await play.act(DESK, id, 1, 'WARN', { kind: 'will-not-secure', explanation: 'It would tell its customer', custodian: 'Payment provider' });
    const report = (custodian?: string) => ({ from: inDays(0), until: inDays(60), ...(custodian && { custodian }) });
    for (const who of [undefined, 'Payment provider']) {
      expect(await play.refused(DESK, id, 1, 'REPORT_SECURED', report(who))).toMatchObject({ code: 'preservation.warning-undecided', rule: 'UNCC 42(7)', errors: [{ pointer: '/payload/custodian' }] });
    }
    await play.act(DESK, id, 1, 'REPORT_SECURED', report('Hosting provider'));
    await play.node.settle();
    expect(await first(KZ, id)).toMatchObject({ state: 'secured', regions: { warning: 'warned' } });
  });

  it('42(4), 42(7): a warning about one custodian holds up no order to another; one about the measure as a whole holds up each', async () => {
    const id = await play.transmitted({ measures: [preservationMeasure({ custodian: undefined, custodians: ['A', 'B', 'C'] })] });
    const warn = (more: object = {}) => play.act(DESK, id, 1, 'WARN', { kind: 'threatens-confidentiality', explanation: 'It tells its customers', ...more });
    const undecided = (member: string) => ({ code: 'preservation.warning-undecided', rule: 'UNCC 42(7)', errors: [{ pointer: `/payload/${member}` }] });
    await warn({ custodian: 'A' });
    expect(await play.refused(DESK, id, 1, 'ORDER_PRESERVATION')).toMatchObject(undecided('custodian'));
    expect(await play.refused(DESK, id, 1, 'ORDER_PRESERVATION', { custodian: 'A' })).toMatchObject(undecided('custodian'));
    expect(await play.refused(DESK, id, 1, 'ORDER_PRESERVATION', { custodians: ['A', 'B'] })).toMatchObject({ ...undecided('custodians'), detail: expect.stringContaining('warned of A') });
    await warn();
    expect(await play.refused(DESK, id, 1, 'ORDER_PRESERVATION', { custodians: ['B', 'C'] })).toMatchObject({ code: 'preservation.warning-undecided', rule: 'UNCC 42(7)' });
    await play.node.settle();
    await play.act('KZ point-of-contact', id, 1, 'INSIST_ON_EXECUTION', { warning: 2 });
    await play.node.settle();
    await play.act(DESK, id, 1, 'ORDER_PRESERVATION', { custodians: ['B', 'C'] });
    await play.node.settle();
    expect(await first(KZ, id)).toMatchObject({ state: 'ordered', regions: { warning: 'warned' } });
  });

  it('42(7): another custodian may give reason for another warning, after the first was decided', async () => {
    const id = await secured();
    for (const custodian of ['A', 'B']) {
      await play.act(DESK, id, 1, 'WARN', { kind: 'threatens-confidentiality', custodian, explanation: 'It tells its customers' });
      await play.node.settle();
      expect(await play.refused(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: inDays(60), custodian })).toMatchObject({ code: 'preservation.warning-undecided' });
      await play.act('KZ point-of-contact', id, 1, 'INSIST_ON_EXECUTION');
      await play.node.settle();
    }
    expect((await first(VN, id)).particulars.warnings).toMatchObject([{ no: 1, custodian: 'A', insistedAt: expect.any(String) }, { no: 2, custodian: 'B', insistedAt: expect.any(String) }]);
  });
});

describe('UNCC 42: data reported without a name', () => {
  it('42(8): are those of the one custodian ordered, which is no longer outstanding, and are extended by its name', async () => {
    const id = await ordered({ custodian: 'Hosting provider' });
    await play.act(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: inDays(60) });
    await play.node.settle();
    for (const who of [KZ, VN]) expect((await first(who, id)).particulars.preservation).toMatchObject({ outstanding: [], custodians: [{ custodian: 'Hosting provider' }] });
    expect(await play.refused(DESK, id, 1, 'REPORT_CUSTODIAN_WITHOUT_DATA', { custodian: 'Hosting provider', explanation: 'Nothing' })).toMatchObject({ code: 'custodian.not-outstanding' });
    await play.act(KZ, id, 1, 'REQUEST_EXTENSION', { until: inDays(90), reasons: 'Being translated' });
    await play.node.settle();
    await play.act(DESK, id, 1, 'EXTEND', { until: inDays(90), custodian: 'Hosting provider' });
    await play.node.settle();
    expect((await first(KZ, id)).particulars.preservation).toMatchObject({ lastUntil: expect.stringContaining(inDays(90).slice(0, 10)), custodians: [{ custodian: 'Hosting provider', extended: true }] });
  });

  it('42(8): stay without an owner where several were ordered, and each of those is outstanding', async () => {
    const id = await ordered({ custodians: ['A', 'B'] });
    await play.act(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: inDays(60) });
    expect((await first(VN, id)).particulars.preservation).toMatchObject({ outstanding: ['A', 'B'], custodians: [{ custodian: '' }] });
  });
});

describe('UNCC 42(7): warnings that stand at the same time', () => {
  const desk = 'KZ point-of-contact';
  const warning = (custodian?: string) => ({ kind: 'threatens-confidentiality', explanation: 'It tells its customers', ...(custodian && { custodian }) });
  const report = (custodian: string) => ({ from: inDays(0), until: inDays(60), custodian });

  it('are each decided by its number; what is not decided holds up its own custodian only', async () => {
    const id = await ordered({ custodians: ['A', 'B', 'C'] });
    await play.act(DESK, id, 1, 'WARN', warning('A'));
    await play.act(DESK, id, 1, 'WARN', warning('B'));
    await play.node.settle();
    expect(await play.refused(desk, id, 1, 'INSIST_ON_EXECUTION')).toMatchObject({ code: 'warning.unsaid', errors: [{ pointer: '/payload/warning' }] });
    expect(await play.refused(desk, id, 1, 'INSIST_ON_EXECUTION', { warning: 3 })).toMatchObject({ code: 'warning.not-standing' });
    await play.act(desk, id, 1, 'INSIST_ON_EXECUTION', { warning: 2 });
    await play.node.settle();
    for (const who of [KZ, VN]) {
      const { regions, particulars } = await first(who, id);
      expect([regions.warning, particulars.warnings.map((w: Body) => [w.no, w.custodian, w.insistedAt !== undefined])]).toEqual(['warned', [[1, 'A', false], [2, 'B', true]]]);
    }
    await play.act(DESK, id, 1, 'REPORT_SECURED', report('B'));
    expect(await play.refused(DESK, id, 1, 'REPORT_SECURED', report('A'))).toMatchObject({ code: 'preservation.warning-undecided', rule: 'UNCC 42(7)', detail: expect.stringContaining('warned of A') });
    expect(await play.refused(desk, id, 1, 'INSIST_ON_EXECUTION', { warning: 2 })).toMatchObject({ code: 'warning.not-standing' });
    await play.act(desk, id, 1, 'INSIST_ON_EXECUTION');
    await play.node.settle();
    await play.act(DESK, id, 1, 'REPORT_SECURED', report('A'));
    await play.node.settle();
    expect(await first(KZ, id)).toMatchObject({ state: 'secured', regions: { warning: 'decided' }, particulars: { preservation: { outstanding: ['C'] } } });
  });

  it('a decision that crossed another warning leaves that one standing', async () => {
    const id = await ordered({ custodians: ['A', 'B'] });
    await play.act(DESK, id, 1, 'WARN', warning('A'));
    await play.node.settle();
    await play.act(DESK, id, 1, 'WARN', warning());
    await play.act(desk, id, 1, 'INSIST_ON_EXECUTION');
    await play.node.settle();
    for (const who of [KZ, VN]) expect(await first(who, id)).toMatchObject({ regions: { warning: 'warned' }, particulars: { warnings: [{ insistedAt: expect.any(String) }, { no: 2, kind: 'threatens-confidentiality' }] } });
    // It names nobody, and so concerns all.
    expect(await play.refused(DESK, id, 1, 'REPORT_SECURED', report('A'))).toMatchObject({ code: 'preservation.warning-undecided' });
    await play.act(desk, id, 1, 'INSIST_ON_EXECUTION', { warning: 2 });
    await play.node.settle();
    await play.act(DESK, id, 1, 'REPORT_SECURED', report('A'));
  });
});

describe('UNCC 42: what a custodian told before and tells otherwise now', () => {
  it('one that had nothing and finds data after all is told of as secured only', async () => {
    const id = await ordered({ custodians: ['A', 'B'] });
    await play.act(DESK, id, 1, 'REPORT_CUSTODIAN_WITHOUT_DATA', { custodian: 'B', explanation: 'Nothing in its logs' });
    for (const custodian of ['A', 'B']) await play.act(DESK, id, 1, 'REPORT_SECURED', { from: inDays(0), until: inDays(60), custodian });
    await play.node.settle();
    for (const who of [KZ, VN]) {
      const { particulars } = await first(who, id);
      expect([particulars.withoutData, particulars.preservation.custodians.map((c: Body) => c.custodian)]).toEqual([[], ['A', 'B']]);
    }
  });
});

describe('UNCC 42(8), 44: a measure that continues a preservation', () => {
  it('passes into securing on the grant, in the same moment, and holds the data until receipt is confirmed', async () => {
    const id = await secured();
    const follows = await continued(id);
    expect((await first(VN, follows)).particulars.continues).toMatchObject({ requestId: id, measure: 1, found: 'secured', until: expect.any(String) });
    expect(await first(VN, id)).toMatchObject({ linked: 'waiting' });
    play.node.clock.advanceDays(61);
    // The period is over, and the request keeps the data: there is nothing to begin anew.
    expect(await play.refused(KZ, id, 1, 'REQUEST_EXTENSION', { until: inDays(60), reasons: 'Still needed' })).toMatchObject({ code: 'preservation.goes-on', rule: 'UNCC 42(8)' });
    await play.acts(follows, [[VN, null, 'ACKNOWLEDGE'], [VN, 1, 'EXAMINE'], [VN, 1, 'GRANT']]);
    await play.node.settle();
    const granted = (await first(VN, follows)).particulars.grant.at;
    for (const who of [KZ, VN]) expect((await first(who, follows)).particulars.securing).toMatchObject({ since: granted, continues: { requestId: id, measure: 1 } });
    // Pending the decision by 42(8); from the grant on by practice.
    const held = async () => expect(await play.refused(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', notice())).toMatchObject({ code: 'preservation.linked-measure-waits', rule: 'practice:kept-until-transmitted' });
    expect(await first(VN, id)).toMatchObject({ linked: 'granted' });
    await held();
    await play.acts(follows, [
      [VN, 1, 'ASSIGN', { authority: 'Executing authority' }], ['VN competent-authority', 1, 'AUTHORISE', { body: 'Court', remedyOpen: false }], ['VN competent-authority', 1, 'BEGIN_EXECUTION'],
      ['VN competent-authority', 1, 'REPORT_EXECUTION', { result: 'data-obtained' }], [VN, 1, 'DECIDE_TRANSMISSION', { outcome: 'released' }],
    ]);
    await held();
    await play.act(VN, follows, 1, 'TRANSMIT_EVIDENCE', { packageId: await play.package(follows, 1, { 'a.img': Buffer.from('a') }) });
    await play.node.settle();
    await held();
    await play.act(KZ, follows, 1, 'CONFIRM_RECEIPT');
    await play.node.settle();
    expect(await first(VN, id)).toMatchObject({ state: 'secured', linked: 'over' });
    await play.act(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', notice());
  });

  it('refused, by the first decision or the second: the grace period is shown on the preservation, and then only an official lets go', async () => {
    for (const step of ['first', 'second']) {
      const id = await secured();
      const follows = await continued(id);
      play.node.clock.advanceDays(61);
      await play.acts(follows, [[VN, null, 'ACKNOWLEDGE'], [VN, 1, 'EXAMINE']]);
      const refusal = { ground: 'persecution', reasons: 'Substantial grounds' };
      if (step === 'first') await play.act(VN, follows, 1, 'REFUSE', refusal);
      else {
        await play.acts(follows, [
          [VN, 1, 'GRANT'], [VN, 1, 'ASSIGN', { authority: 'Executing authority' }], ['VN competent-authority', 1, 'AUTHORISE', { body: 'Court', remedyOpen: false }], ['VN competent-authority', 1, 'BEGIN_EXECUTION'],
          ['VN competent-authority', 1, 'REPORT_EXECUTION', { result: 'data-obtained' }], [VN, 1, 'DECIDE_TRANSMISSION', { outcome: 'denied', ...refusal }],
        ]);
      }
      await play.node.settle();
      expect(await terms(VN, id, 'grace')).toMatchObject([{ kind: 'internal', dueAt: inDays(14), working: expect.stringMatching(/^14 days from .*, refusal of the measure that continued it$/) }]);
      expect([step, await play.refused(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', notice())]).toMatchObject([step, { code: 'preservation.grace-runs' }]);
      play.node.clock.advanceDays(15);
      await play.node.settle();
      expect(await first(VN, id)).toMatchObject({ state: 'secured', linked: 'over' });
      await play.act(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', notice());
      await play.node.settle();
      expect(await play.refused(VN, id, 1, 'RELEASE')).toMatchObject({ code: 'release.term-runs' });
      play.node.clock.advanceDays(8);
      await play.act(VN, id, 1, 'RELEASE');
      expect(await terms(VN, id, 'grace')).toEqual([]);
    }
  });

  it('a request of another State does not hold it, though it names it', async () => {
    const id = await secured();
    const link = { requestId: id, measure: 1 };
    const refused = await play.unchanged(async () => play.tryDraft({ measures: [measure({ followsPreservation: link })] }, 'SG case-officer'));
    expect(refused).toMatchObject({ code: 'preservation.unknown' });
    // A node that does not check its drafts could send one all the same.
    const theirs = await play.transmitted({ measures: [measure()] }, 'SG');
    await play.node.db.asSuperuser(`UPDATE measure SET content = content || $1 WHERE state = 'VN' AND file_id = $2`, [JSON.stringify({ followsPreservation: link }), theirs]);
    expect(await first(VN, id)).toMatchObject({ linked: 'none' });
  });
});

describe('acts that cross', () => {
  it('extension meets expiry: asked in time and arrived after the period, it is an extension, and holds the release until it is answered', async () => {
    const id = await secured();
    play.node.clock.advanceDays(59);
    await play.act(KZ, id, 1, 'REQUEST_EXTENSION', { until: inDays(60), reasons: 'The request is being translated' });
    play.node.clock.advanceDays(2);
    await play.act(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', notice());
    await play.node.settle();
    expect([(await first(KZ, id)).state, (await first(VN, id)).state]).toEqual(['extensionAsked', 'extensionAsked']);
    play.node.clock.advanceDays(8);
    expect(await play.refused(VN, id, 1, 'RELEASE')).toMatchObject({ code: 'event.not-possible-now' });
    await play.act(DESK, id, 1, 'EXTEND', { until: inDays(60) });
    await play.node.settle();
    for (const who of [KZ, VN]) expect(await first(who, id)).toMatchObject({ state: 'secured', particulars: { releaseNotice: null } });
    expect(await play.refused(VN, id, 1, 'RELEASE')).toMatchObject({ code: 'preservation.period-runs' });
  });

  it('extension meets release: released before the extension was known, both files say so, and a new preservation is offered', async () => {
    const id = await secured();
    play.node.clock.advanceDays(59);
    const reasons = { until: inDays(60), reasons: 'The request is being translated' };
    await play.act(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: inDays(1), reason: 'The period ends' });
    await play.node.settle();
    await play.act(KZ, id, 1, 'REQUEST_EXTENSION', reasons);
    play.node.clock.advanceDays(2);
    await play.act(VN, id, 1, 'RELEASE');
    await play.node.settle();
    expect([(await first(KZ, id)).state, (await first(VN, id)).state]).toEqual(['preservationReleased', 'preservationReleased']);
    expect((await first(KZ, id)).availableEvents.map((e: Body) => e.type)).toContain('REQUEST_EXTENSION');
    const again = await play.act(KZ, id, 1, 'REQUEST_EXTENSION', { ...reasons, until: inDays(60) });
    expect(again.messages).toMatchObject([{ type: 'NEW_PRESERVATION_REQUESTED' }]);
  });

  it('release meets receipt of the request: whichever the requested State did first under its lock stands, and the request is told what it found', async () => {
    const id = await secured();
    play.node.clock.advanceDays(61);
    await play.act(VN, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: inDays(1), reason: 'The period has ended' });
    await play.node.settle();
    play.node.clock.advanceDays(2);
    // Transmitted and not delivered yet: the requested State cannot know, and lets go.
    const draft = await play.draft({ measures: [measure({ followsPreservation: { requestId: id, measure: 1 } })] });
    await play.acts(draft, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], [KZ, null, 'TRANSMIT']]);
    await play.act(VN, id, 1, 'RELEASE');
    await play.node.settle();
    expect((await first(VN, draft)).particulars.continues).toMatchObject({ found: 'preservationReleased' });
    expect(await first(KZ, id)).toMatchObject({ state: 'preservationReleased', outcome: 'released' });
    // The request is none the less in hand, and can be secured for at once.
    await play.act('VN competent-authority', draft, 1, 'SECURE', { explanation: 'What is left at the provider' });

    const other = await secured();
    play.node.clock.advanceDays(61);
    await play.act(VN, other, 1, 'GIVE_NOTICE_OF_RELEASE', { term: inDays(1), reason: 'The period has ended' });
    await play.node.settle();
    await continued(other);
    play.node.clock.advanceDays(2);
    expect(await play.refused(VN, other, 1, 'RELEASE')).toMatchObject({ code: 'preservation.linked-measure-waits' });
  });

  it('42(7) warning meets withdrawal: the withdrawal stands, nothing is left to decide on, and neither can be insisted on', async () => {
    const id = await ordered();
    await play.act(DESK, id, 1, 'WARN', { kind: 'will-not-secure', explanation: 'Overwritten daily' });
    await play.act(KZ, id, 1, 'WITHDRAW_MEASURE', { reason: 'No longer needed' });
    await play.node.settle();
    expect([(await first(KZ, id)).outcome, (await first(VN, id)).outcome]).toEqual(['withdrawn', 'withdrawn']);
    expect(await play.refused('KZ point-of-contact', id, 1, 'INSIST_ON_EXECUTION')).toMatchObject({ code: 'measure.ended' });
    expect(await play.refused(DESK, id, 1, 'WARN', { kind: 'will-not-secure', explanation: 'Again' })).toMatchObject({ status: 409 });
  });
});

describe('UNCC 44, Budapest 31(3): the expedited track', () => {
  it('is asked for with its reason, shown in both files, and puts a request first in the list, page by page', async () => {
    const slow = [await play.transmitted(), await play.transmitted()];
    const expedited = { ground: 'vulnerable', reason: 'The provider overwrites its logs after seven days' } as const;
    const fast = [await play.transmitted({ measures: [measure({ expedited })] }), await play.transmitted({ measures: [measure(), measure({ expedited })] })];
    slow.push(await play.transmitted());
    expect(await first(VN, fast[0]!)).toMatchObject({ content: { expedited } });
    expect(await play.view(VN, fast[1]!)).toMatchObject({ expedited: true });

    const caller = await play.as(VN);
    const all: Body[] = [];
    let after = '';
    do {
      const { body } = await caller.get(`/requests?sort=expedited&limit=3${after && `&after=${after}`}`).expect(200);
      all.push(...body.items);
      after = body.next ?? '';
    } while (after);
    expect(new Set(all.map((i) => i.id)).size).toBe(all.length);
    expect(all.slice(0, 2).map((i) => i.id)).toEqual([...fast].reverse());
    expect(all.slice(0, 2).map((i) => i.expedited)).toEqual([true, true]);
    const rest = all.slice(2);
    expect(rest.every((i) => !i.expedited)).toBe(true);
    expect(rest.map((i) => i.id)).toEqual(expect.arrayContaining(slow));
    expect(rest.map((i) => i.changedAt)).toEqual([...rest.map((i) => i.changedAt)].sort().reverse());

    const only = await caller.get('/requests?expedited=true').expect(200);
    expect(only.body.items.map((i: Body) => i.id).sort()).toEqual([...fast].sort());
    const unsorted = await caller.get('/requests?limit=1').expect(200);
    expect(problemOf(await caller.get(`/requests?sort=expedited&after=${unsorted.body.next}`))).toMatchObject({ status: 400, code: 'cursor.invalid' });
  });

  it('is refused without a reason, and for a form that has no slower track', async () => {
    const none = await play.unchanged(async () => play.tryDraft({ measures: [measure({ expedited: { ground: 'vulnerable', reason: ' ' } })] }));
    expect(none.errors).toMatchObject([{ code: 'measure.expedited-reason-missing', pointer: '/measures/0/expedited/reason' }]);
    const form = await play.unchanged(async () => play.tryDraft({ measures: [preservationMeasure({ expedited: { ground: 'vulnerable', reason: 'Reason' } })] }));
    expect(form.errors).toMatchObject([{ code: 'measure.expedited-not-for-this-form', pointer: '/measures/0/expedited' }]);
  });
});
