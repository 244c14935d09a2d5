import { preservationMeasure } from '../support/preservation.js';
import { measure } from '../support/stored-data.js';
import { Letters } from './letters.js';
import { Play, type Body } from './play.js';

// Real: everything but the clock. The United States has a node here; Germany has none, and its letters are carried by people.
// Between nodes a message is held up by spoiling its signature; mended, it is sent again as it was sealed.
let play: Play;
let letters: Letters;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
  letters = new Letters(play);
});
afterAll(() => play.close());

const US = 'US central-authority';
const soon = (days: number) => new Date(play.node.clock.now().getTime() + days * 86_400_000).toISOString();
const passed = async (days: number): Promise<void> => {
  play.node.clock.advanceDays(days);
  await play.node.settle();
};
const VN = 'VN central-authority';
const KZ = 'KZ central-authority';
const deadline = async (id: string, code = 'consultation', who = US): Promise<Body> => ((await (await play.as(who)).get(`/requests/${id}/deadlines`).expect(200)).body.items as Body[]).findLast((d) => d.code === code)!;
const raised = async (id: string, kind: string, who = US): Promise<number> => (await play.view(who, id)).alarms.filter((a: Body) => a.kind === kind && a.status === 'raised').length;
const consultation = async (id: string): Promise<string> => (await play.view(US, id)).measures[0].regions.consultation;
const refusal = { ground: 'essential-interests', reasons: 'Security' };

/** A letter from Germany under the Convention's own duty to consult, examined. */
async function examined(): Promise<string> {
  const id = await letters.fromGermany([Letters.measure({ legalBases: [{ instrument: 'uncc-2024', article: '44', date: '2026-11-03', role: 'primary' }] })]);
  await play.acts(id, [[US, null, 'ACKNOWLEDGE'], [US, 1, 'EXAMINE']]);
  return id;
}

describe('UNCC 40(28): a consultation whose opening nobody has carried to the other State', () => {
  it('does not lapse, and serves for no refusal; carried after its term, it gives the other State as long as if it had left at once', async () => {
    const id = await examined();
    const [opened, term] = [soon(0), soon(3)];
    await play.act(US, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term });
    await passed(4);
    expect([await consultation(id), (await deadline(id)).dueAt]).toEqual(['openedHere', term]);
    expect(await play.refused(US, id, 1, 'REFUSE', refusal)).toMatchObject({ code: 'consultation.required', rule: 'UNCC 40(28)' });
    await letters.carryAll(id);
    await play.node.settle();
    expect([await consultation(id), await deadline(id)]).toMatchObject(['openedHere', { status: 'open', dueAt: soon(3), working: `stated when the consultation was opened; it left on ${soon(0)}, and the time given runs from then` }]);
    // Ended by its opener within that time, it would not count.
    expect(await play.refused(US, id, 1, 'REFUSE', refusal)).toMatchObject({ code: 'consultation.required' });
    await passed(2);
    expect(await consultation(id)).toBe('openedHere');
    await passed(1);
    expect([await consultation(id), (await deadline(id)).status]).toEqual(['withoutAgreement', 'fired']);
    expect(Date.parse(soon(0)) - Date.parse(opened)).toBe(7 * 86_400_000);
    await play.act(US, id, 1, 'REFUSE', refusal);
  });

  it('counts for nothing where the State that opened it ends it after the term it wrote, and before the time has run', async () => {
    const id = await examined();
    await play.act(US, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term: soon(3) });
    play.node.clock.advanceDays(4);
    await letters.carryAll(id);
    await play.act(US, id, 1, 'END_CONSULTATION_WITHOUT_AGREEMENT');
    expect((await play.refused(US, id, 1, 'REFUSE', refusal)).code).toBe('consultation.required');
  });

  it('does not count either where the State that opened it ends it after its term, and one on the timing was held since', async () => {
    const id = await examined();
    await play.act(US, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term: soon(3) });
    play.node.clock.advanceDays(4);
    await play.act(US, id, 1, 'END_CONSULTATION_WITHOUT_AGREEMENT');
    await play.act(US, id, 1, 'OPEN_CONSULTATION', { subject: 'timing', proposal: 'In March?', term: soon(3) });
    await letters.carryAll(id);
    await letters.transcribed(id, 'CONSULTATION_AGREED', 1, { terms: 'In March' });
    expect((await play.refused(US, id, 1, 'REFUSE', refusal)).code).toBe('consultation.required');
  });
});

