import { profile } from '@comity/treaty';
import { AuditApiModule } from '../../apps/api/src/audit/audit-api.module.js';
import { DossierController } from '../../apps/api/src/audit/dossier.controller.js';
import { AccountsModule } from '../../apps/api/src/accounts/accounts.module.js';
import { deskLetter, deskNumber, emergency, query } from '../support/network.js';
import { letter, measure } from '../support/stored-data.js';
import { Letters } from './letters.js';
import { bytesOf, CASE_CONTROLLERS, Play, problemOf, someId, type Body } from './play.js';

// Real: everything but the clock. Requests are played over HTTP, then auditors ask.
let play: Play;
let id: string;
let packageId: string;
let refused: string;

const DAY = 86_400_000;
const days = (n: number): void => play.node.clock.advanceDays(n);
const ask = async (who: string, path: string): Promise<Body> => (await (await play.as(who)).get(`/audit/questions/${path}`).expect(200)).body;
const csv = async (who: string, path: string): Promise<string> => {
  const answer = await bytesOf((await play.as(who)).get(`/audit/questions/${path}`).set('accept', 'text/csv')).expect(200);
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
  return (answer.body as Buffer).toString('utf8');
};
const asked = (state: string) => play.log(state, 'audit.question-asked');

beforeAll(async () => {
  play = await Play.open(import.meta.url, { controllers: [...CASE_CONTROLLERS, DossierController] }, [AuditApiModule, AccountsModule]);
  id = await play.advanced('released', { letter: letter({ suggestedDeadline: { withinDays: 10, reason: 'Custody limit' } }) });
  days(20);
  packageId = await play.package(id, 1, { 'image.dd': Buffer.from('disk') });
  await play.act('VN central-authority', id, 1, 'TRANSMIT_EVIDENCE', { packageId });
  await play.node.settle();
  await (await play.as('KZ case-officer')).get(`/evidence-packages/${packageId}/files/1`).expect(200);
  await (await play.as('KZ central-authority')).get(`/evidence-packages/${packageId}`).expect(200);
  await (await play.as('KZ auditor')).get(`/requests/${id}/evidence-packages`).expect(200);
  refused = await play.advanced('examined', { ownReference: '=HYPERLINK("x")' });
  await play.act('VN central-authority', refused, 1, 'REFUSE', { ground: 'persecution', reasons: 'Grounds to believe so.' });
  await play.node.settle();
});
afterAll(() => play.close());

