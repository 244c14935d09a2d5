import type { Response } from 'supertest';
import { newId } from '@comity/kernel';
import { letter, measure } from '../support/stored-data.js';
import { eventPath, Play, problemOf, someId } from './play.js';

// Real: everything but the clock. Bodies, versions and keys that are not as they should be, and several officials at once.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url, { bodyLimitBytes: 262_144 });
});
afterAll(() => play.close());

const draft = () => ({ requestedState: 'VN', letter: letter(), measures: [measure()] });
/** Sends text that JSON.stringify would not write. */
const raw = async (text: string | Buffer, path = '/requests') => (await play.as('KZ case-officer')).post(path, undefined, { 'content-type': 'application/json' }).send(text.toString());
const refusedRaw = (text: string) => play.unchanged(() => raw(text));

describe('bodies', () => {
  it('over the limit are answered 413', async () => {
    const found = await play.unchanged(async () => raw(JSON.stringify({ ...draft(), letter: letter({ facts: 'x'.repeat(300_000) }) })).catch(() => raw('{')));
    expect([413, 400]).toContain(found.status);
    expect(found).toMatchObject({ status: 413, code: 'body.too-large' });
  });

  it('that nest too deep are refused without being walked', async () => {
    for (const depth of [40, 100_000]) expect(await refusedRaw(`${'['.repeat(depth)}${']'.repeat(depth)}`)).toMatchObject({ status: 400, code: 'body.too-deep' });
    expect(await refusedRaw(`{"letter":${'{"a":'.repeat(50)}1${'}'.repeat(50)}}`)).toMatchObject({ code: 'body.too-deep' });
  });

  it.each([
    ['a lone surrogate', '{"requestedState":"VN","letter":{"facts":"\\ud800"},"measures":[]}', 'body.not-unicode', '/letter/facts'],
    ['U+0000', '{"requestedState":"VN","letter":{"facts":"a\\u0000b"},"measures":[]}', 'body.nul-character', '/letter/facts'],
    ['__proto__', '{"requestedState":"VN","letter":{"__proto__":{"facts":"x"}},"measures":[]}', 'body.forbidden-key', '/letter/__proto__'],
    ['constructor', '{"requestedState":"VN","letter":{},"measures":[],"constructor":{"prototype":{}}}', 'body.forbidden-key', '/constructor'],
  ])('with %s are refused', async (_, text, code, pointer) => {
    expect(await refusedRaw(text)).toMatchObject({ status: 400, code, errors: [{ pointer }] });
  });

  it('that name a member twice, are no JSON, are empty, or are no object are refused', async () => {
    for (const [text, code] of [
      ['{"requestedState":"VN","requestedState":"IS","letter":{},"measures":[]}', 'body.duplicate-key'], ['{"requestedState":', 'body.not-json'], ['[]', 'body.not-object'], ['"x"', 'body.not-object'], ['null', 'body.not-object'],
    ] as const) {
      const found = await refusedRaw(text);
      expect([text, found.status]).toEqual([text, 400]);
      if (!code.startsWith('body.not-object')) expect([text, found.code]).toEqual([text, code]);
    }
  });

  it.each([
    ['at the top', { extra: 1 }, '/extra'],
    ['in the letter', { letter: { ...letter(), extra: 1 } }, '/letter/extra'],
    ['in an offence', { letter: { ...letter(), offences: [{ label: 'x', extra: 1 }] } }, '/letter/offences/0/extra'],
    ['in a maximum penalty', { letter: { ...letter(), offences: [{ label: 'x', maxPenalty: { kind: 'life', law: 'KZ', extra: 1 } }] } }, '/letter/offences/0/maxPenalty/extra'],
    ['in an item', { measures: [{ ...measure(), items: [{ type: 'ipv4', value: '203.0.113.1', extra: 1 }] }] }, '/measures/0/items/0/extra'],
    ['in a legal basis', { measures: [{ ...measure(), legalBases: [{ instrument: 'uncc-2024', article: '44', date: '2026-11-03', role: 'primary', extra: 1 }] }] }, '/measures/0/legalBases/0/extra'],
  ])('with an unknown field %s are refused, and the field is named', async (_, patch, pointer) => {
    expect(await play.unchanged(() => raw(JSON.stringify({ ...draft(), ...patch })))).toMatchObject({ status: 400, code: 'body.invalid', errors: [{ pointer, code: 'field.unknown' }] });
  });

  it.each([
    ['an array for the letter', { letter: [] }],
    ['an array of a letter', { letter: [letter()] }],
    ['an object for the measures', { measures: { 0: measure() } }],
    ['a text for the measures', { measures: 'one' }],
    ['an array in an array', { measures: [[measure()]] }],
    ['null for a measure', { measures: [null] }],
    ['a text for an offence', { letter: { ...letter(), offences: ['x'] } }],
    ['an array for the authority', { letter: { ...letter(), authority: [{ name: 'x' }] } }],
    ['an object for a text', { letter: { ...letter(), facts: { length: 3 } } }],
    ['a number for a text', { letter: { ...letter(), subject: 7 } }],
    ['null for the letter', { letter: null }],
    ['null for a text', { letter: { ...letter(), facts: null } }],
    ['null for an object', { letter: { ...letter(), suggestedDeadline: null } }],
    ['null for a list', { letter: { ...letter(), offences: null } }],
    ['null in an item', { measures: [{ ...measure(), items: [{ type: 'account', value: 'x', timeZone: null }] }] }],
    ['null for a reference', { ownReference: null }],
    ['a text for a number', { measures: [{ ...measure(), items: [{ type: 'ipv4', value: '203.0.113.1', port: '443' }] }] }],
    ['a text for a truth', { letter: { ...letter(), confidential: { requested: 'true' } } }],
    ['101 measures', { measures: Array.from({ length: 101 }, () => measure()) }],
    ['a State in small letters', { requestedState: 'vn' }],
  ])('with %s are refused with a pointer', async (_, patch) => {
    const found = await play.unchanged(() => raw(JSON.stringify({ ...draft(), ...patch })));
    expect(found.status).toBe(400);
    expect(found.errors![0]!.pointer).toMatch(/^\//);
  });

  it('with a number beyond what JSON readers agree on are refused', async () => {
    expect(await refusedRaw('{"requestedState":1e999,"letter":{},"measures":[]}')).toMatchObject({ status: 400, code: 'body.number-too-large' });
  });

  it('of another media type are answered 415', async () => {
    const officer = await play.as('KZ case-officer');
    expect((await play.unchanged(() => officer.post('/requests', undefined, { 'content-type': 'text/plain' }).send('x'))).status).toBe(415);
    expect((await play.unchanged(() => officer.post('/requests', undefined, { 'content-type': 'application/xml' }).send('<x/>'))).status).toBe(415);
  });
});

describe('events', () => {
  let id: string;
  beforeAll(async () => {
    id = await play.advanced('examined');
  });
  const refused = (type: string, payload: unknown, no: number | null = 1) => play.refused('VN central-authority', id, no, type, payload as Record<string, unknown>);

  it('that nobody knows, of the other State, or on the wrong subject are refused', async () => {
    for (const type of ['FLY', 'TO_STRING', 'VALUE_OF', 'LETTER_TRANSMITTED', 'LAPSE_CONSULTATION', 'DELIVERY_FAILED', 'GRANTED', 'WITHDRAWAL_REQUESTED']) expect([type, await refused(type, {})]).toEqual([type, expect.objectContaining({ status: 422, code: 'event.unknown' })]);
    expect(await refused('CONFIRM_RECEIPT', {})).toMatchObject({ status: 409, code: 'event.other-side' });
    expect(await refused('GRANT', {}, null)).toMatchObject({ status: 422, code: 'event.wrong-subject' });
    expect(await refused('ACKNOWLEDGE', {}, 1)).toMatchObject({ status: 422, code: 'event.wrong-subject' });
    expect(await refused('RESUME', {})).toMatchObject({ status: 409, code: 'event.not-possible-now' });
  });

  it('on a measure that is not there are answered 404', async () => {
    for (const no of [0, 2, -1, 1e6, 2 ** 53]) {
      const found = await play.refused('VN central-authority', id, no, 'GRANT');
      expect([no, found.status]).toEqual([no, 404]);
    }
    for (const no of ['x', '1.5', '0x1', '']) {
      const ca = await play.as('VN central-authority');
      const found = await play.unchanged(() => ca.post(`/requests/${id}/measures/${no}/events`, { type: 'GRANT', payload: {} }, { 'if-match': '"1"' }));
      expect([no, found.status]).toEqual([no, 404]);
    }
  });

  it('with payloads that are not as their schema says name each fault', async () => {
    expect(await refused('OFFER_CONDITIONS', { conditions: [{ kind: 'bribe', text: 'x', extra: 1 }] })).toMatchObject({
      status: 422, errors: expect.arrayContaining([expect.objectContaining({ code: 'payload.unknown-field', pointer: '/payload/conditions/0/extra' }), expect.objectContaining({ code: 'payload.not-a-choice', pointer: '/payload/conditions/0/kind' })]),
    });
    expect(await refused('OFFER_CONDITIONS', { conditions: [] })).toMatchObject({ status: 422, errors: [{ pointer: '/payload/conditions' }] });
    expect(await refused('OFFER_CONDITIONS', { conditions: { 0: {} } })).toMatchObject({ status: 422 });
    expect(await refused('OFFER_CONDITIONS', {})).toMatchObject({ code: 'payload.missing', errors: [{ pointer: '/payload/conditions' }] });
    expect(await refused('GRANT', { unknown: true })).toMatchObject({ code: 'payload.unknown-field', errors: [{ pointer: '/payload/unknown' }] });
    expect(await refused('OPEN_CONSULTATION', { subject: 'scope', proposal: 'x', term: '2026-11-20+05:00' })).toMatchObject({ code: 'date.offset-without-time', errors: [{ pointer: '/payload/term' }] });
    expect(await refused('OPEN_CONSULTATION', { subject: 'scope', proposal: 'x', term: '2026-11-01T00:00:00Z' })).toMatchObject({ code: 'term.passed', errors: [{ pointer: '/payload/term' }] });
    expect(await refused('OPEN_CONSULTATION', { subject: 'scope', proposal: 'a\u202eb', term: '2026-11-20T00:00:00Z' })).toMatchObject({ code: 'text.unfit-characters', errors: [{ pointer: '/payload/proposal' }] });
    expect(await refused('REPORT_EXECUTION', { result: 'no-data-found' })).toMatchObject({ status: 422 });
  });

  it('with a payload that is no object are refused', async () => {
    const ca = await play.as('VN central-authority');
    const ifMatch = await play.etag('VN central-authority', id);
    for (const payload of [[], 'x', 1, null, [{}]]) {
      const found = await play.unchanged(() => ca.post(eventPath(id, 1), { type: 'GRANT', payload }, { 'if-match': ifMatch }));
      expect([payload, found.status]).toEqual([payload, payload === null ? 422 : 400]);
    }
  });
});

describe('versions', () => {
  it('must be named: 428 without If-Match, 412 with a stale or weak one, 400 with what is none', async () => {
    const id = await play.draft();
    const officer = await play.as('KZ case-officer');
    const submit = (headers: Record<string, string>) => officer.post(`/requests/${id}/events`, { type: 'SUBMIT_FOR_REVIEW', payload: {} }, headers);
    const save = (headers: Record<string, string>) => officer.put(`/requests/${id}`, { letter: letter(), measures: [measure()] }, headers);
    for (const change of [submit, save]) {
      expect(await play.unchanged(() => change({}))).toMatchObject({ status: 428, code: 'precondition.required' });
      for (const stale of ['"0"', '"2"', '"999"', 'W/"1"']) expect([stale, await play.unchanged(() => change({ 'if-match': stale }))]).toEqual([stale, expect.objectContaining({ status: 412, code: 'version.stale' })]);
      for (const wrong of ['1', '*', '"1", "2"']) expect([400, 412]).toContain((await play.unchanged(() => change({ 'if-match': wrong }))).status);
    }
    await submit({ 'if-match': '"1"' }).expect(200);
  });

  it('when two officials act at once, one wins and the other is told 412', async () => {
    for (let round = 0; round < 3; round += 1) {
      const id = await play.advanced('examined');
      const ifMatch = await play.etag('VN central-authority', id);
      const [one, two] = [await play.as('VN central-authority'), await play.as('VN central-authority-2')];
      const answers = await Promise.all([
        one.post(eventPath(id, 1), { type: 'GRANT', payload: {} }, { 'if-match': ifMatch }),
        two.post(eventPath(id, 1), { type: 'REFUSE', payload: { ground: 'persecution', reasons: 'Reasons' } }, { 'if-match': ifMatch }),
      ]);
      expect(answers.map((a) => a.status).sort()).toEqual([200, 412]);
      expect(problemOf(answers.find((a) => a.status === 412)!)).toMatchObject({ code: 'version.stale' });
      await play.node.settle();
      const state = answers[0]!.status === 200 ? 'granted' : 'refused';
      for (const who of ['VN auditor', 'KZ auditor']) expect((await play.view(who, id)).measures[0].state).toBe(state);
    }
  });

  it('do not change by readings, receipts, free letters, or what happens in other files', async () => {
    const id = await play.transmitted();
    const mine = await play.draft();
    const before = [await play.etag('KZ central-authority', id), await play.etag('KZ case-officer', mine), await play.etag('VN central-authority', id)];
    await play.act('VN central-authority', id, null, 'SEND_CORRESPONDENCE', { subject: 'Fees', text: 'None.' });
    await play.act('KZ central-authority', id, null, 'SEND_CORRESPONDENCE', { subject: 'Fees', text: 'Thank you.' });
    await play.node.settle();
    await play.view('KZ auditor', id);
    expect([await play.etag('KZ central-authority', id), await play.etag('KZ case-officer', mine), await play.etag('VN central-authority', id)]).toEqual(before);
  });

  it('an inbound message does not make stale the draft an official is editing', async () => {
    const id = await play.transmitted();
    const supplement = await play.draft({ supplements: id });
    const ifMatch = await play.etag('KZ case-officer', supplement);
    await play.act('VN central-authority', id, null, 'ACKNOWLEDGE');
    await play.act('VN central-authority', id, 1, 'EXAMINE');
    await play.node.settle();
    const officer = await play.as('KZ case-officer');
    await officer.put(`/requests/${supplement}`, { letter: letter(), measures: [measure()] }, { 'if-match': ifMatch }).expect(200);
  });
});

describe('Idempotency-Key', () => {
  it('is required on what creates or acts', async () => {
    const officer = await play.as('KZ case-officer');
    const id = await play.draft();
    for (const [path, body] of [['/requests', draft()], [`/requests/${id}/events`, { type: 'SUBMIT_FOR_REVIEW', payload: {} }]] as const) {
      expect(await play.unchanged(() => officer.post(path, body, { 'idempotency-key': '', 'if-match': '"1"' }))).toMatchObject({ status: 400, code: 'idempotency.key-missing' });
      expect(await play.unchanged(() => officer.post(path, body, { 'idempotency-key': 'a b', 'if-match': '"1"' }))).toMatchObject({ status: 400, code: 'idempotency.key-malformed' });
    }
  });

  it('repeated with the same body gives the same answer, and one event', async () => {
    const officer = await play.as('KZ case-officer');
    const key = { 'idempotency-key': someId() };
    const first = await officer.post('/requests', draft(), key).expect(201);
    const before = await play.digest();
    const again = await officer.post('/requests', draft(), key).expect(201);
    expect([again.body, again.headers['etag'], again.headers['location']]).toEqual([first.body, first.headers['etag'], first.headers['location']]);
    expect(await play.digest()).toEqual(before);

    const id = first.body.id as string;
    const submit = { type: 'SUBMIT_FOR_REVIEW', payload: {} };
    const acted = await officer.post(`/requests/${id}/events`, submit, { 'if-match': '"1"', ...key }).expect(200);
    const after = await play.digest();
    // The version has moved on since, and the answer is the same all the same.
    const replayed = await officer.post(`/requests/${id}/events`, submit, { 'if-match': '"1"', ...key }).expect(200);
    expect([replayed.body, replayed.headers['etag']]).toEqual([acted.body, acted.headers['etag']]);
    expect(await play.digest()).toEqual(after);
  });

  it('repeated with another body is answered 422', async () => {
    const officer = await play.as('KZ case-officer');
    const key = { 'idempotency-key': someId() };
    await officer.post('/requests', draft(), key).expect(201);
    expect(await play.unchanged(() => officer.post('/requests', { ...draft(), requestedState: 'SG' }, key))).toMatchObject({ status: 422, code: 'idempotency.body-differs' });
  });

  it('sent several times at once does one act', async () => {
    const officer = await play.as('KZ case-officer');
    const key = { 'idempotency-key': someId() };
    const counted = async () => Number((await play.node.db.asSuperuser<{ n: string }>(`SELECT count(*) AS n FROM request_file WHERE state = 'KZ'`))[0]!.n);
    const before = await counted();
    const answers = await Promise.all(Array.from({ length: 8 }, () => officer.post('/requests', draft(), key)));
    expect(await counted()).toBe(before + 1);
    expect(new Set(answers.filter((a) => a.status === 201).map((a) => a.body.id)).size).toBe(1);
    expect(answers.every((a) => a.status === 201 || problemOf(a).code === 'idempotency.in-progress')).toBe(true);

    const id = answers.find((a) => a.status === 201)!.body.id as string;
    const fired = await Promise.all(Array.from({ length: 6 }, () => officer.post(`/requests/${id}/events`, { type: 'SUBMIT_FOR_REVIEW', payload: {} }, { ...key, 'if-match': '"1"' })));
    expect(fired.map((a) => a.status)).toEqual(Array(6).fill(200));
    const timeline = await officer.get(`/requests/${id}/timeline`).expect(200);
    expect(timeline.body.items.map((i: { type: string }) => i.type)).toEqual(['SUBMIT_FOR_REVIEW']);
  });

  it("of one account is another account's own, and another State's", async () => {
    const key = { 'idempotency-key': newId() };
    const ids = [];
    for (const who of ['KZ case-officer', 'KZ central-authority', 'US case-officer']) ids.push((await (await play.as(who)).post('/requests', draft(), key).expect(201)).body.id);
    expect(new Set(ids).size).toBe(3);
  });

  it('of a refused act is free again', async () => {
    const id = await play.draft();
    const officer = await play.as('KZ case-officer');
    const key = { 'idempotency-key': someId() };
    const submit = (ifMatch: string) => officer.post(`/requests/${id}/events`, { type: 'SUBMIT_FOR_REVIEW', payload: {} }, { 'if-match': ifMatch, ...key });
    await submit('"9"').expect(412);
    await submit('"1"').expect(200);
  });

  it('is checked after access: a replay is not handed to an account that was suspended since', async () => {
    const officer = await play.as('KZ case-officer-2');
    const key = { 'idempotency-key': someId() };
    await officer.post('/requests', draft(), key).expect(201);
    await play.node.db.asSuperuser(`UPDATE account SET status = 'suspended' WHERE state = 'KZ' AND username = 'case-officer-2'`);
    expect(await play.unchanged(() => officer.post('/requests', draft(), key))).toMatchObject({ status: 403, code: 'account.suspended' });
  });
});

describe('cursors and filters', () => {
  const get = async (path: string) => problemOf(await (await play.as('KZ case-officer')).get(path));
  it('that this list did not give out are refused, never a failure of the node', async () => {
    const forged = (value: unknown) => encodeURIComponent(Buffer.from(JSON.stringify(value)).toString('base64url'));
    const nil = '00000000-0000-0000-0000-000000000000';
    for (const path of [
      '/requests?after=x', `/requests?after=${forged(['requests.newest', '2026-02-30T00:00:00.000Z', nil])}`, `/requests?after=${forged(['requests.newest', '9999-99-99T00:00:00.000Z', newId()])}`,
      `/changes?after=${forged(['changes', 'x', newId(), 1])}`, `/changes?after=${forged(['changes', '-1', newId(), 1])}`, `/changes?after=${forged(['changes', '1', newId(), 2 ** 40])}`, `/changes?after=${forged(['changes', '99999999999999999999999', newId(), 1])}`,
      '/requests?limit=0', '/requests?limit=201', '/requests?limit=x', '/requests?side=both', '/requests?counterpart=vn', '/requests?extra=1', '/requests?q=a%00b', '/requests?urgent=maybe', '/requests?q=a&q=b',
    ]) expect([path, (await get(path)).status]).toEqual([path, 400]);
  });

  it('pages through all files once, and finds both references and parts of the subject', async () => {
    const officer = await play.as('US case-officer');
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.push(await play.draft({ requestedState: 'IS', ownReference: `US-${n}_%`, letter: letter({ subject: `Server ${n} 100%` }) }, 'US case-officer'));
    const seen: string[] = [];
    for (let path: string | undefined = '/requests?limit=2&counterpart=IS'; path; ) {
      const page: Response = await officer.get(path).expect(200);
      seen.push(...page.body.items.map((i: { id: string }) => i.id));
      path = page.headers['link'] ? /<\/api\/v1([^>]+)>/.exec(page.headers['link'])![1] : undefined;
      expect(seen.length).toBeLessThan(20);
    }
    expect([...seen].sort()).toEqual([...made].sort());
    const found = async (q: string) => (await officer.get(`/requests?q=${encodeURIComponent(q)}`).expect(200)).body.items.length;
    expect([await found('US-3_%'), await found('server 3'), await found('100%'), await found('%'), await found('nothing')]).toEqual([1, 1, 5, 5, 0]);
  });
});