describe('UNCC 40(28), decision 41: a term counted from when its message left', () => {
  it('says so when the message is noted as dispatched, also where that is noted after the day it moved to', async () => {
    const id = await examined();
    await play.act(US, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term: soon(3) });
    await passed(2);
    const [left, until] = [soon(0), soon(3)];
    await passed(4);
    const desk = await play.as('US point-of-contact');
    for (const m of await letters.sent(id)) await desk.post(`/requests/${id}/messages/${m.id}/dispatch`, { channel: 'diplomatic', dispatchedAt: left }).expect(200);
    await play.node.settle();
    expect(await deadline(id)).toMatchObject({ status: 'fired', dueAt: until, working: `stated when the consultation was opened; it left on ${left}, and the time given runs from then` });
  });

  it('is told in the log, with the two days and the message, and in the feed of changes', async () => {
    const id = await examined();
    const term = soon(3);
    await play.act(US, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term });
    await passed(2);
    await letters.carryAll(id);
    const [{ id: deadlineId, dueAt: until }, message] = [await deadline(id), (await letters.sent(id)).at(-1)!];
    expect(until).toBe(soon(3));
    const entries = (await play.log('US', 'deadline.moved')).filter(({ subject }) => subject === `file:${id}`);
    expect(entries).toMatchObject([{ actor: { kind: 'official', state: 'US' }, body: { deadlineId, code: 'consultation', measure: 1, from: term, until, messageId: message.id } }]);
    const { items } = (await (await play.as(US)).get('/changes?limit=500').expect(200)).body as Body;
    expect(items.filter((c: Body) => c.requestId === id && c.type === 'DEADLINE_MOVED')).toMatchObject([{ measure: 1, source: 'official', deadlineId }]);
  });

  it('stays where the message left in time, and nothing is told', async () => {
    const id = await examined();
    const term = soon(30);
    await play.act(US, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term });
    await passed(2);
    await letters.carryAll(id);
    expect(await deadline(id)).toMatchObject({ dueAt: term, working: 'stated when the consultation was opened' });
    expect((await play.log('US', 'deadline.moved')).filter(({ subject }) => subject === `file:${id}`)).toEqual([]);
  });
});

describe('decision 41: terms of a consultation whose opening was held up between two nodes', () => {
  const message = async (id: string, type: string): Promise<{ id: string; signature: string }> =>
    (await play.node.db.asSuperuser<{ id: string; signature: string }>(`SELECT id, signature FROM outbox_message WHERE state = 'VN' AND thread_id = $1 AND type = $2 ORDER BY seq DESC`, [id, type]))[0]!;
  const sign = (messageId: string, signature: string) => play.node.db.asSuperuser('UPDATE outbox_message SET signature = $2 WHERE id = $1', [messageId, signature]);

  /** Opened by Viet Nam for three days, and taken in by Kazakhstan after four. */
  async function openedLate(): Promise<string> {
    const id = await play.advanced('examined', { measures: [measure({ items: [{ type: 'ipv4', value: `198.51.100.${(address += 1)}` }] })] });
    await play.act(VN, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term: soon(3) });
    const { id: messageId, signature } = await message(id, 'CONSULTATION_OPENED');
    await sign(messageId, `${signature.slice(0, -4)}AAAA`);
    await passed(4);
    expect(await deadline(id, 'consultation', VN)).toMatchObject({ status: 'open', waits: true, overdue: false });
    await sign(messageId, signature);
    await play.act(VN, id, null, 'RESEND', { messageId });
    await play.node.settle();
    return id;
  }
  let address = 10;

  it('are the same in both files, and neither is overdue nor rings while the time runs', async () => {
    const id = await openedLate();
    const [here, there] = [await deadline(id, 'consultation', VN), await deadline(id, 'consultation', KZ)];
    expect([here, there]).toMatchObject([{ dueAt: soon(3), overdue: false, waits: false }, { dueAt: soon(3), overdue: false }]);
    expect(there.working).toBe(`stated when the consultation was opened, ${soon(-1)}; it came on ${soon(0)}, and the time given runs from then`);
    expect((await play.log('VN', 'deadline.moved')).filter(({ subject }) => subject === `file:${id}`)).toMatchObject([{ actor: { kind: 'clock' } }]);
    await passed(2);
    expect(await raised(id, 'agreed-due', KZ)).toBe(0);
    expect((await play.view(VN, id)).measures[0].regions.consultation).toBe('openedHere');
    await passed(1);
    for (const who of [VN, KZ]) expect((await play.view(who, id)).measures[0].particulars.consultations).toMatchObject([{ result: 'lapse' }]);
  });

  it.each([[2, true], [3, undefined]])('ended by its opener on day %i after it left, both files say alike whether it was before its time', async (days, early) => {
    const id = await openedLate();
    play.node.clock.advanceDays(days);
    await play.act(VN, id, 1, 'END_CONSULTATION_WITHOUT_AGREEMENT');
    // The other file goes by when it was ended, not by when it is told.
    await passed(2);
    for (const who of [VN, KZ]) expect((await play.view(who, id)).measures[0].particulars.consultations[0].endedBeforeTerm).toBe(early);
  });

  it('stay on the day that a letter says: its State may count from when it wrote', async () => {
    const id = await letters.toGermany();
    const [datedAt, term] = [soon(0), soon(5)];
    await passed(4);
    await letters.transcribed(id, 'CONSULTATION_OPENED', 1, { subject: 'refusal', proposal: 'We mean to refuse', term }, { datedAt, receivedAt: soon(0) });
    expect(await deadline(id)).toMatchObject({ dueAt: term, working: 'stated when the consultation was opened' });
  });
});

