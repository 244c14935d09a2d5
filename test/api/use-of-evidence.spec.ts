import { letter, measure } from '../support/stored-data.js';
import { Play, problemOf, type Body } from './play.js';

// Real: everything but the clock.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const [KZ, VN, OFFICER] = ['KZ central-authority', 'VN central-authority', 'KZ case-officer'];
const STATED = 'Pre-trial investigation of unlawful access';
const OTHER = 'Investigation of money laundering by the same group';
const budapest = () => measure({ legalBases: [{ instrument: 'budapest-2001', article: '31', date: '2026-11-03', role: 'primary' }] });

/** Evidence is with KZ, and its receipt confirmed. */
async function furnished(input: object = {}): Promise<string> {
  const id = await play.advanced('released', input);
  const packageId = await play.package(id, 1, { 'logs.txt': Buffer.from('logs') });
  await play.act(VN, id, 1, 'TRANSMIT_EVIDENCE', { packageId });
  await play.node.settle();
  await play.act(KZ, id, 1, 'CONFIRM_RECEIPT');
  await play.node.settle();
  return id;
}
async function closed(input: object = {}): Promise<string> {
  const id = await furnished(input);
  await play.act(KZ, id, null, 'CLOSE');
  await play.node.settle();
  for (const who of [KZ, VN]) expect((await play.view(who, id)).overall).toBe('closed');
  return id;
}
const use = (patch: object = {}) => ({ kind: 'use', purpose: 'Evidence before a criminal court', proceeding: STATED, data: 'Logs of the servers', personalData: true, ...patch });
const consent = (patch: object = {}) => ({ ...use({ kind: 'other-use', proceeding: OTHER, purpose: 'Evidence of laundering' }), ...patch });
const transfer = (patch: object = {}) => use({ kind: 'onward-transfer', destination: { state: 'US' }, ...patch });
const both = async (id: string): Promise<Body[]> => Promise.all([KZ, VN].map(async (who) => (await play.view(who, id)).measures[0]));
const list = async (who: string, path: string): Promise<Body[]> => (await (await play.as(who)).get(path).expect(200)).body.items;

