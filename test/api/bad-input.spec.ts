import { inTransaction } from '@comity/database';
import { Inbox, seal, Signer } from '@comity/exchange';
import { letter, measure } from '../support/stored-data.js';
import { Play, type Problem } from './play.js';

// Real: everything but the clock. Bad input that every build must answer (scenarios/README.md): a clear problem, nothing changed.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const pointers = ({ errors }: Problem) => errors?.map(({ code, pointer, rule }) => [code, pointer, ...(rule ? [rule] : [])]);
const refusedDraft = (input: Parameters<Play['tryDraft']>[0]) => play.unchanged(() => play.tryDraft(input));

describe('contents that cannot be taken', () => {
  it('UNCC 40(26): refuses two deadlines at once', async () => {
    const found = await refusedDraft({ letter: letter({ suggestedDeadline: { at: '2027-01-05', withinDays: 60, reason: 'Custody limit' } }) });
    expect(found).toMatchObject({ status: 422, code: 'deadline.two-given', rule: 'UNCC 40(26)' });
    expect(pointers(found)).toEqual([['deadline.two-given', '/letter/suggestedDeadline', 'UNCC 40(26)']]);
  });

  it('UNCC 40(26): refuses a deadline that names neither date nor days: it would be due at once', async () => {
    const found = await refusedDraft({ letter: letter({ suggestedDeadline: { reason: 'Custody limit' } }) });
    expect(pointers(found)).toEqual([['deadline.none-given', '/letter/suggestedDeadline', 'UNCC 40(26)']]);
  });

  it('refuses a date with an offset but no time, wherever it stands', async () => {
    const bad = '2026-11-03+05:00';
    const found = await refusedDraft({
      letter: letter({ suggestedDeadline: { at: bad, reason: 'Custody limit' }, translation: { status: 'to-follow', by: bad } }),
      measures: [measure({ period: { from: bad, to: '2026-11-10' }, items: [{ type: 'ipv4', value: '203.0.113.24', from: bad }] })],
    });
    expect(found.status).toBe(422);
    expect(pointers(found)).toEqual(['/letter/translation/by', '/letter/suggestedDeadline/at', '/measures/0/period/from', '/measures/0/items/0/from'].map((pointer) => ['date.offset-without-time', pointer]));
  });

  it('refuses log lines of an account asked for without its time zone, and lets no letter out that lacks it', async () => {
    const account = { type: 'account', value: 'customer account', from: '2026-11-01T00:00:00', to: '2026-11-02T00:00:00' };
    const found = await refusedDraft({ measures: [measure({ items: [account] })] });
    expect(found).toMatchObject({ status: 422, code: 'item.time-zone-missing', rule: 'practice:time-zone' });
    expect(pointers(found)).toEqual([['item.time-zone-missing', '/measures/0/items/0/timeZone', 'practice:time-zone']]);

    const id = await play.draft({ measures: [measure({ items: [{ type: 'account', value: 'customer account' }] })] });
    await play.act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
    const blocked = await play.refused('KZ central-authority', id, null, 'TRANSMIT');
    expect(blocked).toMatchObject({ status: 409, code: 'request.incomplete' });
    expect(blocked.detail).toContain('UTC+07:00');
  });

  it('UNCC 35(1)(c): refuses a serious crime of three years where that is the only ground, and offers other bases', async () => {
    const found = await refusedDraft({
      letter: letter({ cooperationGround: '35(1)(c)', offences: [{ label: 'fraud', maxPenalty: { kind: 'years', years: 3, law: 'US' } }] }),
      measures: [measure()],
    });
    expect(found).toMatchObject({ status: 422, code: 'offence.not-serious', rule: 'UNCC 2(h)' });
    expect(found.errors![0]).toMatchObject({ pointer: '/letter/offences/0/maxPenalty' });
    expect(found.errors![0]!.detail).toMatch(/Open instead: .+\(.+\)/);
  });

  it('UNCC 35(1)(c): the offer names the Budapest Convention where it binds both States', async () => {
    const input = { requestedState: 'IS', letter: letter({ cooperationGround: '35(1)(c)', offences: [{ label: 'fraud', maxPenalty: { kind: 'years', years: 3, law: 'US' } }] }), measures: [measure()] };
    const found = await play.unchanged(() => play.tryDraft(input, 'US case-officer'));
    expect(found.errors![0]!.detail).toContain('budapest-2001');
  });

  it('takes the same offence where the maximum is four years, or life', async () => {
    for (const maxPenalty of [{ kind: 'years', years: 4, law: 'KZ' }, { kind: 'life', law: 'KZ' }] as const) {
      expect((await play.tryDraft({ letter: letter({ cooperationGround: '35(1)(c)', offences: [{ label: 'fraud', maxPenalty }] }) })).status).toBe(201);
    }
  });

  it('refuses facts of 200 KB and says where the rest belongs', async () => {
    const found = await refusedDraft({ letter: letter({ facts: 'ф'.repeat(100_000) }) });
    expect(found).toMatchObject({ status: 422, code: 'facts.too-long', errors: [{ pointer: '/letter/facts' }] });
    expect(found.detail).toContain('attach');
  });

  it.each([
    ['the authority', { letter: letter({ authority: { name: 'Central \u202eytirohtua' } }) }, '/letter/authority/name'],
    ['the subject', { letter: letter({ subject: 'a\u202eb' }) }, '/letter/subject'],
    ['a person', { letter: letter({ persons: [{ role: 'renter\u2066x' }] }) }, '/letter/persons/0/role'],
    ['an item', { measures: [measure({ items: [{ type: 'account', value: 'a\u202eb' }] })] }, '/measures/0/items/0/value'],
    ['the custodian', { measures: [measure({ custodian: 'a\u202eb' })] }, '/measures/0/custodian'],
  ])('refuses a right-to-left override in the name of %s', async (_, input, pointer) => {
    const found = await refusedDraft(input);
    expect(found).toMatchObject({ status: 422, code: 'text.bidi-control' });
    expect(pointers(found)).toEqual([['text.bidi-control', pointer]]);
  });

  it("refuses a right-to-left override in one's own reference and in the name of a document", async () => {
    for (const ownReference of ['KZ-1\u202e2', 'KZ-1\u200f2', 'KZ\u0007', ' ']) {
      expect(await refusedDraft({ ownReference })).toMatchObject({ status: 422, code: 'text.unfit-characters', errors: [{ pointer: '/ownReference' }] });
    }
    const id = await play.draft();
    const officer = await play.as('KZ case-officer');
    const upload = () => officer.post(`/requests/${id}/attachments?name=${encodeURIComponent('a\u202egpj.exe')}&mediaType=application/pdf`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('x'));
    expect((await play.unchanged(upload)).status).toBe(400);
  });

  it('UNCC 40(1): refuses a letter to oneself, to a State nobody knows, and a form there is not', async () => {
    expect(await refusedDraft({ requestedState: 'KZ' })).toMatchObject({ status: 422, code: 'state.own', errors: [{ pointer: '/requestedState' }] });
    expect(await refusedDraft({ requestedState: 'QQ' })).toMatchObject({ status: 422, code: 'state.unknown', errors: [{ pointer: '/requestedState' }] });
    expect(await refusedDraft({ measures: [measure({ form: 'extradition' as never })] })).toMatchObject({ status: 400, errors: expect.arrayContaining([expect.objectContaining({ pointer: '/measures/0/form' })]) });
  });

  it('refuses numbers of days and times that no calendar has', async () => {
    for (const withinDays of [0, -1, 3651, 1e12]) {
      expect(pointers(await refusedDraft({ letter: letter({ suggestedDeadline: { withinDays, reason: 'x' } }) }))).toEqual([['deadline.days-invalid', '/letter/suggestedDeadline/withinDays']]);
    }
    for (const at of ['2026-02-30', '2026-13-01', '2026-11-03T25:00:00Z', '2026-11-03T09:00:00', 'tomorrow', '+275760-09-13T00:00:00Z', '0000-01-01', '9999-12-31T23:59:59-14:00']) {
      expect([at, (await refusedDraft({ letter: letter({ suggestedDeadline: { at, reason: 'x' } }) })).errors?.[0]?.pointer]).toEqual([at, '/letter/suggestedDeadline/at']);
    }
  });
});