describe('UNCC 40(28): an answer that came by letter within the term, and waits for the second person', () => {
  const proposed = async (type: string, body: object): Promise<{ id: string; transcription: string }> => {
    const id = await examined();
    await play.act(US, id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term: soon(3) });
    await letters.carryAll(id);
    await passed(2);
    const { body: { id: transcription } } = (await letters.propose(id, type, 1, body, { datedAt: soon(0), receivedAt: soon(0) })) as { body: Body };
    await passed(2);
    expect([type, await consultation(id), (await deadline(id)).status]).toEqual([type, 'openedHere', 'open']);
    return { id, transcription };
  };

  it.each([['CONSULTATION_AGREED', { terms: 'We agree' }, 'agreed'], ['CONSULTATION_ENDED', {}, 'withoutAgreement']])('%s counts once it is confirmed, though that is after the term', async (type, body, to) => {
    const { id, transcription } = await proposed(type, body);
    expect((await letters.confirm(transcription)).status).toBe(200);
    await passed(1);
    expect([await consultation(id), (await deadline(id)).status]).toEqual([to, 'ended']);
  });

  it('is declined, and the consultation lapses', async () => {
    const { id, transcription } = await proposed('CONSULTATION_AGREED', { terms: 'We agree' });
    await (await play.as('US central-authority-2')).post(`/transcriptions/${transcription}/decline`, { reason: 'Of another case' }).expect(200);
    await play.node.settle();
    expect([await consultation(id), (await deadline(id)).status]).toEqual(['withoutAgreement', 'fired']);
  });
});