describe('UNCC 40(19): use in another case', () => {
  it('without consent is refused with the rule, and nothing is recorded; in the case the letter states it is free', async () => {
    const id = await furnished();
    expect(await play.refused(OFFICER, id, 1, 'RECORD_USE', use({ proceeding: OTHER }))).toMatchObject({
      status: 422, code: 'use.without-consent', rule: 'UNCC 40(19)', force: 'binding', errors: [{ pointer: '/payload/proceeding', rule: 'UNCC 40(19)' }],
    });
    await play.act(OFFICER, id, 1, 'RECORD_USE', use());
    await play.act(KZ, id, 1, 'RECORD_USE', use({ proceeding: '  pre-trial INVESTIGATION of unlawful access ' }));
    expect(await list('KZ auditor', `/uses?requestId=${id}`)).toMatchObject([{ kind: 'use', consent: null }, { kind: 'use', proceeding: STATED, consent: null, counterpart: 'VN' }]);
    // The requested State hears of uses by consent and notice only.
    expect(await list('VN auditor', `/uses?requestId=${id}`)).toEqual([]);
  });

  it('is asked for after the letter is closed, granted with conditions, used within them, and both files and the register say so', async () => {
    const id = await closed();
    await play.act(KZ, id, 1, 'REQUEST_USE_CONSENT', consent({ inWriting: true }));
    expect(await play.refused(OFFICER, id, 1, 'RECORD_USE', use({ proceeding: OTHER, consent: 1 }))).toMatchObject({ code: 'use.consent-not-granted', rule: 'UNCC 40(19)', errors: [{ pointer: '/payload/consent' }] });
    await play.node.settle();
    for (const m of await both(id)) expect(m).toMatchObject({ state: 'completed', regions: { use: 'asked' }, particulars: { consents: [{ no: 1, kind: 'other-use', proceeding: OTHER, personalData: true, inWriting: true }] } });
    expect((await play.view(VN, id)).measures[0].availableEvents.map((e: Body) => [e.type, e.rule])).toEqual([['GRANT_USE_CONSENT', 'UNCC 40(19)'], ['DECLINE_USE_CONSENT', 'UNCC 40(19)']]);
    const conditions = [{ kind: 'confidentiality', text: 'Heard in camera' }];
    await play.act(VN, id, 1, 'GRANT_USE_CONSENT', { consent: 1, conditions, limitedTo: 'Logs of May', inWriting: true, reference: 'VN-C-1' });
    await play.node.settle();
    for (const m of await both(id)) {
      expect(m).toMatchObject({ regions: { use: 'answered' }, particulars: { consents: [{ no: 1, inWriting: true, answer: 'granted', binding: true, conditions, limitedTo: 'Logs of May', grantedInWriting: true, reference: 'VN-C-1' }] } });
    }
    await play.act(OFFICER, id, 1, 'RECORD_USE', use({ proceeding: OTHER, consent: 1 }));
    expect(await play.refused(OFFICER, id, 1, 'RECORD_USE', use({ proceeding: 'A tax audit', consent: 1 }))).toMatchObject({ code: 'use.outside-consent', rule: 'UNCC 40(19)' });
    expect(await list('KZ auditor', `/uses?requestId=${id}`)).toMatchObject([{ proceeding: OTHER, consent: { no: 1, answer: 'granted', conditions, reference: 'VN-C-1' } }]);
    for (const who of ['KZ auditor', 'VN auditor']) expect(await list(who, `/use-consents?requestId=${id}`)).toMatchObject([{ measure: 1, no: 1, kind: 'other-use', answer: 'granted', conditions, inWriting: true }]);
    for (const v of await Promise.all([KZ, VN].map((who) => play.view(who, id)))) expect(v.overall).toBe('closed');
  });

  it('declined with reasons binds: the use stays closed, and may be asked for again', async () => {
    const id = await furnished();
    await play.act(KZ, id, 1, 'REQUEST_USE_CONSENT', consent());
    await play.node.settle();
    expect(await play.refused(VN, id, 1, 'DECLINE_USE_CONSENT', { consent: 1 })).toMatchObject({ status: 422, errors: [{ pointer: '/payload/reasons' }] });
    expect(await play.refused(VN, id, 1, 'GRANT_USE_CONSENT', { consent: 2 })).toMatchObject({ status: 422, code: 'consent.not-asked', errors: [{ pointer: '/payload/consent' }] });
    await play.act(VN, id, 1, 'DECLINE_USE_CONSENT', { consent: 1, reasons: 'Own proceedings' });
    expect(await play.refused(VN, id, 1, 'GRANT_USE_CONSENT', { consent: 1 })).toMatchObject({ status: 409 });
    await play.node.settle();
    expect(await play.refused(OFFICER, id, 1, 'RECORD_USE', use({ proceeding: OTHER, consent: 1 }))).toMatchObject({ code: 'use.consent-not-granted', rule: 'UNCC 40(19)', detail: expect.stringContaining('declined') });
    await play.act(KZ, id, 1, 'REQUEST_USE_CONSENT', consent({ purpose: 'As before, after your proceedings' }));
    await play.act(KZ, id, 1, 'REQUEST_USE_CONSENT', consent({ proceeding: 'A tax audit' }));
    await play.node.settle();
    // Two stand open, each answered by its number.
    await play.act(VN, id, 1, 'GRANT_USE_CONSENT', { consent: 3 });
    await play.node.settle();
    for (const m of await both(id)) expect([m.regions.use, m.particulars.consents.map((c: Body) => c.answer)]).toEqual(['asked', ['declined', undefined, 'granted']]);
    await play.act(OFFICER, id, 1, 'RECORD_USE', use({ proceeding: 'A tax audit', consent: 3 }));
  });

  it('is asked on a measure that ended before this node knew of the dialogue: its stored state is brought up to date', async () => {
    const id = await closed();
    await play.node.db.asSuperuser(`UPDATE measure SET chart = jsonb_set((chart #- '{value,use}') #- '{context,consents}' #- '{context,notices}', '{version}', '1') WHERE file_id = $1`, [id]);
    await play.act(KZ, id, 1, 'REQUEST_USE_CONSENT', consent());
    await play.node.settle();
    await play.act(VN, id, 1, 'GRANT_USE_CONSENT', { consent: 1 });
    await play.node.settle();
    for (const m of await both(id)) expect(m).toMatchObject({ state: 'completed', outcome: 'transmitted-in-full', regions: { use: 'answered' } });
  });

  it('before evidence has come there is nothing to use, and the other State cannot ask in its place', async () => {
    const id = await play.advanced('granted');
    for (const [type, payload] of [['RECORD_USE', use()], ['REQUEST_USE_CONSENT', consent()], ['NOTIFY_EXCULPATORY_DISCLOSURE', { proceeding: STATED, data: 'x', explanation: 'y' }]] as const) {
      expect(await play.refused(KZ, id, 1, type, payload)).toMatchObject({ status: 409, code: 'evidence.not-received' });
    }
    expect(await play.refused(VN, id, 1, 'REQUEST_USE_CONSENT', consent())).toMatchObject({ code: 'event.not-possible-now' });
    for (const who of ['KZ competent-authority', 'KZ point-of-contact', 'KZ auditor']) expect(problemOf(await play.fire(who, id, 1, 'RECORD_USE', use())).status).toBe(403);
  });
});