describe('who saw this evidence', () => {
  it('names who took the bytes and who read the manifest, each with the entry that proves it', async () => {
    const { items } = await ask('KZ auditor', `evidence-readings?package=${packageId}`);
    expect(items.map((i: Body) => [i.username, i.seen, i.packageId, i.fileNumber])).toEqual([
      ['auditor', 'manifest', null, null], ['central-authority', 'manifest', packageId, null], ['case-officer', 'bytes', packageId, 1],
    ]);
    const proof = (await (await play.as('KZ auditor')).get(`/audit/entries?subject=file:${id}&type=evidence.read`).expect(200)).body;
    expect(proof.items.map((e: Body) => [e.id, e.leafHash])).toContainEqual([items[2].entryId, items[2].leafHash]);
  });

  it('names who exported them in a dossier, with the bytes or without; not where they were withheld', async () => {
    const before = (await ask('VN auditor', `evidence-readings?request=${refused}`)).items.length as number;
    await (await play.as('VN central-authority')).get(`/requests/${refused}/dossier?evidence=true`).expect(200);
    await (await play.as('VN auditor')).get(`/requests/${refused}/dossier`).expect(200);
    await (await play.as('VN auditor')).get(`/requests/${refused}/dossier?withhold=contents,evidence`).expect(200);
    const { items } = await ask('VN auditor', `evidence-readings?request=${refused}`);
    expect(items.length).toBe(before + 2);
    expect(items.slice(0, 2).map((i: Body) => [i.username, i.seen])).toEqual([['auditor', 'manifest'], ['central-authority', 'bytes']]);
  });

  it('leaves out readings of another package, another account, another time; and pages neither repeat nor leave out', async () => {
    expect((await ask('KZ auditor', `evidence-readings?request=${refused}`)).items).toEqual([]);
    expect((await ask('KZ auditor', `evidence-readings?request=${id}&account=${someId()}`)).items).toEqual([]);
    expect((await ask('KZ auditor', `evidence-readings?request=${id}&to=2026-11-01T00:00:00Z`)).items).toEqual([]);
    const all: string[] = [];
    for (let after = ''; ; ) {
      const page = await ask('KZ auditor', `evidence-readings?request=${id}&limit=1${after}`);
      all.push(...page.items.map((i: Body) => i.entryId));
      if (page.next === undefined) break;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
    expect([all.length, new Set(all).size]).toEqual([3, 3]);
  });

  it('is the own State only: of another State’s package nothing is known, and its readers are not shown', async () => {
    const sg = await play.as('SG auditor');
    expect(problemOf(await sg.get(`/audit/questions/evidence-readings?package=${packageId}`))).toMatchObject({ status: 404, code: 'evidence.not-found' });
    expect((await sg.get(`/audit/questions/evidence-readings?request=${id}`).expect(200)).body).toEqual({ items: [] });
    const vn = await ask('VN auditor', `evidence-readings?request=${id}`);
    expect(vn.items).toEqual([]);
  });

  it('needs a package or a request, and a package of that request', async () => {
    const auditor = await play.as('KZ auditor');
    for (const query of ['', `?request=${refused}&package=${packageId}`]) {
      expect(problemOf(await auditor.get(`/audit/questions/evidence-readings${query}`))).toMatchObject({ status: 400, code: 'query.invalid' });
    }
  });
});

describe('all acts of an official', () => {
  it('lists acts and readings, newest first, with event, rule and messages', async () => {
    const { accountId } = await play.node.official('VN', 'central-authority');
    const acts = await ask('VN auditor', `official-acts?account=${accountId}&kind=acts&limit=200`);
    expect(acts.items[0]).toMatchObject({ type: 'measure.refused', event: 'REFUSE', requestId: refused, measure: 1, rule: 'UNCC 40(22)', messages: 1, username: 'central-authority' });
    expect(acts.items.every((i: Body) => i.accountId === accountId)).toBe(true);
    const both = await ask('VN auditor', `official-acts?account=${accountId}&limit=200`);
    const readings = await ask('VN auditor', `official-acts?account=${accountId}&kind=readings&limit=200`);
    expect(readings.items.length).toBeGreaterThan(0);
    expect(both.items.length).toBe(acts.items.length + readings.items.length);
    const logged = (await play.log('VN')).filter((e) => e.actor.accountId === accountId);
    expect(both.items.map((i: Body) => i.entryId)).toEqual(logged.map((e) => e.id).sort((a, b) => cmp(logged, b, a)));
  });
});

const cmp = (log: Body[], a: string, b: string): number => {
  const key = (entryId: string) => `${log.find((e) => e.id === entryId).at} ${entryId}`;
  return key(a) < key(b) ? -1 : 1;
};

describe('refusals by ground', () => {
  it('UNCC 40(22), 40(25): shows ground, rule and whether reasons were given, in both files', async () => {
    const own = await ask('VN auditor', 'refusals?ground=persecution');
    expect(own.items).toEqual([expect.objectContaining({ requestId: refused, measure: 1, ground: 'persecution', rule: 'UNCC 40(22)', refusedBy: 'own', what: 'measure', reasoned: true, form: 'stored-data', instrument: 'uncc-2024', username: 'central-authority' })]);
    const theirs = await ask('KZ central-authority', 'refusals');
    expect(theirs.items).toEqual([expect.objectContaining({ requestId: refused, refusedBy: 'counterpart', provenance: 'exchange', accountId: null, username: null })]);
    for (const query of ['ground=essential-interests', 'counterpart=SG', 'side=requesting', 'to=2026-11-01T00:00:00Z']) expect((await ask('VN auditor', `refusals?${query}`)).items).toEqual([]);
  });
});

describe('requests past their suggested deadline', () => {
  it('UNCC 40(26): shows a letter answered late, with the days', async () => {
    const { items } = await ask('VN central-authority', 'overdue-requests');
    expect(items).toEqual([expect.objectContaining({ requestId: id, side: 'requested', counterpart: 'KZ', dueAt: '2026-11-13T09:12:40.000Z', answeredAt: '2026-11-23T09:12:40.000Z', daysLate: 10 })]);
    expect((await ask('VN auditor', 'overdue-requests?open=true')).items).toEqual([]);
    expect((await ask('VN auditor', 'overdue-requests?open=false')).items).toHaveLength(1);
  });

  it('UNCC 40(26): shows one that is still unanswered, and not before its deadline', async () => {
    const late = await play.transmitted({ letter: letter({ suggestedDeadline: { withinDays: 3, reason: 'Hearing' } }) });
    const find = async () => (await ask('KZ auditor', 'overdue-requests?open=true')).items.filter((i: Body) => i.requestId === late);
    expect(await find()).toEqual([]);
    days(5);
    expect(await find()).toEqual([expect.objectContaining({ answeredAt: null, daysLate: 2, working: expect.stringContaining('3 days from') })]);
  });
});

describe('preservations', () => {
  it('UNCC 42(8), 42(9): tells those that lapsed from those extended, and whether the data are still held', async () => {
    const preserve = async () => {
      const one = await play.transmitted({ measures: [measure({ form: 'preservation', relation: 'Logs of the intrusion', necessity: 'They are overwritten', requestToFollow: true, legalBases: [{ instrument: 'uncc-2024', article: '42', date: '2026-11-01', role: 'primary' }] })] });
      await play.act('VN central-authority', one, 1, 'ORDER_PRESERVATION');
      const now = play.node.clock.now().getTime();
      await play.act('VN central-authority', one, 1, 'REPORT_SECURED', { from: new Date(now).toISOString(), until: new Date(now + 60 * DAY).toISOString() });
      await play.node.settle();
      return one;
    };
    const [lapsing, extending] = [await preserve(), await preserve()];
    const until = new Date(play.node.clock.now().getTime() + 120 * DAY).toISOString();
    await play.act('KZ central-authority', extending, 1, 'REQUEST_EXTENSION', { until, reasons: 'The request is being drafted' });
    await play.node.settle();
    await play.act('VN central-authority', extending, 1, 'EXTEND', { until });
    await play.node.settle();
    const running = (await ask('VN auditor', 'preservations?fate=running')).items.map((i: Body) => i.requestId);
    expect(running).toEqual(expect.arrayContaining([lapsing, extending]));
    expect((await ask('VN auditor', 'preservations?fate=lapsed')).items).toEqual([]);
    days(61);
    const { items } = await ask('VN auditor', 'preservations');
    expect(items).toHaveLength(2);
    expect(items.find((i: Body) => i.requestId === lapsing)).toMatchObject({ fate: 'lapsed', held: true, kind: 'legal', settledAt: null, extendedUntil: null });
    expect(items.find((i: Body) => i.requestId === extending)).toMatchObject({ fate: 'extended', held: true, extendedUntil: until, extendedLate: false });
    expect((await ask('KZ auditor', 'preservations?fate=extended')).items.map((i: Body) => i.requestId)).toEqual([extending]);
  });
});

describe('transcribed acts', () => {
  it('shows both persons who stand for one', async () => {
    const { accountId } = await play.node.official('KZ', 'point-of-contact');
    const second = await play.node.official('KZ', 'central-authority');
    await play.node.db.asSuperuser(
      `INSERT INTO transcription (state, id, thread_id, opens_thread, counterpart, type, measure, ack, body, dated_at, received_at, channel, document_sha256, status, proposed_by, proposed_at, decided_by, decided_at, message_id)
       VALUES ('KZ', $1, $2, false, 'TH', 'ACKNOWLEDGED', NULL, 0, 'x', '2026-11-01Z', '2026-11-02Z', 'courier', 'ab', 'confirmed', $3, '2026-11-03Z', $4, '2026-11-04Z', $1)`,
      [someId(), id, accountId, second.accountId],
    );
    const { items } = await ask('KZ auditor', 'transcribed-acts');
    expect(items).toEqual([expect.objectContaining({ counterpart: 'TH', type: 'ACKNOWLEDGED', channel: 'courier', status: 'confirmed', proposedByName: 'point-of-contact', decidedByName: 'central-authority' })]);
    expect((await ask('KZ auditor', `transcribed-acts?account=${second.accountId}`)).items).toHaveLength(1);
    expect((await ask('KZ auditor', `transcribed-acts?account=${someId()}`)).items).toEqual([]);
    expect((await ask('VN auditor', 'transcribed-acts')).items).toEqual([]);
  });
});

describe('permissions refused', () => {
  it('shows who asked for what, by event and by route', async () => {
    await play.fire('VN competent-authority', id, 1, 'GRANT');
    await play.fire('VN auditor', id, 1, 'GRANT');
    const { items } = await ask('VN auditor', 'refused-permissions?limit=2');
    expect(items.map((i: Body) => [i.username, i.code, i.event, i.permission])).toEqual([['auditor', 'permission.lacking', null, 'request.act'], ['competent-authority', 'permission.lacking', 'GRANT', null]]);
    const { accountId } = await play.node.official('VN', 'auditor');
    expect((await ask('VN auditor', `refused-permissions?account=${accountId}`)).items.every((i: Body) => i.username === 'auditor')).toBe(true);
  });
});

describe('statistics', () => {
  const row = async (who: string, query: string) => (await ask(who, `statistics?${query}`)).items as Body[];

  it('counts letters, measures, outcomes and days by State pair, instrument, form, period and kind', async () => {
    const rows = await row('VN auditor', 'by=month&form=stored-data&to=2026-12-01T00:00:00Z');
    const first = rows.find((r) => r.period === '2026-11-01' && r.kind === 'first');
    expect(first).toMatchObject({ counterpart: 'KZ', side: 'requested', instrument: 'uncc-2024', form: 'stored-data', training: true, requests: 3, measures: 3, outcomes: { open: 2, refused: 1 } });
    expect(first.days).toMatchObject({ acknowledged: { measures: 2, median: 0, p90: 0 }, decided: { measures: 2 }, transmitted: { measures: 1, median: 20, p90: 20 } });
    expect(first.days.received).toBeUndefined();
  });

  it('keeps returned and supplementary letters apart', async () => {
    const returned = await play.transmitted();
    await play.act('VN central-authority', returned, null, 'ACKNOWLEDGE');
    await play.act('VN central-authority', returned, null, 'REQUEST_INFORMATION', { items: [{ question: 'Which account?' }] });
    await play.node.settle();
    await play.transmitted({ supplements: returned });
    const kinds = Object.fromEntries((await row('KZ auditor', 'form=stored-data&from=2027-01-01T00:00:00Z')).map((r) => [r.kind, r.requests]));
    expect(kinds).toEqual({ returned: 1, supplementary: 1 });
  });

  it('gives the same rows in pages as at once, and in CSV with a column for each figure', async () => {
    const all = await row('VN auditor', 'by=month&limit=200');
    const paged: Body[] = [];
    for (let after = ''; ; ) {
      const page = await ask('VN auditor', `statistics?by=month&limit=1${after}`);
      paged.push(...page.items);
      if (page.next === undefined) break;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
    expect(all.length).toBeGreaterThan(2);
    expect(paged).toEqual(all);
    const [head, ...lines] = (await csv('VN auditor', 'statistics?by=month')).trimEnd().split('\r\n');
    expect(head).toContain('"period","counterpart","side","instrument","form","kind","training","requests"');
    expect(head).toContain('"outcome.refused"');
    expect(head).toContain('"days.decided.median","days.decided.p90"');
    expect(lines).toHaveLength(all.length);
    expect(lines.every((line) => line.split(',').length === head!.split(',').length)).toBe(true);
  });

  it('UNCC 41(3)(e), 41(3)(a): an emergency disclosure and a query reach the same milestones in the files of both States', async () => {
    const disclosed = await play.draft({ letter: deskLetter(), measures: [emergency(), query()] as never }, 'KZ point-of-contact');
    await play.act('KZ point-of-contact', disclosed, null, 'TRANSMIT');
    await play.node.settle();
    days(1);
    await play.acts(disclosed, [['VN point-of-contact', 1, 'ORDER_DISCLOSURE', { custodian: 'Provider' }], ['VN point-of-contact', 2, 'ANSWER_QUERY', { answer: 'The provider is in SG.' }],
      ['VN point-of-contact', 1, 'RECORD_CALL_BACK', { number: deskNumber('KZ'), calledAt: play.node.clock.now().toISOString(), result: 'confirmed', spokeWith: 'The officer on duty' }]]);
    await play.node.settle();
    const given = await play.package(disclosed, 1, { 'where.txt': Buffer.from('here') }, 'VN point-of-contact');
    days(1);
    await play.act('VN point-of-contact', disclosed, 1, 'DISCLOSE', { packageId: given });
    await play.node.settle();
    await play.act('KZ central-authority', disclosed, 1, 'CONFIRM_RECEIPT');
    await play.node.settle();
    const took = (n: number) => ({ measures: 1, median: n, p90: n });
    for (const who of ['KZ auditor', 'VN auditor']) {
      expect((await row(who, 'form=emergency-disclosure')).map((r) => r.days)).toEqual([{ decided: took(1), transmitted: took(2), received: took(2) }]);
      expect((await row(who, 'form=network-query')).map((r) => r.days)).toEqual([{ decided: took(1), transmitted: took(1) }]);
    }
  });

  it('counts a letter of an off-network State in the period in which it was taken in, and its days from then', async () => {
    const letters = new Letters(play);
    const began = play.node.clock.now();
    const dated = new Date(began.getTime() - 40 * DAY).toISOString();
    const body = { letter: letter({ authority: { name: 'FOJ' } }), measures: [Letters.measure()], reference: 'DE 1', profile: { 'budapest-2001': profile('budapest-2001').version } };
    const { requestId } = await letters.transcribed(undefined, 'REQUESTED', null, body, { datedAt: dated, receivedAt: began.toISOString() });
    days(1);
    await play.act('US central-authority', requestId, null, 'ACKNOWLEDGE');
    const [from, to] = [began, new Date(began.getTime() + DAY)].map((at) => at.toISOString());
    const query = 'by=month&counterpart=DE&side=requested';
    const expected = [expect.objectContaining({ period: `${from!.slice(0, 7)}-01`, measures: 1, days: { acknowledged: { measures: 1, median: 1, p90: 1 } } })];
    expect(await row('US auditor', query)).toEqual(expected);
    expect(await row('US auditor', `${query}&from=${from}&to=${to}`)).toEqual(expected);
    expect(await row('US auditor', `${query}&from=${dated}&to=${from}`)).toEqual([]);
  });

  it('median and 90th percentile are values that occurred', async () => {
    const took = [1, 2, 3, 4, 10];
    const letters: string[] = [];
    for (const _ of took) letters.push(await play.transmitted({}, 'SG'));
    const began = play.node.clock.now();
    for (const [n, one] of letters.entries()) {
      play.node.clock.set(new Date(began.getTime() + took[n]! * DAY));
      await play.act('VN central-authority', one, null, 'ACKNOWLEDGE');
    }
    await play.node.settle();
    const [found] = await row('VN auditor', 'counterpart=SG');
    expect(found.days).toEqual({ acknowledged: { measures: 5, median: 3, p90: 10 } });
  });
});

describe('an answer as CSV', () => {
  it('holds every row, quoted, and runs nothing: a reference the other State chose stays text', async () => {
    const text = await csv('VN auditor', 'refusals');
    const [head, line] = text.split('\r\n');
    expect(head).toBe('"at","requestId","ownReference","counterpartReference","counterpart","side","training","measure","form","instrument","ground","rule","refusedBy","what","reasoned","accountId","username","provenance","eventSeq"');
    expect(line).toContain(`"'=HYPERLINK(""x"")"`);
    const all = (await csv('VN auditor', `official-acts?account=${(await play.node.official('VN', 'central-authority')).accountId}`)).trimEnd().split('\r\n');
    expect(all.length).toBeGreaterThan(10);
  });

  it('has a column for every member of a row in JSON', async () => {
    const { accountId } = await play.node.official('VN', 'central-authority');
    for (const path of [`evidence-readings?request=${refused}`, `official-acts?account=${accountId}`, 'refused-permissions', 'refusals', 'overdue-requests', 'preservations', 'transcribed-acts']) {
      const who = path === 'transcribed-acts' ? 'KZ auditor' : 'VN auditor';
      const [row] = (await ask(who, path)).items as Body[];
      const columns = (await csv(who, path)).split('\r\n')[0]!.split(',').map((name) => JSON.parse(name) as string);
      expect([path, columns.sort()]).toEqual([path, Object.keys(row).sort()]);
    }
  });

  it('takes no page', async () => {
    const answer = await (await play.as('VN auditor')).get('/audit/questions/refusals?limit=5').set('accept', 'text/csv');
    expect(problemOf(answer)).toMatchObject({ status: 400, code: 'query.invalid', errors: [{ pointer: '/limit' }] });
  });
});

describe('asking', () => {
  const PATHS = ['refusals', 'overdue-requests', 'preservations', 'transcribed-acts', 'statistics', 'refused-permissions', 'uses', 'use-consents'];

  it('is logged, in JSON and in CSV, with the question and its filter, before the answer', async () => {
    for (const path of PATHS) {
      const before = (await asked('VN')).length;
      await ask('VN auditor', path);
      await csv('VN auditor', path);
      expect((await asked('VN')).slice(before).map((e) => [e.body.question, e.body.format])).toEqual([[path, 'json'], [path, 'csv']]);
    }
    await ask('VN auditor', `evidence-readings?request=${id}`);
    expect((await asked('VN')).at(-1)).toMatchObject({ body: { question: 'evidence-readings', requestId: id, filter: { requestId: id } }, actor: { roles: ['auditor'] } });
  });

  it('is for auditors; for the central authority where it is about cases; for nobody else', async () => {
    for (const who of ['case-officer', 'competent-authority', 'point-of-contact', 'administrator']) {
      for (const path of PATHS) expect(problemOf(await (await play.as(`VN ${who}`)).get(`/audit/questions/${path}`))).toMatchObject({ status: 403, code: 'permission.lacking' });
    }
    const central = await play.as('VN central-authority');
    for (const path of ['refused-permissions', 'uses', 'use-consents', `evidence-readings?request=${id}`, `official-acts?account=${someId()}`]) {
      expect(problemOf(await central.get(`/audit/questions/${path}`)).status).toBe(403);
    }
  });

  it('answers a wrong filter or cursor with a problem document', async () => {
    const auditor = await play.as('VN auditor');
    for (const query of ['refusals?ground=%3Dx', 'refusals?counterpart=vn', 'refusals?from=2026-11-01', 'overdue-requests?open=maybe', 'preservations?fate=lost', 'official-acts', 'statistics?by=day', 'uses?kind=other-use', 'uses?basis=none', 'uses?request=7', 'use-consents?answer=maybe', 'use-consents?kind=use', 'refusals?limit=0', 'refusals?colour=red']) {
      expect([query, problemOf(await auditor.get(`/audit/questions/${query}`)).status]).toEqual([query, 400]);
    }
    // An id in capitals would be found nowhere: no answer is better than "nobody saw it".
    const [request, evidence, account] = [id, packageId, someId()].map((text) => text.toUpperCase());
    for (const query of [`evidence-readings?request=${request}`, `evidence-readings?package=${evidence}`, `official-acts?account=${account}`, `refused-permissions?account=${account}`, `uses?request=${request}`, `use-consents?request=${request}`, `transcribed-acts?account=${account}`]) {
      expect([query, problemOf(await auditor.get(`/audit/questions/${query}`))]).toEqual([query, expect.objectContaining({ status: 400, errors: [expect.objectContaining({ detail: expect.stringContaining('small letters') })] })]);
    }
    const cursor = Buffer.from(JSON.stringify(['refusals', '2026-11-05T00:00:00.000Z', someId(), Number.MAX_SAFE_INTEGER])).toString('base64url');
    expect((await auditor.get(`/audit/questions/refusals?after=${cursor}`)).status).toBe(200);
    const { next } = await ask('VN auditor', 'refused-permissions?limit=1');
    expect(problemOf(await auditor.get(`/audit/questions/refusals?after=${next}`))).toMatchObject({ status: 400, code: 'cursor.invalid' });
  });
});

describe('who saw this evidence, wherever its manifest stood', () => {
  let shown: string;
  let of: string;
  const readers = async (state: string, query = `package=${of}`) => (await ask(`${state} auditor`, `evidence-readings?${query}`)).items as Body[];
  beforeAll(async () => {
    shown = await play.advanced('released');
    of = await play.package(shown, 1, { 'secret-name.dd': Buffer.from('disk') });
    await play.act('VN central-authority', shown, 1, 'TRANSMIT_EVIDENCE', { packageId: of });
    await play.node.settle();
  });

  it.each(['/messages/{sent}', '/messages/{sent}/export', '', '/timeline'])('names who read it in GET /requests/{id}%s', async (path) => {
    const officer = await play.as('KZ case-officer');
    const { items } = (await officer.get(`/requests/${shown}/messages`).expect(200)).body as Body;
    const { id: sent } = items.find((m: Body) => m.type === 'EVIDENCE_TRANSMITTED');
    const before = await readers('KZ');
    const answer = await officer.get(`/requests/${shown}${path.replace('{sent}', sent)}`).expect(200);
    expect(answer.text).toContain('secret-name.dd');
    const [newest, ...rest] = await readers('KZ');
    expect(newest).toMatchObject({ username: 'case-officer', seen: 'manifest', packageId: of, fileNumber: null });
    expect(rest).toEqual(before);
    expect(await readers('KZ', `request=${shown}`)).toEqual([newest, ...rest]);
  });

  it('names nobody who read what does not hold it: another message, the list of them, the file of the State that sent it', async () => {
    const before = [await readers('KZ'), await readers('VN')];
    const officer = await play.as('KZ case-officer');
    const { items } = (await officer.get(`/requests/${shown}/messages`).expect(200)).body as Body;
    await officer.get(`/requests/${shown}/messages/${items.find((m: Body) => m.type === 'GRANTED').id}`).expect(200);
    const own = await (await play.as('VN case-officer')).get(`/requests/${shown}/timeline`).expect(200);
    expect(own.text).not.toContain('secret-name.dd');
    expect([await readers('KZ'), await readers('VN')]).toEqual(before);
  });

  it('names auditors who opened entries that name its files, listed or exported, and nobody whose filter left these out', async () => {
    for (const [state, type] of [['VN', 'evidence.stored'], ['KZ', 'message.taken-in']] as const) {
      const auditor = await play.as(`${state} auditor`);
      const before = await readers(state);
      for (const query of [`request=${shown}&type=${type}`, `request=${shown}&open=true&type=request.transmitted`, `open=true&subject=file:${refused}`]) await auditor.get(`/audit/entries?${query}`).expect(200);
      await bytesOf(auditor.get(`/audit/export?open=true&type=session.signed-in`)).expect(200);
      await bytesOf(auditor.get(`/audit/export?request=${shown}`)).expect(200);
      await bytesOf(auditor.get(`/audit/export?open=true&to=2026-11-01T00:00:00Z`)).expect(200);
      expect(await readers(state)).toEqual(before);
      for (const read of [`/audit/entries?open=true&request=${shown}&type=${type}`, `/audit/entries?open=true&type=${type}`, `/audit/export?open=true&request=${shown}`, '/audit/export?open=true']) {
        const had = await readers(state);
        const { body } = await bytesOf(auditor.get(read)).expect(200);
        expect((body as Buffer).toString('utf8')).toContain('secret-name.dd');
        const [newest, ...rest] = await readers(state);
        expect([read, newest]).toEqual([read, expect.objectContaining({ username: 'auditor', seen: 'manifest', packageId: null, seq: null })]);
        expect(rest).toEqual(had);
      }
    }
  });

  it('names nobody who exported a dossier that withholds evidence: it names no file', async () => {
    const before = await readers('KZ');
    const { body } = await bytesOf((await play.as('KZ auditor')).get(`/requests/${shown}/dossier?withhold=evidence`)).expect(200);
    expect((body as Buffer).toString('utf8')).not.toContain('secret-name.dd');
    expect(await readers('KZ')).toEqual(before);
  });
});
