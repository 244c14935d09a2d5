import { Readable } from 'node:stream';
import { idempotentAct, type StoredAnswer } from '@comity/access';
import { EvidenceService } from '@comity/evidence';
import { inTransaction } from '@comity/database';
import { newId, type Official } from '@comity/kernel';
import { DraftsService, RequestReader, RequestsService } from '@comity/requests';
import { testNode, type TestNode } from '../support/node.js';
import { letter, measure } from '../support/stored-data.js';

describe('the life of a stored-data measure between two States', () => {
  let node: TestNode;
  let requests: RequestsService;
  let drafts: DraftsService;
  let reader: RequestReader;
  const officials: Record<string, Official> = {};

  beforeAll(async () => {
    node = await testNode(import.meta.url);
    [requests, drafts, reader] = [node.app.get(RequestsService, { strict: false }), node.app.get(DraftsService, { strict: false }), node.app.get(RequestReader, { strict: false })];
    for (const state of ['KZ', 'VN']) for (const name of ['case-officer', 'central-authority', 'central-authority-2', 'competent-authority', 'auditor']) officials[`${state} ${name}`] = await node.official(state, name);
  });
  afterAll(() => node.close());

  const act = async (who: string, id: string, measureNo: number | null, type: string, payload: Record<string, unknown> = {}): Promise<StoredAnswer> => {
    const actor = officials[who]!;
    const { version } = await reader.read(actor, id);
    return requests.advance(actor, { requestId: id, measure: measureNo, type, payload, ifMatch: `"${version}"`, idempotency: idempotentAct(actor.accountId, `POST /requests/${id}/events`, newId(), payload) });
  };

  it('UNCC 40(3)(d), 44: goes from draft to closed, every step visible from both sides', async () => {
    const officer = officials['KZ case-officer']!;
    const created = await drafts.create(officer, { requestedState: 'VN', letter: letter(), measures: [measure(), measure({ dataClass: 'subscriber', what: 'Subscriber information of the renter' })] } as never, idempotentAct(officer.accountId, 'POST /requests', newId(), {}));
    const id = (created.body as { id: string }).id;
    await act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
    const transmitted = await act('KZ central-authority', id, null, 'TRANSMIT');
    expect(transmitted.body).toMatchObject({ letterState: 'transmitted', messages: [{ type: 'REQUESTED', seq: 1 }] });
    await node.settle();

    const vn = officials['VN central-authority']!;
    expect(await reader.read(vn, id)).toMatchObject({ side: 'requested', counterpart: 'KZ', overall: 'received', training: true });
    await act('VN central-authority', id, null, 'ACKNOWLEDGE', { reference: 'VN-17' });
    for (const no of [1, 2]) {
      await act('VN central-authority', id, no, 'EXAMINE');
      await act('VN central-authority', id, no, 'OFFER_CONDITIONS', { conditions: [{ kind: 'use', text: 'Use only in this proceeding' }] });
    }
    await node.settle();
    expect(await reader.read(officer, id)).toMatchObject({ counterpartReference: 'VN-17', overall: 'in-progress' });
    for (const no of [1, 2]) await act('KZ central-authority', id, no, 'ACCEPT_CONDITIONS');
    await node.settle();
    for (const no of [1, 2]) {
      await act('VN central-authority', id, no, 'GRANT');
      await act('VN central-authority', id, no, 'ASSIGN', { authority: 'Executing authority' });
      await act('VN competent-authority', id, no, 'AUTHORISE', { body: 'Court', remedyOpen: true });
      await act('VN competent-authority', id, no, 'BEGIN_EXECUTION');
    }
    await act('VN competent-authority', id, 2, 'REPORT_EXECUTION', { result: 'no-data-found', explanation: 'Prepaid account only' });
    await act('VN competent-authority', id, 1, 'REPORT_EXECUTION', { result: 'data-obtained' });
    await act('VN competent-authority', id, 1, 'PLACE_HOLD', { kind: 'appeal', reason: 'Remedy period of the provider' });
    await expect(act('VN central-authority', id, 1, 'DECIDE_TRANSMISSION', { outcome: 'released' })).rejects.toMatchObject({ code: 'transmission.on-hold' });
    await act('VN competent-authority', id, 1, 'LIFT_HOLD', { kind: 'appeal' });
    await act('VN central-authority', id, 1, 'DECIDE_TRANSMISSION', { outcome: 'released' });

    const evidence = node.app.get(EvidenceService, { strict: false });
    const competent = officials['VN competent-authority']!;
    const scope = { state: 'VN' };
    const { id: packageId } = await inTransaction(node.db.dataSource, scope, (tx) => evidence.openPackage(tx, competent, { requestId: id, measure: 1 }, node.clock.now()));
    await evidence.addFile(competent, packageId, { name: 'image-1.dd', mediaType: 'application/octet-stream', content: Readable.from([Buffer.alloc(1000, 7)]) });
    await inTransaction(node.db.dataSource, scope, (tx) => evidence.sealPackage(tx, competent, packageId, node.clock.now()));
    await act('VN central-authority', id, 1, 'TRANSMIT_EVIDENCE', { packageId });
    await node.settle();
    await act('KZ central-authority', id, 1, 'CONFIRM_RECEIPT');
    await act('KZ central-authority', id, null, 'CLOSE');
    await node.settle();

    for (const who of ['KZ case-officer', 'VN auditor']) {
      const view = await reader.read(officials[who]!, id);
      expect(view.overall).toBe('closed');
      expect(view.measures.map((m) => m.outcome)).toEqual(['transmitted-in-full', 'no-data-found']);
      const types = (await reader.timeline(officials[who]!, id)).items.map((t) => t.type);
      expect(types.at(-1)).toMatch(/^CLOSED?$/);
    }
  });

  it('UNCC 40(24), 40(25), 40(28): refuses on no forbidden ground, not without reasons, nor under 40(21) unconsulted', async () => {
    const officer = officials['KZ case-officer']!;
    const created = await drafts.create(officer, { requestedState: 'VN', letter: letter(), measures: [measure()] } as never, idempotentAct(officer.accountId, 'POST /requests', newId(), {}));
    const id = (created.body as { id: string }).id;
    await act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
    await act('KZ central-authority', id, null, 'TRANSMIT');
    await node.settle();
    await act('VN central-authority', id, null, 'ACKNOWLEDGE');
    await act('VN central-authority', id, 1, 'EXAMINE');
    const refuse = (payload: Record<string, unknown>) => act('VN central-authority', id, 1, 'REFUSE', payload);
    await expect(refuse({ ground: 'bank-secrecy', reasons: 'Bank secrecy' })).rejects.toMatchObject({ code: 'ground.forbidden', rule: 'UNCC 40(24)' });
    await expect(refuse({ ground: 'fiscal-matters-alone', reasons: 'Fiscal' })).rejects.toMatchObject({ code: 'ground.forbidden', rule: 'UNCC 40(23)' });
    await expect(refuse({ ground: 'persecution' })).rejects.toMatchObject({ code: 'reasons.required', rule: 'UNCC 40(25)' });
    await expect(refuse({ ground: 'essential-interests', reasons: 'Security' })).rejects.toMatchObject({ code: 'consultation.required', rule: 'UNCC 40(28)' });
    await act('VN central-authority', id, 1, 'OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We consider refusing', term: '2026-11-10T00:00:00Z' });
    await node.settle();
    node.clock.advanceDays(8);
    await node.settle();
    await refuse({ ground: 'essential-interests', reasons: 'Security' });
    await node.settle();
    expect((await reader.read(officer, id)).measures[0]).toMatchObject({ outcome: 'refused', regions: { consultation: 'withoutAgreement' }, particulars: { refusal: { ground: 'essential-interests', reasons: 'Security' } } });
  });
});
