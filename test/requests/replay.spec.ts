import { idempotentAct, type StoredAnswer } from '@comity/access';
import { newId, type Official, type Side } from '@comity/kernel';
import { DraftsService, RequestReader, RequestsService, type ChartState } from '@comity/requests';
import { testNode, type TestNode } from '../support/node.js';
import { letter, measure } from '../support/stored-data.js';
import { replay, type StoredEvent } from './replay.js';

/** On real PostgreSQL, with the whole node but HTTP; only the clock is set by hand. */
describe('a file replayed from its events', () => {
  let node: TestNode;
  let id: string;
  const officials: Record<string, Official> = {};

  const get = <T>(service: new (...args: never[]) => T): T => node.app.get(service, { strict: false });
  const act = async (who: string, no: number | null, type: string, payload: Record<string, unknown> = {}): Promise<StoredAnswer> => {
    const actor = officials[who]!;
    const { version } = await get(RequestReader).read(actor, id);
    return get(RequestsService).advance(actor, { requestId: id, measure: no, type, payload, ifMatch: `"${version}"`, idempotency: idempotentAct(actor.accountId, `POST /requests/${id}/events`, newId(), payload) });
  };
  const kz = (no: number | null, type: string, payload?: Record<string, unknown>) => act('KZ central-authority', no, type, payload);
  const vn = (no: number | null, type: string, payload?: Record<string, unknown>) => act('VN central-authority', no, type, payload);

  const stored = async (state: string) => {
    const [file] = await node.db.asSuperuser<{ side: Side; letter: ChartState }>('SELECT side, letter FROM request_file WHERE state = $1 AND id = $2', [state, id]);
    const measures = await node.db.asSuperuser<{ no: number; form: string; chart: ChartState }>('SELECT no, form, chart FROM measure WHERE state = $1 AND file_id = $2 ORDER BY no', [state, id]);
    const events = await node.db.asSuperuser<StoredEvent>('SELECT seq, measure, type, source, payload, facts, crossed FROM file_event WHERE state = $1 AND file_id = $2 ORDER BY seq', [state, id]);
    return { file: file!, measures, events };
  };

  beforeAll(async () => {
    node = await testNode(import.meta.url);
    for (const state of ['KZ', 'VN']) for (const name of ['case-officer', 'central-authority', 'competent-authority']) officials[`${state} ${name}`] = await node.official(state, name);
    const officer = officials['KZ case-officer']!;
    const created = await get(DraftsService).create(officer, { requestedState: 'VN', letter: letter(), measures: [measure(), measure({ what: 'Subscriber data' }), measure({ what: 'Mailbox' }), measure({ what: 'Logs' })] } as never, idempotentAct(officer.accountId, 'POST /requests', newId(), {}));
    id = (created.body as { id: string }).id;

    await act('KZ case-officer', null, 'SUBMIT_FOR_REVIEW');
    await kz(null, 'RETURN_FOR_CHANGES', { note: 'Name the custodian' });
    await act('KZ case-officer', null, 'SUBMIT_FOR_REVIEW');
    await kz(null, 'TRANSMIT');
    await node.settle();
    await vn(1, 'SECURE', { explanation: 'The provider keeps logs for a week' });
    await vn(null, 'ACKNOWLEDGE', { reference: 'VN-1' });
    for (const no of [1, 2, 3, 4]) await vn(no, 'EXAMINE');
    await vn(null, 'REQUEST_INFORMATION', { items: [{ question: 'Which account?' }], by: '2026-11-20T00:00:00Z' });
    await kz(null, 'QUERY_STATUS', { question: 'How far?' });
    await node.settle();

    // Both open a consultation at once: the requested State's governs.
    await kz(2, 'OPEN_CONSULTATION', { subject: 'timing', proposal: 'By the end of the month', term: '2026-11-12T00:00:00Z' });
    await vn(2, 'OPEN_CONSULTATION', { subject: 'postponement', proposal: 'After our own hearing', term: '2026-11-10T00:00:00Z' });
    await node.settle();
    await vn(null, 'ANSWER_STATUS', { answer: 'Under examination' });
    await vn(null, 'GIVE_NOTICE_OF_CLOSURE', { term: '2026-11-20T00:00:00Z', reason: 'No reply' });
    // The answer crosses the notice, which falls with it.
    await kz(null, 'PROVIDE_INFORMATION', { answer: 'The account named in annex A' });
    await node.settle();
    node.clock.advanceDays(8);
    await node.settle();
    await vn(2, 'POSTPONE', { reasons: 'Our own hearing', until: '2026-12-01T00:00:00Z' });
    await vn(1, 'OFFER_CONDITIONS', { conditions: [{ kind: 'use', text: 'This proceeding only' }] });
    await vn(1, 'RAISE_COSTS', { estimate: { amount: '12000.00', currency: 'USD' }, explanation: 'Imaging of two servers' });
    await vn(3, 'REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT', { explanation: 'The provider must tell its customer' });
    await node.settle();
    await kz(1, 'ACCEPT_CONDITIONS');
    await kz(1, 'DECLINE_COSTS', { reasons: 'Half of it' });
    await kz(3, 'PROCEED_WITHOUT_CONFIDENTIALITY');
    await node.settle();
    await vn(1, 'GRANT', { procedure: { followed: true } });
    await vn(1, 'ASSIGN', { authority: 'Executing authority' });
    await act('VN competent-authority', 1, 'AUTHORISE', { body: 'Court', reference: 'A-77', remedyOpen: true });
    await act('VN competent-authority', 1, 'BEGIN_EXECUTION');
    await vn(2, 'RESUME');
    await vn(3, 'REFER', { authority: 'The State where the provider is', reasons: 'Nothing is held here' });
    // A withdrawal of the letter crosses a report of no data: the outcome stands for that measure, the others end.
    await act('VN competent-authority', 1, 'REPORT_EXECUTION', { result: 'no-data-found', explanation: 'Prepaid' });
    await kz(null, 'WITHDRAW', { reason: 'The accused was acquitted' });
    await node.settle();
    await kz(null, 'CLOSE');
    await vn(null, 'CLOSE');
    await node.settle();
  });
  afterAll(() => node.close());

  it.each(['KZ', 'VN'])('gives exactly the stored states of letter and measures in the file of %s', async (state) => {
    const { file, measures, events } = await stored(state);
    expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
    const again = replay(file.side, measures, events);
    expect(again.letter).toEqual(file.letter);
    expect(again.measures).toEqual(measures.map(({ no, chart }) => ({ no, state: chart })));
  });

  it('covers a case with messages of the other State, of the clock, and messages that crossed, some only noted', async () => {
    const [kzFile, vnFile] = [await stored('KZ'), await stored('VN')];
    expect(new Set([...kzFile.events, ...vnFile.events].map((e) => e.source))).toEqual(new Set(['official', 'counterpart', 'clock']));
    expect(vnFile.events.filter((e) => e.crossed.length > 0).map((e) => e.type)).toEqual(expect.arrayContaining(['CONSULTATION_OPENED', 'WITHDRAWAL_REQUESTED']));
    expect(kzFile.events.find((e) => e.type === 'CLOSURE_NOTICED')!.crossed).toContain('INFORMATION_PROVIDED');
    expect(kzFile.measures.map((m) => m.chart.value['main'])).toEqual(['noDataFound', 'withdrawn', 'referred', 'withdrawn']);
    expect(vnFile.measures.map((m) => m.chart.value['main'])).toEqual(['noDataFound', 'withdrawn', 'referred', 'withdrawn']);
    expect([kzFile.file.letter.value['main'], vnFile.file.letter.value['main']]).toEqual(['closed', 'closed']);
  });

  it('differs, or is refused, when any one event that changed the state is left out', async () => {
    const { file, measures, events } = await stored('VN');
    // Told, and remembered by no statechart.
    const told = new Set(['CORRESPONDENCE', 'CLOSED']);
    const undetected = events.filter((left) => {
      if (told.has(left.type)) return false;
      try {
        const again = replay(file.side, measures, events.filter((e) => e !== left));
        return JSON.stringify([again.letter, again.measures]) === JSON.stringify([file.letter, measures.map(({ no, chart }) => ({ no, state: chart }))]);
      } catch {
        return false;
      }
    });
    // What came to nothing leaves no trace in the end: a notice that fell with the answer, a message only noted.
    const NO_TRACE = ['CONSULTATION_OPENED', 'GIVE_NOTICE_OF_CLOSURE'];
    expect(undetected.map((e) => e.type).filter((t) => !NO_TRACE.includes(t))).toEqual([]);
    expect(events.length - undetected.length).toBeGreaterThan(20);
  });

  it('keeps the terms that stand: those of messages only noted are neither set nor ended, and each cites the file\'s own law', async () => {
    const terms = (state: string) => node.db.asSuperuser<{ code: string; rule: string | null; status: string }>("SELECT code, rule, status FROM deadline WHERE state = $1 AND file_id = $2 AND code IN ('consultation', 'closure') ORDER BY code, set_at", [state, id]);
    // The requested State's own opening; the other came to nothing in its file.
    expect(await terms('VN')).toEqual([{ code: 'closure', rule: null, status: 'ended' }, { code: 'consultation', rule: 'UNCC 40(28)', status: 'fired' }]);
    expect(await terms('KZ')).toEqual([{ code: 'consultation', rule: 'UNCC 40(28)', status: 'ended' }, { code: 'consultation', rule: 'UNCC 40(28)', status: 'ended' }]);
  });

  it('is told where: an event that was done and is refused in replay is named', async () => {
    const { file, measures, events } = await stored('VN');
    expect(() => replay(file.side, measures, events.filter((e) => e.type !== 'ACKNOWLEDGE'))).toThrow(/is refused in replay/);
  });
});
