import { AuditApiModule } from '../../apps/api/src/audit/audit-api.module.js';
import { inTransaction } from '@comity/database';
import { bytesOf, Play, someId, type Body } from './play.js';

// Real: everything but the clock. Evidence is furnished, used and sent on over HTTP, then auditors of both States ask.
let play: Play;
let id: string;
const [KZ, VN, OFFICER] = ['KZ central-authority', 'VN central-authority', 'KZ case-officer'];
const [STATED, OTHER] = ['Pre-trial investigation of unlawful access', 'Investigation of money laundering'];
const FORMULA = '=HYPERLINK("http://example.org")';

const get = async (who: string, path: string): Promise<Body> => (await (await play.as(who)).get(`/audit/questions/${path}`).expect(200)).body;
const ask = async (who: string, path: string): Promise<Body[]> => (await get(who, path)).items;
const csv = async (who: string, path: string): Promise<string[]> => {
  const answer = await bytesOf((await play.as(who)).get(`/audit/questions/${path}`).set('accept', 'text/csv')).expect(200);
  return (answer.body as Buffer).toString('utf8').trimEnd().split('\r\n');
};
const data = (more: object) => ({ purpose: 'Evidence before a court', proceeding: STATED, data: 'Logs', personalData: true, ...more });
const minutes = (n: number) => play.node.clock.set(new Date(play.node.clock.now().getTime() + n * 60_000));

beforeAll(async () => {
  play = await Play.open(import.meta.url, {}, [AuditApiModule]);
  id = await play.advanced('released');
  const packageId = await play.package(id, 1, { 'logs.txt': Buffer.from('logs') });
  await play.act(VN, id, 1, 'TRANSMIT_EVIDENCE', { packageId });
  await play.node.settle();
  await play.act(KZ, id, 1, 'CONFIRM_RECEIPT');
  const say = async (who: string, type: string, payload: Record<string, unknown>) => { minutes(1); await play.act(who, id, 1, type, payload); await play.node.settle(); };
  await say(OFFICER, 'RECORD_USE', data({ kind: 'use' }));
  await say(KZ, 'REQUEST_USE_CONSENT', data({ kind: 'other-use', proceeding: OTHER, inWriting: true }));
  await say(VN, 'GRANT_USE_CONSENT', { consent: 1, conditions: [{ kind: 'confidentiality', text: 'Heard in camera' }, { kind: 'return', text: 'Returned after' }], limitedTo: 'Logs of May', inWriting: true, reference: FORMULA });
  await say(OFFICER, 'RECORD_USE', data({ kind: 'use', proceeding: OTHER, consent: 1 }));
  await say(KZ, 'REQUEST_USE_CONSENT', data({ kind: 'onward-transfer', destination: { organisation: 'Europol' } }));
  await say(VN, 'GRANT_USE_CONSENT', { consent: 2 });
  await say(KZ, 'RECORD_USE', data({ kind: 'onward-transfer', destination: { organisation: 'Europol' }, consent: 2 }));
  await say(KZ, 'REQUEST_USE_CONSENT', data({ kind: 'onward-transfer', destination: { state: 'US' } }));
  await say(VN, 'DECLINE_USE_CONSENT', { consent: 3, reasons: 'Own proceedings' });
  await say(KZ, 'REQUEST_USE_CONSENT', data({ kind: 'other-use', proceeding: 'A tax audit' }));
  await say(KZ, 'NOTIFY_EXCULPATORY_DISCLOSURE', { proceeding: OTHER, data: 'One line', explanation: 'Shows an alibi', disclosedAt: play.node.clock.now().toISOString(), whyNotBefore: 'The hearing was under way' });
});
afterAll(() => play.close());

describe('uses and onward transfers', () => {
  it('UNCC 40(19), 36(3): each stands with the consent it rests on, or with the notice, or with neither where the letter covers it', async () => {
    const rows = await ask('KZ auditor', 'uses');
    expect(rows.map((r) => [r.kind, r.consent, r.notice, r.username])).toEqual([
      ['exculpatory-disclosure', null, 1, 'central-authority'], ['onward-transfer', 2, null, 'central-authority'], ['use', 1, null, 'case-officer'], ['use', null, null, 'case-officer'],
    ]);
    expect(rows[1]).toMatchObject({ requestId: id, side: 'requesting', counterpart: 'VN', measure: 1, personalData: true, destinationState: null, destinationOrganisation: 'Europol', consentAnswer: 'granted', conditions: [] });
    expect(rows[2]).toMatchObject({ proceeding: OTHER, consentAnswer: 'granted', conditions: ['Heard in camera', 'Returned after'], limitedTo: 'Logs of May', reference: FORMULA });
    expect(Date.parse(rows[2].consentAskedAt)).toBeLessThan(Date.parse(rows[2].consentAnsweredAt));
    expect(Date.parse(rows[2].consentAnsweredAt)).toBeLessThan(Date.parse(rows[2].at));
    expect(rows[3]).toMatchObject({ proceeding: STATED, consentAskedAt: null, consentAnswer: null, consentAnsweredAt: null, conditions: [], limitedTo: null });
  });

  it('are found by basis, kind, person, request, State, side and time', async () => {
    const { accountId } = await play.node.official('KZ', 'case-officer');
    const all = await ask('KZ auditor', 'uses');
    const middle = all[1].at as string;
    for (const [query, kinds] of [
      ['basis=consent', [1, 2]], ['basis=notice', [0]], ['basis=letter', [3]], ['kind=onward-transfer', [1]], [`account=${accountId}`, [2, 3]], [`request=${id}`, [0, 1, 2, 3]], [`request=${someId()}`, []],
      ['counterpart=VN&side=requesting', [0, 1, 2, 3]], ['counterpart=SG', []], ['side=requested', []], [`from=${middle}`, [0, 1]], [`to=${middle}`, [2, 3]],
    ] as [string, number[]][]) {
      expect([query, (await ask('KZ auditor', `uses?${query}`)).map((r) => r.id)]).toEqual([query, kinds.map((n) => all[n].id)]);
    }
  });
});