describe('refusals of assistance that the law forbids', () => {
  let id: string;
  beforeAll(async () => {
    id = await play.advanced('examined');
  });
  const refuse = (payload: Record<string, unknown>) => play.refused('VN central-authority', id, 1, 'REFUSE', payload);

  it('UNCC 40(23): not on fiscal matters alone', async () => {
    expect(await refuse({ ground: 'fiscal-matters-alone', reasons: 'A tax matter' })).toMatchObject({ status: 422, code: 'ground.forbidden', rule: 'UNCC 40(23)', errors: [{ pointer: '/payload/ground', rule: 'UNCC 40(23)' }] });
  });

  it('UNCC 40(24): not for bank secrecy', async () => {
    expect(await refuse({ ground: 'bank-secrecy', reasons: 'Secrecy' })).toMatchObject({ status: 422, code: 'ground.forbidden', rule: 'UNCC 40(24)', errors: [{ pointer: '/payload/ground', rule: 'UNCC 40(24)' }] });
  });

  it('UNCC 40(25): not without reasons, nor with blanks for reasons', async () => {
    expect(await refuse({ ground: 'persecution' })).toMatchObject({ code: 'reasons.required', rule: 'UNCC 40(25)', errors: [{ pointer: '/payload/reasons' }] });
    expect((await refuse({ ground: 'persecution', reasons: ' \n ' })).status).toBe(422);
  });

  it('UNCC 40(21)(a)-(d), 40(28): not under 40(21) without a consultation that has closed, opened or not', async () => {
    for (const ground of ['not-in-conformity', 'essential-interests', 'barred-for-similar-domestic-case', 'contrary-to-legal-system']) {
      const found = await refuse({ ground, reasons: 'Reasons' });
      expect([ground, found.code, found.rule]).toEqual([ground, 'consultation.required', 'UNCC 40(28)']);
    }
    await play.act('VN central-authority', id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We consider refusing', term: '2026-11-20T00:00:00Z' });
    expect(await refuse({ ground: 'essential-interests', reasons: 'Reasons' })).toMatchObject({ code: 'consultation.required' });
    // Ended by the State that opened it, before its term and unheard: no consultation was held.
    await play.act('VN central-authority', id, 1, 'END_CONSULTATION_WITHOUT_AGREEMENT');
    expect(await refuse({ ground: 'essential-interests', reasons: 'Reasons' })).toMatchObject({ code: 'consultation.required' });
    await play.node.settle();
  });

  it('UNCC 40(27), 40(28): no postponement without a consultation that has closed', async () => {
    expect(await play.refused('VN central-authority', id, 1, 'POSTPONE', { reasons: 'Own investigation' })).toMatchObject({ status: 409, code: 'consultation.required', rule: 'UNCC 40(28)' });
  });

  it('not on a ground that no instrument has', async () => {
    expect(await refuse({ ground: 'too-much-work', reasons: 'Busy' })).toMatchObject({ status: 422, errors: [{ pointer: '/payload/ground' }] });
    expect((await refuse({ ground: '__proto__', reasons: 'x' })).status).toBe(422);
    expect((await refuse({ ground: 'constructor', reasons: 'x' })).status).toBe(422);
  });

  it('the same grounds do not serve to deny the transmission either', async () => {
    const executed = await play.advanced('executing');
    await play.act('VN competent-authority', executed, 1, 'REPORT_EXECUTION', { result: 'data-obtained' });
    const deny = (payload: Record<string, unknown>) => play.refused('VN central-authority', executed, 1, 'DECIDE_TRANSMISSION', { outcome: 'denied', ...payload });
    expect(await deny({ ground: 'bank-secrecy', reasons: 'x' })).toMatchObject({ code: 'ground.forbidden', rule: 'UNCC 40(24)' });
    expect(await deny({ ground: 'essential-interests', reasons: 'x' })).toMatchObject({ code: 'consultation.required', rule: 'UNCC 40(28)' });
    expect(await deny({ ground: 'persecution' })).toMatchObject({ code: 'reasons.required', rule: 'UNCC 40(25)' });
    expect((await deny({})).errors![0]).toMatchObject({ pointer: '/payload/ground' });
  });
});

describe('a time that no calendar has', () => {
  it('is refused in an act, not moved to the next month', async () => {
    const id = await play.advanced('examined');
    for (const term of ['2026-11-31T00:00:00Z', '2027-02-29T00:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59-12:00']) {
      const found = await play.refused('VN central-authority', id, 1, 'OPEN_CONSULTATION', { subject: 'timing', proposal: 'Later', term });
      expect([term, found.status, pointers(found)]).toEqual([term, 422, [['date.invalid', '/payload/term']]]);
    }
  });

  it('nor may data be reported secured before they are', async () => {
    const id = await play.advanced('examined');
    expect(await play.refused('VN competent-authority', id, 1, 'SECURE', { securedAt: '2026-12-24T00:00:00Z' })).toMatchObject({ status: 422, code: 'securing.in-future', errors: [{ pointer: '/payload/securedAt' }] });
    await play.act('VN competent-authority', id, 1, 'SECURE', { securedAt: play.node.clock.now().toISOString() });
  });

  it('and a number in a query is written in digits', async () => {
    const officer = await play.as('KZ case-officer');
    for (const limit of ['0x10', '1e1', '', ' 5', '+5', '5.0', '٣']) expect([limit, (await officer.get(`/requests?limit=${encodeURIComponent(limit)}`)).status]).toEqual([limit, 400]);
    expect((await officer.get('/requests?limit=5')).status).toBe(200);
  });
});

describe('the same message twice', () => {
  it('with the same bytes is taken in once; with another body it is rejected and raises an alarm', async () => {
    const id = await play.transmitted();
    const inbox = play.node.app.get(Inbox, { strict: false });
    const [sent] = await play.node.db.asSuperuser<{ bytes: Buffer; signature: string }>(`SELECT bytes, signature FROM outbox_message WHERE state = 'KZ' AND thread_id = $1`, [id]);
    const before = await play.digest();
    expect(await inbox.takeIn(sent!.bytes, sent!.signature, { to: 'VN' })).toMatchObject({ status: 'taken-in' });
    expect(await play.digest()).toEqual(before);

    const envelope = JSON.parse(sent!.bytes.toString('utf8'));
    const key = await inTransaction(play.node.db.dataSource, { state: 'KZ' }, (tx) => play.node.app.get(Signer, { strict: false }).load(tx, play.node.clock.now()));
    const other = seal({ ...envelope, body: { ...envelope.body, reference: 'another' } }, key);
    const file = await play.view('VN central-authority', id);
    expect(await inbox.takeIn(other.bytes, other.signature, { to: 'VN' })).toMatchObject({ status: 'rejected', code: 'message.same-id' });
    expect(await play.view('VN central-authority', id)).toEqual(file);
    expect((await play.log('VN', 'message.rejected')).at(-1)).toMatchObject({ subject: 'peer:KZ', body: { messageId: envelope.id, alarm: 'same-id' } });
  });
});

describe('a suspended official', () => {
  it('acts on nothing and reads nothing, although the token still runs, and the log says so', async () => {
    const id = await play.draft({}, 'KZ case-officer-2');
    const officer = await play.as('KZ case-officer-2');
    const ifMatch = await play.etag('KZ case-officer-2', id);
    const { accountId } = await play.node.official('KZ', 'case-officer-2');
    await inTransaction(play.node.db.dataSource, { state: 'KZ' }, async (tx) => {
      await tx.query(`UPDATE account SET status = 'suspended', version = version + 1 WHERE state = 'KZ' AND id = $1`, [accountId]);
    });
    const attempts = [
      () => officer.post(`/requests/${id}/events`, { type: 'SUBMIT_FOR_REVIEW', payload: {} }, { 'if-match': ifMatch }),
      () => officer.put(`/requests/${id}`, { letter: letter(), measures: [measure()] }, { 'if-match': ifMatch }),
      () => officer.post('/requests', { requestedState: 'VN', letter: letter(), measures: [measure()] }),
      () => officer.get(`/requests/${id}`),
      () => officer.get('/requests'),
      () => officer.get('/changes'),
      () => officer.post(`/requests/${id}/attachments?name=a&mediaType=text/plain`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('x')),
    ];
    for (const [n, attempt] of attempts.entries()) {
      const found = await play.unchanged(attempt);
      expect([n, found.status, found.code]).toEqual([n, 403, 'account.suspended']);
    }
    const refusals = (await play.log('KZ', 'permission.refused')).filter((e) => e.actor.accountId === accountId);
    expect(refusals.length).toBe(attempts.length);
    expect(refusals.every((e) => e.subject === `account:${accountId}` && e.body.code === 'account.suspended')).toBe(true);
  });
});