describe('UNCC 36(3): onward transfer', () => {
  it('of personal data without authorization is refused, in the case the letter states, too', async () => {
    const id = await furnished();
    expect(await play.refused(OFFICER, id, 1, 'RECORD_USE', transfer())).toMatchObject({ status: 422, code: 'use.without-consent', rule: 'UNCC 36(3)', force: 'binding', errors: [{ pointer: '/payload/destination' }] });
    // Other data fall under 40(19): free in the case stated, closed in another.
    await play.act(OFFICER, id, 1, 'RECORD_USE', transfer({ personalData: false }));
    expect(await play.refused(OFFICER, id, 1, 'RECORD_USE', transfer({ personalData: false, proceeding: OTHER }))).toMatchObject({ rule: 'UNCC 40(19)' });
  });

  it('is authorized for one destination and its data, and for no other', async () => {
    const id = await closed();
    await play.act(KZ, id, 1, 'REQUEST_USE_CONSENT', consent({ kind: 'onward-transfer', proceeding: STATED, destination: { organisation: 'Europol' } }));
    await play.node.settle();
    expect((await play.view(VN, id)).measures[0].availableEvents[0]).toMatchObject({ type: 'GRANT_USE_CONSENT' });
    await play.act(VN, id, 1, 'GRANT_USE_CONSENT', { consent: 1 });
    await play.node.settle();
    for (const [patch, code] of [[{}, 'use.without-consent'], [{ consent: 1 }, 'use.outside-consent'], [{ consent: 1, kind: 'use', destination: undefined, proceeding: OTHER }, 'use.outside-consent']] as const) {
      expect((await play.refused(OFFICER, id, 1, 'RECORD_USE', transfer(patch))).code).toBe(code);
    }
    await play.act(OFFICER, id, 1, 'RECORD_USE', transfer({ consent: 1, destination: { organisation: 'Europol' } }));
    const [event] = (await list('KZ auditor', `/requests/${id}/timeline`)).slice(-1);
    expect(event).toMatchObject({ type: 'RECORD_USE', rule: 'UNCC 36(3)' });
    expect(await list('KZ auditor', '/uses?kind=onward-transfer&counterpart=VN')).toMatchObject([{ requestId: id, destination: { organisation: 'Europol' }, consent: { no: 1 } }, { personalData: false, destination: { state: 'US' }, consent: null }]);
  });

  it('names one destination, and only an onward transfer names any', async () => {
    const id = await furnished();
    for (const [payload, pointer] of [
      [transfer({ destination: undefined }), '/payload/destination'], [transfer({ destination: {} }), '/payload/destination'], [transfer({ destination: { state: 'US', organisation: 'Europol' } }), '/payload/destination'],
      [use({ destination: { state: 'US' } }), '/payload/destination'], [transfer({ destination: { state: 'usa' } }), '/payload/destination/state'], [use({ personalData: undefined }), '/payload/personalData'],
      [use({ consent: 0 }), '/payload/consent'], [use({ purpose: 'a\u202eb' }), '/payload/purpose'],
    ] as const) {
      expect(await play.refused(OFFICER, id, 1, 'RECORD_USE', payload)).toMatchObject({ status: 422, errors: expect.arrayContaining([expect.objectContaining({ pointer })]) });
    }
  });
});

