import { idempotentAct, type StoredAnswer } from '@comity/access';
import { newId, type Official } from '@comity/kernel';
import { DraftsService, RequestReader, RequestsService } from '@comity/requests';
import type { MeasureContent } from '@comity/treaty';
import { testNode, type TestNode } from '../support/node.js';
import { letter, measure } from '../support/stored-data.js';

const preservation: MeasureContent = {
  form: 'preservation',
  what: 'Disk contents and logs of two virtual servers',
  items: [{ type: 'ipv4', value: '203.0.113.24', port: 443, from: '2026-10-30T18:04:11Z', to: '2026-11-02T02:40:00Z' }],
  custodian: 'A hosting provider in Ho Chi Minh City',
  relation: 'Source of the intrusion and store of the copied data',
  necessity: 'The provider deletes unpaid servers after 14 days',
  requestToFollow: true,
  doNotNotifyUser: true,
  legalBases: [{ instrument: 'uncc-2024', article: '42', date: '2026-11-03', role: 'primary' }],
};

// Real: all rooms, PostgreSQL, messages between two States. Only HTTP is left out.
describe('UNCC 42(1): expedited preservation between two States', () => {
  let node: TestNode;
  const officials: Record<string, Official> = {};

  beforeAll(async () => {
    node = await testNode(import.meta.url);
    for (const state of ['KZ', 'VN']) for (const name of ['case-officer', 'central-authority', 'point-of-contact']) officials[`${state} ${name}`] = await node.official(state, name);
  });
  afterAll(() => node.close());

  const reader = () => node.app.get(RequestReader, { strict: false });
  /** Before anything that was sent has arrived. */
  const atOnce = async (who: string, id: string, no: number | null, type: string, payload: Record<string, unknown> = {}): Promise<StoredAnswer> => {
    const actor = officials[who]!;
    const { version } = await reader().read(actor, id);
    return node.app.get(RequestsService, { strict: false }).advance(actor, {
      requestId: id, measure: no, type, payload, ifMatch: `"${version}"`, idempotency: idempotentAct(actor.accountId, `POST /requests/${id}/events`, newId(), payload),
    });
  };
  const act = async (...what: Parameters<typeof atOnce>): Promise<StoredAnswer> => {
    const answer = await atOnce(...what);
    await node.settle();
    return answer;
  };
  const transmitted = async (measures: MeasureContent[]): Promise<string> => {
    const officer = officials['KZ case-officer']!;
    const dto = { requestedState: 'VN', letter: letter(), measures };
    const created = await node.app.get(DraftsService, { strict: false }).create(officer, dto as never, idempotentAct(officer.accountId, 'POST /requests', newId(), {}));
    const { id } = created.body as { id: string };
    await act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
    await act('KZ central-authority', id, null, 'TRANSMIT');
    return id;
  };
  const seen = async (who: string, id: string) => (await reader().read(officials[who]!, id)).measures[0]!;
  const secured = async (): Promise<string> => {
    const id = await transmitted([preservation]);
    await act('VN point-of-contact', id, 1, 'ORDER_PRESERVATION');
    const from = node.clock.now();
    await act('VN point-of-contact', id, 1, 'REPORT_SECURED', { from: from.toISOString(), until: new Date(from.getTime() + 60 * 86_400_000).toISOString() });
    return id;
  };

  it('42(8): is not reported secured from a day to come, which would leave the data unprotected until then', async () => {
    const id = await transmitted([preservation]);
    await act('VN point-of-contact', id, 1, 'ORDER_PRESERVATION');
    const later = (days: number) => new Date(node.clock.now().getTime() + days * 86_400_000).toISOString();
    await expect(act('VN point-of-contact', id, 1, 'REPORT_SECURED', { from: later(400), until: later(500) })).rejects.toMatchObject({ code: 'period.begins-later', rule: 'UNCC 42(8)', errors: [{ pointer: '/payload/from' }] });
    await act('VN point-of-contact', id, 1, 'REPORT_SECURED', { from: later(0), until: later(60) });
  });

  it('42(4), 42(8): is ordered without acknowledgement, and reported secured from and until, in both files', async () => {
    const id = await secured();
    for (const who of ['KZ case-officer', 'VN central-authority']) {
      expect(await seen(who, id)).toMatchObject({ state: 'secured', particulars: { preservation: { from: expect.any(String), until: expect.any(String) } } });
      const { deadlines } = await reader().read(officials[who]!, id);
      expect(deadlines.filter(({ status, code }) => status === 'open' && code !== 'duty-review')).toMatchObject([{ code: 'preservation', kind: 'legal', rule: 'UNCC 42(8)', working: expect.stringMatching(/^60 days from .*, secured; UNCC 42\(8\)$/) }]);
    }
  });

  it('42(8): 59 days are too short', async () => {
    const id = await transmitted([preservation]);
    await act('VN point-of-contact', id, 1, 'ORDER_PRESERVATION');
    const short = act('VN point-of-contact', id, 1, 'REPORT_SECURED', { from: '2026-11-03T09:12:40Z', until: '2027-01-01T09:12:40Z' });
    await expect(short).rejects.toMatchObject({ status: 422, code: 'preservation.period-too-short', rule: 'UNCC 42(8)' });
  });

  it('42(4), 42(6): is refused neither for want of dual criminality nor for a defect of form', async () => {
    const id = await transmitted([preservation]);
    const refuse = (ground: string) => act('VN central-authority', id, 1, 'REFUSE', { ground, reasons: 'Reasons' });
    await expect(refuse('dual-criminality-absent')).rejects.toMatchObject({ code: 'ground.not-for-this-form', rule: expect.stringMatching(/^UNCC 42/) });
    await expect(refuse('not-in-conformity')).rejects.toMatchObject({ code: 'ground.not-for-this-form' });
    await act('VN central-authority', id, null, 'ACKNOWLEDGE');
    await act('VN central-authority', id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which of the two servers?' }] });
    await refuse('essential-interests');
    expect(await seen('KZ case-officer', id)).toMatchObject({ outcome: 'refused' });
  });

  it('42(7): a warning holds the order until the requesting State decides', async () => {
    const id = await transmitted([preservation]);
    await act('VN point-of-contact', id, 1, 'WARN', { kind: 'threatens-confidentiality', explanation: 'The provider tells its customers' });
    await expect(act('VN point-of-contact', id, 1, 'ORDER_PRESERVATION')).rejects.toMatchObject({ code: 'preservation.warning-undecided', rule: 'UNCC 42(7)' });
    await act('KZ central-authority', id, 1, 'INSIST_ON_EXECUTION');
    await act('VN point-of-contact', id, 1, 'ORDER_PRESERVATION');
  });

  it('42(8): never ends by the clock; an official releases after the period, with notice', async () => {
    const id = await secured();
    await expect(act('VN central-authority', id, 1, 'RELEASE')).rejects.toMatchObject({ code: 'preservation.period-runs', rule: 'UNCC 42(8)' });
    node.clock.advanceDays(61);
    await node.settle();
    expect(await seen('VN central-authority', id)).toMatchObject({ state: 'secured' });
    await expect(act('VN central-authority', id, 1, 'RELEASE')).rejects.toMatchObject({ code: 'release.no-notice' });
    const term = new Date(node.clock.now().getTime() + 7 * 86_400_000).toISOString();
    await act('VN central-authority', id, 1, 'GIVE_NOTICE_OF_RELEASE', { term, reason: 'No request has come' });
    await expect(act('VN central-authority', id, 1, 'RELEASE')).rejects.toMatchObject({ code: 'release.term-runs' });
    node.clock.advanceDays(8);
    await act('VN central-authority', id, 1, 'RELEASE');
    for (const who of ['KZ case-officer', 'VN central-authority']) expect(await seen(who, id)).toMatchObject({ outcome: 'released' });
  });

  it('42(9): an extension in time lengthens the period; a late one is taken as a new preservation', async () => {
    const id = await secured();
    const in90 = new Date(node.clock.now().getTime() + 90 * 86_400_000).toISOString();
    await act('KZ central-authority', id, 1, 'REQUEST_EXTENSION', { until: in90, reasons: 'The request is being translated' });
    await act('VN central-authority', id, 1, 'EXTEND', { until: in90 });
    expect(await seen('KZ case-officer', id)).toMatchObject({ state: 'secured', particulars: { preservation: { until: in90 } } });
    node.clock.advanceDays(91);
    const late = await act('KZ central-authority', id, 1, 'REQUEST_EXTENSION', { until: new Date(node.clock.now().getTime() + 60 * 86_400_000).toISOString(), reasons: 'Still needed' });
    expect(late.body).toMatchObject({ measureState: 'requested', messages: [{ type: 'NEW_PRESERVATION_REQUESTED' }] });
    // The data are still there, so they stay secured until it is answered: extended, or declined on a ground.
    expect(await seen('VN central-authority', id)).toMatchObject({ state: 'extensionAsked' });
    await expect(act('VN central-authority', id, 1, 'REFUSE', { ground: 'persecution', reasons: 'None' })).rejects.toMatchObject({ code: 'event.not-possible-now' });
    await expect(act('VN central-authority', id, 1, 'DECLINE_EXTENSION', { reasons: 'No more room' })).rejects.toMatchObject({ code: 'ground.unknown' });
    const days = (n: number) => new Date(node.clock.now().getTime() + n * 86_400_000).toISOString();
    await expect(act('VN central-authority', id, 1, 'EXTEND', { until: days(59) })).rejects.toMatchObject({ rule: 'UNCC 42(8)' });
    await act('VN central-authority', id, 1, 'EXTEND', { until: days(60) });
    for (const who of ['KZ case-officer', 'VN central-authority']) expect(await seen(who, id)).toMatchObject({ state: 'secured', particulars: { preservation: { until: days(60) } } });
  });

  it.each(['RELEASE', 'CLOSE'])('42(9), practice: a new preservation that crosses the closing takes the letter up again, in both files (it is asked for before the %s arrives)', async (unseen) => {
    const id = await secured();
    const days = (n: number) => new Date(node.clock.now().getTime() + n * 86_400_000).toISOString();
    await act('VN central-authority', id, null, 'ACKNOWLEDGE');
    node.clock.advanceDays(61);
    await act('VN central-authority', id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: days(7), reason: 'No request has come' });
    node.clock.advanceDays(8);
    await (unseen === 'RELEASE' ? atOnce : act)('VN central-authority', id, 1, 'RELEASE');
    await atOnce('VN central-authority', id, null, 'CLOSE');
    await act('KZ central-authority', id, 1, 'REQUEST_EXTENSION', { until: days(60), reasons: 'Still needed' });
    expect(await seen('KZ case-officer', id)).toMatchObject({ state: 'requested', outcome: null });
    expect(await seen('VN central-authority', id)).toMatchObject({ state: 'received', outcome: null });
    for (const who of ['KZ case-officer', 'VN central-authority']) expect(await reader().read(officials[who]!, id)).toMatchObject({ letter: { state: 'acknowledged' } });
    await act('VN point-of-contact', id, 1, 'ORDER_PRESERVATION');
    await act('VN point-of-contact', id, 1, 'REPORT_SECURED', { from: days(0), until: days(60) });
    expect(await seen('KZ case-officer', id)).toMatchObject({ state: 'secured', particulars: { preservation: { until: days(60) } } });
  });

  it('decision 42: what the closing ended runs on in the letter that is taken up again: a consultation lapses, and a notice of closure does not count', async () => {
    const id = await secured();
    const days = (n: number) => new Date(node.clock.now().getTime() + n * 86_400_000).toISOString();
    await act('VN central-authority', id, null, 'ACKNOWLEDGE');
    await act('VN central-authority', id, null, 'REQUEST_INFORMATION', { items: [{ question: 'Which account is meant?' }] });
    await act('VN central-authority', id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: days(20), reason: 'No reply has come' });
    node.clock.advanceDays(61);
    await act('VN central-authority', id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: days(7), reason: 'No request has come' });
    await act('VN central-authority', id, 1, 'OPEN_CONSULTATION', { subject: 'scope', proposal: 'One of the two servers', term: days(30) });
    node.clock.advanceDays(8);
    await act('VN central-authority', id, 1, 'RELEASE');
    const opened = async (who: string) => (await reader().read(officials[who]!, id)).deadlines.filter((d) => d.status === 'open').map((d) => d.code).sort();
    const before = await opened('VN central-authority');
    await atOnce('VN central-authority', id, null, 'CLOSE');
    expect(await opened('VN central-authority')).not.toContain('consultation');
    await act('KZ central-authority', id, 1, 'REQUEST_EXTENSION', { until: days(60), reasons: 'Still needed' });
    expect(before).toContain('consultation');
    expect(await opened('VN central-authority')).toEqual(expect.arrayContaining(before));
    const { letter: { particulars } } = await reader().read(officials['VN central-authority']!, id);
    expect(particulars).toMatchObject({ reopening: { at: expect.any(String) } });
    for (const gone of ['closure', 'closureNotice']) expect(particulars).not.toHaveProperty(gone);
    await expect(act('VN central-authority', id, null, 'CLOSE_FOR_WANT_OF_REPLY')).rejects.toMatchObject({ code: 'closure.no-notice' });
    node.clock.advanceDays(31);
    await node.settle();
    for (const who of ['KZ case-officer', 'VN central-authority']) expect(await seen(who, id)).toMatchObject({ regions: { consultation: 'withoutAgreement' } });
  });

  it('42(8): data still there after a late request are let go by an official only, also when it is withdrawn', async () => {
    const id = await secured();
    node.clock.advanceDays(61);
    await act('KZ central-authority', id, 1, 'REQUEST_EXTENSION', { until: new Date(node.clock.now().getTime() + 60 * 86_400_000).toISOString(), reasons: 'Still needed' });
    await act('KZ central-authority', id, 1, 'WITHDRAW_MEASURE', { reason: 'Not needed after all' });
    expect(await seen('VN central-authority', id)).toMatchObject({ state: 'secured', outcome: null });
    await act('VN central-authority', id, 1, 'RELEASE');
    expect(await seen('KZ central-authority', id)).toMatchObject({ outcome: 'withdrawn' });
  });

  it('42(8): a period that is over, one shorter than 60 days from the request, and a notice for a day gone by are refused', async () => {
    const id = await transmitted([preservation]);
    const days = (n: number) => new Date(node.clock.now().getTime() + n * 86_400_000).toISOString();
    await act('VN point-of-contact', id, 1, 'ORDER_PRESERVATION');
    await expect(act('VN point-of-contact', id, 1, 'REPORT_SECURED', { from: days(-90), until: days(-1) })).rejects.toMatchObject({ code: 'period.over-already', rule: 'UNCC 42(8)' });
    await expect(act('VN point-of-contact', id, 1, 'REPORT_SECURED', { from: days(-90), until: days(59) })).rejects.toMatchObject({ rule: 'UNCC 42(8)' });
    await act('VN point-of-contact', id, 1, 'REPORT_SECURED', { from: days(-90), until: days(60) });
    await expect(act('VN central-authority', id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: days(-1), reason: 'None' })).rejects.toMatchObject({ code: 'term.passed' });
    await act('KZ central-authority', id, 1, 'REQUEST_EXTENSION', { until: days(90), reasons: 'Still needed' });
    node.clock.advanceDays(62);
    await expect(act('VN central-authority', id, 1, 'EXTEND', { until: days(-1) })).rejects.toMatchObject({ code: 'period.over-already' });
  });

  it('42(8), 44: a request that continues it keeps the data until its decision, and after a refusal through a grace period', async () => {
    const id = await secured();
    const follows = await transmitted([measure({ followsPreservation: { requestId: id, measure: 1 } })]);
    node.clock.advanceDays(61);
    const notice = { term: new Date(node.clock.now().getTime() + 86_400_000).toISOString(), reason: 'The period has ended' };
    await expect(act('VN central-authority', id, 1, 'GIVE_NOTICE_OF_RELEASE', notice)).rejects.toMatchObject({ code: 'preservation.linked-measure-waits', rule: 'UNCC 42(8)' });
    await act('VN central-authority', follows, null, 'ACKNOWLEDGE');
    await act('VN central-authority', follows, 1, 'EXAMINE');
    await act('VN central-authority', follows, 1, 'REFUSE', { ground: 'persecution', reasons: 'Substantial grounds' });
    await expect(act('VN central-authority', id, 1, 'GIVE_NOTICE_OF_RELEASE', notice)).rejects.toMatchObject({ code: 'preservation.grace-runs' });
    node.clock.advanceDays(15);
    await act('VN central-authority', id, 1, 'GIVE_NOTICE_OF_RELEASE', { ...notice, term: new Date(node.clock.now().getTime() + 86_400_000).toISOString() });
    node.clock.advanceDays(2);
    await act('VN central-authority', id, 1, 'RELEASE');
    expect(await seen('KZ case-officer', id)).toMatchObject({ outcome: 'released' });
  });

  it('40(26): withdrawn after the data were secured, an official lets them go, which confirms it', async () => {
    const id = await secured();
    await act('KZ central-authority', id, 1, 'WITHDRAW_MEASURE', { reason: 'No longer required' });
    expect(await seen('KZ case-officer', id)).toMatchObject({ state: 'withdrawing' });
    await act('VN central-authority', id, 1, 'RELEASE');
    expect(await seen('KZ case-officer', id)).toMatchObject({ outcome: 'withdrawn' });
  });
});