describe('practice: closing for want of reply', () => {
  it('UNCC 40(28): waits for the consultation that the closing State opened: in a closed letter the other could not answer it', async () => {
    const id = await examined();
    await play.acts(id, [
      [US, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which server?' }] }], [US, null, 'GIVE_NOTICE_OF_CLOSURE', { term: soon(1), reason: 'No reply' }],
      [US, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term: soon(10) }],
    ]);
    await letters.carryAll(id);
    await passed(2);
    expect(await play.refused(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY')).toMatchObject({ code: 'closure.consultation-runs', rule: 'practice:closing-for-want-of-reply' });
    await passed(8);
    await play.act(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY');
  });

  it('is noticed for no day before the time given for the reply has run, by when the question left', async () => {
    const id = await examined();
    await play.act(US, id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which server?' }], by: soon(10) });
    await passed(8);
    await letters.carryAll(id);
    expect((await play.refused(US, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: soon(3), reason: 'No reply' })).code).toBe('closure.term-before-reply');
    await play.act(US, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: soon(10), reason: 'No reply' });
  });

  it('shows no term as overdue, and rings no alarm, while the question and the notice wait', async () => {
    const id = await examined();
    const due = async () => [await deadline(id, 'information'), await deadline(id, 'closure')];
    await play.act(US, id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which server?' }], by: soon(2) });
    await play.act(US, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: soon(3), reason: 'No reply' });
    await passed(4);
    expect([await due(), await raised(id, 'internal-due')]).toMatchObject([[{ overdue: false, waits: true }, { overdue: false, waits: true }], 0]);
    const listed = async (overdue: boolean): Promise<string[]> => (((await (await play.as(US)).get(`/deadlines?overdue=${overdue}&limit=200`).expect(200)).body as Body).items as Body[]).filter((d) => d.requestId === id).map(({ code }) => code);
    expect([await listed(true), await listed(false)]).toEqual([[], ['information', 'closure']]);
    await letters.carryAll(id);
    await play.node.settle();
    expect([await due(), await raised(id, 'internal-due')]).toMatchObject([[{ dueAt: soon(2), overdue: false, waits: false }, { dueAt: soon(3), overdue: false, waits: false }], 0]);
    await passed(3);
    expect([await due(), await raised(id, 'internal-due')]).toMatchObject([[{ overdue: true }, { overdue: true }], 2]);
    await play.act(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY');
  });

  it('rests on no question and no notice that nobody has carried to the other State', async () => {
    const id = await examined();
    await play.act(US, id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which server?' }] });
    await play.act(US, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: soon(1), reason: 'No reply' });
    play.node.clock.advanceDays(2);
    const blocked = (await play.view(US, id)).letter.blockedEvents.find(({ type }: { type: string }) => type === 'CLOSE_FOR_WANT_OF_REPLY');
    expect(blocked.reasons).toMatchObject([{ code: 'closure.not-sent', rule: 'practice:closing-for-want-of-reply', force: 'practice' }]);
    expect(await play.refused(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY')).toMatchObject({ status: 409, code: 'closure.not-sent' });
    await letters.carryAll(id);
    expect(await play.refused(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY')).toMatchObject({ code: 'closure.term-runs', detail: expect.stringContaining(`until ${soon(1)}`) });
    play.node.clock.advanceDays(1);
    await play.act(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY');
  });
});

describe('practice: released after notice', () => {
  let address = 20;
  const preservation = (patch: object = {}) => preservationMeasure({ items: [{ type: 'ipv4', value: `203.0.113.${address++}` }], legalBases: [{ instrument: 'budapest-2001', article: '29', date: '2026-11-03', role: 'primary' }], ...patch }) as never;
  const secured = async (): Promise<string> => {
    const id = await letters.fromGermany([preservation()]);
    await play.acts(id, [[US, null, 'ACKNOWLEDGE'], [US, 1, 'ORDER_PRESERVATION'], [US, 1, 'REPORT_SECURED', { from: soon(0), until: soon(90) }]]);
    await letters.carryAll(id);
    return id;
  };

  it('rests on no notice that nobody has carried, and the time that it gives runs from when it was carried', async () => {
    const id = await secured();
    await passed(91);
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(10), reason: 'Nothing came' });
    await passed(11);
    const blocked = (await play.view(US, id)).measures[0].blockedEvents.find(({ type }: { type: string }) => type === 'RELEASE');
    expect(blocked.reasons).toMatchObject([{ code: 'release.not-sent', rule: 'practice:release-after-notice', force: 'practice' }]);
    expect(await play.refused(US, id, 1, 'RELEASE')).toMatchObject({ status: 409, code: 'release.not-sent' });
    await letters.carryAll(id);
    await passed(9);
    expect(await play.refused(US, id, 1, 'RELEASE')).toMatchObject({ code: 'release.term-runs', detail: expect.stringContaining(`until ${soon(1)}`) });
    expect([await deadline(id, 'release'), await raised(id, 'internal-due')]).toMatchObject([{ dueAt: soon(1), overdue: false }, 0]);
    await passed(1);
    expect([(await deadline(id, 'release')).overdue, await raised(id, 'internal-due')]).toEqual([true, 1]);
    await play.act(US, id, 1, 'RELEASE');
    expect((await play.view(US, id)).measures[0].state).toBe('preservationReleased');
  });

  it('waits until the answer to an extension asked for in time has left (UNCC 42(9))', async () => {
    const id = await secured();
    await passed(85);
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(6), reason: 'The period ends' });
    await letters.carryAll(id);
    await passed(2);
    await letters.transcribed(id, 'EXTENSION_REQUESTED', 1, { until: soon(90), reasons: 'Being translated' }, { datedAt: soon(0), receivedAt: soon(0) });
    await passed(10);
    await play.act(US, id, 1, 'DECLINE_EXTENSION', { reasons: 'No' });
    expect((await play.refused(US, id, 1, 'RELEASE')).code).toBe('release.not-sent');
    await letters.carryAll(id);
    await play.act(US, id, 1, 'RELEASE');
  });

  it('does not serve for data reported after the notice', async () => {
    const id = await letters.fromGermany([preservation({ custodian: undefined, custodians: ['A', 'B'] })]);
    await play.acts(id, [[US, null, 'ACKNOWLEDGE'], [US, 1, 'ORDER_PRESERVATION', { custodians: ['A', 'B'] }], [US, 1, 'REPORT_SECURED', { from: soon(0), until: soon(90), custodian: 'A' }]]);
    await passed(91);
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(10), reason: 'The period is over' });
    await passed(1);
    await play.act(US, id, 1, 'REPORT_SECURED', { from: soon(0), until: soon(90), custodian: 'B' });
    await letters.carryAll(id);
    await passed(91);
    expect(await play.refused(US, id, 1, 'RELEASE')).toMatchObject({ code: 'release.no-notice', rule: 'practice:release-after-notice' });
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(10), reason: 'The periods are over' });
    await letters.carryAll(id);
    await passed(10);
    await play.act(US, id, 1, 'RELEASE');
  });

  it('gives the time of the first notice, whatever a second one says', async () => {
    const id = await secured();
    await passed(91);
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(10), reason: 'The period is over' });
    await passed(9);
    await letters.carryAll(id);
    const until = soon(10);
    expect(await play.refused(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(2), reason: 'Now' })).toMatchObject({ code: 'term.before-notice', rule: 'practice:release-after-notice', detail: expect.stringContaining(until), errors: [{ pointer: '/payload/term' }] });
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: until, reason: 'Again' });
  });

  it('is not done in a letter closed for want of reply, in which the other State could not ask for an extension (UNCC 42(9))', async () => {
    const id = await secured();
    await passed(91);
    await play.act(US, id, null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Still needed?' }] });
    await play.act(US, id, null, 'GIVE_NOTICE_OF_CLOSURE', { term: soon(5), reason: 'No reply' });
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', { term: soon(5), reason: 'The period is over' });
    await letters.carryAll(id);
    await passed(6);
    await play.act(US, id, null, 'CLOSE_FOR_WANT_OF_REPLY');
    expect((await play.refused(US, id, 1, 'RELEASE')).code).toBe('request.not-open');
    await play.act(US, id, null, 'REOPEN', { reason: 'To let the data go' });
  });

  const refuse = ['REFUSE', refusal] as const;
  const refer = ['REFER', { authority: 'Another authority', reasons: 'Its province' }] as const;
  it.each([['refused', refuse], ['referred', refer]])('a request that continued it was %s: the days of grace run from when that was carried, and until then nothing is released', async (_, [type, payload]) => {
    const id = await letters.fromGermany([preservationMeasure({ items: [{ type: 'account', value: type, timeZone: 'UTC' }], legalBases: [{ instrument: 'budapest-2001', article: '29', date: '2026-11-03', role: 'primary' }] }) as never]);
    await play.acts(id, [[US, null, 'ACKNOWLEDGE'], [US, 1, 'ORDER_PRESERVATION'], [US, 1, 'REPORT_SECURED', { from: soon(0), until: soon(90) }]]);
    await letters.carryAll(id);
    const request = await letters.fromGermany([Letters.measure({ items: [{ type: 'account', value: `data ${type}`, timeZone: 'UTC' }], followsPreservation: { requestId: id, measure: 1 } })]);
    await play.acts(request, [[US, null, 'ACKNOWLEDGE'], [US, 1, 'EXAMINE'], [US, 1, type, payload]]);
    await passed(95);
    const notice = { term: soon(20), reason: 'The request is not continued' };
    expect(await play.refused(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', notice)).toMatchObject({ code: 'preservation.grace-runs', rule: 'practice:release-after-notice' });
    await letters.carryAll(request);
    await passed(13);
    expect(await play.refused(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', notice)).toMatchObject({ code: 'preservation.grace-runs' });
    await passed(1);
    await play.act(US, id, 1, 'GIVE_NOTICE_OF_RELEASE', notice);
    await letters.carryAll(id);
    await passed(20);
    await play.act(US, id, 1, 'RELEASE');
  });
});