describe('consents to other use and onward transfer', () => {
  it('UNCC 40(19), 36(3): in both files the same, each with its answer; only the requesting State counts uses', async () => {
    const [kz, vn] = [await ask('KZ auditor', 'use-consents'), await ask('VN auditor', 'use-consents')];
    const told = (rows: Body[]) => rows.map((r) => [r.no, r.kind, r.answer, r.destinationState ?? r.destinationOrganisation, r.reasons, r.conditions.length, r.grantedInWriting]);
    expect(told(kz)).toEqual([[4, 'other-use', null, null, null, 0, null], [3, 'onward-transfer', 'declined', 'US', 'Own proceedings', 0, null], [2, 'onward-transfer', 'granted', 'Europol', null, 0, null], [1, 'other-use', 'granted', null, null, 2, true]]);
    expect(told(vn)).toEqual(told(kz));
    expect([kz.map((r) => r.uses), vn.map((r) => r.uses)]).toEqual([[0, 0, 1, 1], [0, 0, 0, 0]]);
    expect([kz[0].side, vn[0].side, vn[0].counterpart]).toEqual(['requesting', 'requested', 'KZ']);
  });

  it('are found by answer, kind, request and side', async () => {
    for (const [query, numbers] of [['answer=open', [4]], ['answer=granted', [2, 1]], ['answer=declined', [3]], ['kind=onward-transfer', [3, 2]], [`request=${someId()}`, []], ['side=requesting', []], ['counterpart=KZ', [4, 3, 2, 1]]] as [string, number[]][]) {
      expect([query, (await ask('VN auditor', `use-consents?${query}`)).map((r) => r.no)]).toEqual([query, numbers]);
    }
  });
});

describe('both questions', () => {
  it.each([['uses', 'id', 4], ['use-consents', 'no', 4]])('in pages neither repeat nor leave out: %s', async (path, key, count) => {
    const all = (await ask('KZ auditor', path)).map((r) => r[key]);
    expect(all).toHaveLength(count);
    const paged: Body[] = [];
    for (let after = ''; ; ) {
      const page = await get('KZ auditor', `${path}?limit=1${after}`);
      paged.push(...page.items.map((r: Body) => r[key]));
      if (page.next === undefined) break;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
    expect(paged).toEqual(all);
  });

  it('as CSV hold every row, and what another State wrote runs nothing in a spreadsheet', async () => {
    const [head, ...lines] = await csv('KZ auditor', 'uses');
    expect(head).toBe('"at","id","requestId","ownReference","counterpartReference","counterpart","side","training","measure","kind","purpose","proceeding","data","personalData","destinationState","destinationOrganisation","notice","accountId","username","consent","consentPurpose","consentAskedAt","consentAnswer","consentAnsweredAt","conditions","limitedTo","reference"');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toContain(`"Heard in camera; Returned after","Logs of May","'=HYPERLINK(""http://example.org"")"`);
    const consents = await csv('VN auditor', 'use-consents');
    expect(consents).toHaveLength(5);
    expect(consents[4]).toContain(`"'=HYPERLINK(""http://example.org"")"`);
  });

  it('are answered of one’s own State alone: by the filter, and by the rows’ own policy when the filter is lost', async () => {
    expect(await ask('VN auditor', 'uses')).toEqual([]);
    for (const path of ['uses', 'use-consents', `use-consents?request=${id}`]) expect(await ask('SG auditor', path)).toEqual([]);
    const seen = (state: string) => inTransaction(play.node.db.dataSource, { state, readOnly: true }, (tx) =>
      tx.query<{ n: number }>('SELECT count(*)::int AS n FROM data_use UNION ALL SELECT count(*)::int FROM use_consent'));
    expect([await seen('SG'), await seen('KZ')]).toEqual([[{ n: 0 }, { n: 0 }], [{ n: 4 }, { n: 4 }]]);
  });

  it('are entries of the log that name the request asked about', async () => {
    await ask('KZ auditor', `uses?request=${id}&basis=consent`);
    expect((await play.log('KZ', 'audit.question-asked')).at(-1)).toMatchObject({ body: { question: 'uses', requestId: id, filter: { requestId: id, basis: 'consent' }, rows: 2 } });
  });
});