describe('UNCC 40(5), 40(19): exculpatory information', () => {
  const notice = { proceeding: OTHER, data: 'Log line of 12 May', explanation: 'Shows that the accused was elsewhere' };

  it('is disclosed to an accused after notice, without consent; never sent on by that exception', async () => {
    const id = await closed();
    expect(await play.refused(OFFICER, id, 1, 'RECORD_USE', use({ proceeding: OTHER, notice: 1 }))).toMatchObject({ code: 'use.notice-unknown' });
    await play.act(KZ, id, 1, 'NOTIFY_EXCULPATORY_DISCLOSURE', notice);
    await play.node.settle();
    for (const m of await both(id)) expect(m.particulars.disclosures).toMatchObject([{ no: 1, ...notice }]);
    await play.act(OFFICER, id, 1, 'RECORD_USE', use({ proceeding: OTHER, notice: 1 }));
    expect(await play.refused(OFFICER, id, 1, 'RECORD_USE', transfer({ notice: 1 }))).toMatchObject({ rule: 'UNCC 36(3)' });
    expect(await list('KZ auditor', `/uses?requestId=${id}`)).toMatchObject([{ kind: 'use', notice: 1, consent: null }]);
    // The requested State may take it up: correspondence stays open after closing.
    await play.act(VN, id, null, 'SEND_CORRESPONDENCE', { subject: 'Your notice', text: 'We ask to be consulted.' });
  });

  it('exceptionally before notice, told without delay after, with the reason; the notice is its record', async () => {
    const id = await furnished();
    expect(await play.refused(KZ, id, 1, 'NOTIFY_EXCULPATORY_DISCLOSURE', { ...notice, disclosedAt: '2026-11-03T08:00:00Z' })).toMatchObject({ status: 422, errors: [{ pointer: '/payload/whyNotBefore' }] });
    expect(await play.refused(KZ, id, 1, 'NOTIFY_EXCULPATORY_DISCLOSURE', { ...notice, disclosedAt: '2030-01-01T08:00:00Z', whyNotBefore: 'x' })).toMatchObject({ status: 422, code: 'disclosure.in-future' });
    const told = { ...notice, disclosedAt: '2026-11-03T08:00:00Z', whyNotBefore: 'The hearing was under way' };
    await play.act(KZ, id, 1, 'NOTIFY_EXCULPATORY_DISCLOSURE', told);
    await play.node.settle();
    for (const m of await both(id)) expect(m.particulars.disclosures).toMatchObject([{ no: 1, ...told }]);
    expect(await list('KZ auditor', `/uses?requestId=${id}`)).toMatchObject([{ kind: 'exculpatory-disclosure', proceeding: OTHER, notice: 1 }]);
    expect(await list('VN auditor', `/uses?requestId=${id}`)).toEqual([]);
  });
});

describe('Budapest 28: use limitation', () => {
  it('binds where it was asked for and accepted, not by itself; onward transfer asks first by practice', async () => {
    const draft = { measures: [budapest()] };
    const free = await furnishedUnder(draft, false);
    await play.act('US case-officer', free, 1, 'RECORD_USE', use({ proceeding: OTHER }));
    expect(await play.refused('US case-officer', free, 1, 'RECORD_USE', transfer({ destination: { state: 'KZ' } }))).toMatchObject({ rule: 'practice:onward-transfer', force: 'practice' });
    const bound = await furnishedUnder(draft, true);
    expect(await play.refused('US case-officer', bound, 1, 'RECORD_USE', use({ proceeding: OTHER }))).toMatchObject({ code: 'use.without-consent', rule: 'Budapest 28', force: 'binding' });
  });

  /** US asks IS, with a condition on the use or without. */
  async function furnishedUnder(input: object, condition: boolean): Promise<string> {
    const id = await play.transmitted({ ...input, requestedState: 'IS', letter: letter({ offences: [{ label: 'computer intrusion', law: 'US' }], cooperationGround: undefined as never }) }, 'US');
    await play.act('IS central-authority', id, null, 'ACKNOWLEDGE');
    await play.act('IS central-authority', id, 1, 'EXAMINE');
    if (condition) {
      await play.act('IS central-authority', id, 1, 'OFFER_CONDITIONS', { conditions: [{ kind: 'use', text: 'For this case only' }] });
      await play.node.settle();
      await play.act('US central-authority', id, 1, 'ACCEPT_CONDITIONS');
      await play.node.settle();
    }
    const steps: [string, string, object?][] = [
      ['central-authority', 'GRANT'], ['central-authority', 'ASSIGN', { authority: 'Police' }], ['competent-authority', 'AUTHORISE', { body: 'Court', remedyOpen: false }], ['competent-authority', 'BEGIN_EXECUTION'],
      ['competent-authority', 'REPORT_EXECUTION', { result: 'data-obtained' }], ['central-authority', 'DECIDE_TRANSMISSION', { outcome: 'released' }],
    ];
    for (const [who, type, payload] of steps) await play.act(`IS ${who}`, id, 1, type, (payload ?? {}) as Record<string, unknown>);
    const packageId = await play.package(id, 1, { 'a.txt': Buffer.from('a') }, 'IS competent-authority');
    await play.act('IS central-authority', id, 1, 'TRANSMIT_EVIDENCE', { packageId });
    await play.node.settle();
    return id;
  }
});

describe('the register', () => {
  it('is read in pages, each reading logged, by filters that are checked', async () => {
    const id = await furnished();
    for (const n of [1, 2, 3]) await play.act(OFFICER, id, 1, 'RECORD_USE', use({ purpose: `Hearing ${n}` }));
    for (const n of [1, 2, 3]) await play.act(KZ, id, 1, 'REQUEST_USE_CONSENT', consent({ proceeding: `Case ${n}` }));
    const auditor = await play.as('KZ auditor');
    const seen: Record<string, string[]> = {};
    for (const [path, of] of [[`/uses?requestId=${id}&limit=2`, (i: Body) => i.purpose], [`/use-consents?requestId=${id}&answer=open&limit=2`, (i: Body) => i.proceeding]] as const) {
      const first = await auditor.get(path).expect(200);
      expect(first.headers['link']).toContain('rel="next"');
      const second = await auditor.get(`${path}&after=${first.body.next}`).expect(200);
      seen[path.split('?')[0]!] = [...first.body.items, ...second.body.items].map(of);
      expect(second.body.next).toBeUndefined();
      expect(first.headers['cache-control']).toContain('no-store');
    }
    expect(seen).toEqual({ '/uses': ['Hearing 3', 'Hearing 2', 'Hearing 1'], '/use-consents': ['Case 3', 'Case 2', 'Case 1'] });
    expect((await play.log('KZ', 'use.read')).at(-1)).toMatchObject({ body: { list: 'consents', entries: 1, requestId: id } });
    for (const path of ['/uses?after=x', '/uses?kind=other', '/uses?requestId=7', '/use-consents?answer=maybe', '/uses?limit=0', `/use-consents?after=${Buffer.from('["use-consents.newest","2026-11-03T00:00:00.000Z","00000000-0000-7000-8000-000000000000",9007199254740991,1]').toString('base64url')}&kind=x`]) {
      expect(problemOf(await auditor.get(path)).status).toBe(400);
    }
    const far = Buffer.from('["use-consents.newest","2026-11-03T00:00:00.000Z","00000000-0000-7000-8000-000000000000",9007199254740991,1]').toString('base64url');
    expect((await auditor.get(`/use-consents?after=${far}`)).status).toBe(200);
    for (const who of ['KZ administrator', 'ZZ operator']) expect((await (await play.as(who)).get('/uses')).status).toBe(403);
    // Another State's files are as if they did not exist.
    expect(await list('US auditor', `/uses?requestId=${id}`)).toEqual([]);
  });
});
