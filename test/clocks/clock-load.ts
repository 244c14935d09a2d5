import { idempotentAct } from '@comity/access';
import { newId } from '@comity/kernel';
import { DraftsService, RequestReader, RequestsService } from '@comity/requests';
import pg from 'pg';
import { copyLapsing } from '../../apps/cli/src/bench/open-deadlines.js';
import type { TestNode } from '../support/node.js';
import { letter, measure } from '../support/stored-data.js';

const DAY_MS = 86_400_000;

export interface LoadSize {
  /** Consultations whose term has passed. */
  lapsing: number;
  /** Terms not due by any clock of the test. */
  ahead: number;
  /** Reminders due, and calls that are unanswered. */
  reminders: number;
  calls: number;
  /** Preservations whose period has ended: to be alarmed about, never released. */
  preserved: number;
}

export type Load = Record<keyof LoadSize, string[]>;

/** Lays out what a night of the 24/7 desk may leave, in KZ: copies of requests that were played to that point. */
export async function layOut(node: TestNode, size: LoadSize): Promise<Load> {
  const now = node.clock.now().getTime();
  const lapsing = await consultation(node);
  const secured = await preservation(node);
  // A month on: all terms but those laid out ahead have passed, by any of the clocks.
  node.clock.set(new Date(now + 90 * DAY_MS));
  const at = node.clock.now().getTime();
  const owner = new pg.Client({ connectionString: node.db.superuserUrl });
  await owner.connect();
  try {
    const kz = (id: string) => ({ state: 'KZ', counterpart: 'VN', id, version: 0 });
    await owner.query(`DELETE FROM deadline WHERE state = 'KZ' AND fires IS NULL; DELETE FROM reminder WHERE state = 'KZ'`);
    const load: Load = {
      lapsing: await copyLapsing(owner, kz(lapsing), size.lapsing, (n) => new Date(at - 2 * DAY_MS - n)),
      ahead: await copyLapsing(owner, kz(lapsing), size.ahead, (n) => new Date(at + 3 * DAY_MS + n)),
      reminders: await terms(owner, lapsing, size.reminders, { code: 'internal', kind: 'internal', alarm: 'internal-due', dueAt: new Date(at - 2 * DAY_MS) }),
      calls: [], preserved: [],
    };
    // One file each, so that steps are taken side by side.
    for (let n = 0; n < size.calls; n += 1) {
      const id = await copyFile(owner, lapsing, 'transmitted');
      load.calls.push(...(await terms(owner, id, 1, { code: 'call', kind: 'internal', alarm: 'call-unanswered', dueAt: new Date(at - 2 * DAY_MS) })));
    }
    for (let n = 0; n < size.preserved; n += 1) {
      const id = await copyFile(owner, secured, 'in-progress');
      load.preserved.push(...(await terms(owner, id, 1, { code: 'preservation', kind: 'legal', alarm: 'preservation-ends', dueAt: new Date(at - 2 * DAY_MS), measure: 1 })));
    }
    return load;
  } finally {
    await owner.end();
  }
}

const services = (node: TestNode) => ({ requests: node.app.get(RequestsService, { strict: false }), drafts: node.app.get(DraftsService, { strict: false }), reader: node.app.get(RequestReader, { strict: false }) });

async function act(node: TestNode, who: string, id: string, no: number | null, type: string, payload: Record<string, unknown> = {}): Promise<void> {
  const { requests, reader } = services(node);
  const actor = await node.official(...(who.split(' ') as [string, string]));
  const { version } = await reader.read(actor, id);
  await requests.advance(actor, { requestId: id, measure: no, type, payload, ifMatch: `"${version}"`, idempotency: idempotentAct(actor.accountId, `POST /requests/${id}/events`, newId(), payload) });
  await node.settle();
}

async function transmitted(node: TestNode, content: object): Promise<string> {
  const officer = await node.official('KZ', 'case-officer');
  const { body } = await services(node).drafts.create(officer, { requestedState: 'VN', letter: letter(), measures: [content] } as never, idempotentAct(officer.accountId, 'POST /requests', newId(), {}));
  const { id } = body as { id: string };
  await act(node, 'KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
  await act(node, 'KZ central-authority', id, null, 'TRANSMIT');
  return id;
}

async function consultation(node: TestNode): Promise<string> {
  const id = await transmitted(node, measure());
  await act(node, 'KZ central-authority', id, 1, 'OPEN_CONSULTATION', { subject: 'timing', proposal: 'By the end of the month', term: new Date(node.clock.now().getTime() + DAY_MS).toISOString() });
  return id;
}

async function preservation(node: TestNode): Promise<string> {
  const id = await transmitted(node, measure({
    form: 'preservation', custodian: 'Hosting provider', relation: 'Source', necessity: 'Logs are kept for a week', requestToFollow: true, legalBases: [{ instrument: 'uncc-2024', article: '42', date: '2026-11-03', role: 'primary' }],
  }));
  await act(node, 'VN point-of-contact', id, 1, 'ORDER_PRESERVATION');
  await act(node, 'VN competent-authority', id, 1, 'REPORT_SECURED', { from: node.clock.now().toISOString(), until: new Date(node.clock.now().getTime() + 60 * DAY_MS).toISOString(), what: 'Images' });
  return id;
}

async function copyFile(owner: pg.Client, from: string, overall: string): Promise<string> {
  const id = newId();
  const copy = async (table: string, key: string, patch: object) => {
    const { rows } = await owner.query<{ name: string }>(`SELECT quote_ident(attname) AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`, [table]);
    const names = rows.map(({ name }) => name);
    await owner.query(`INSERT INTO ${table} (${names.join(', ')}) SELECT ${names.map((n) => `r.${n}`).join(', ')} FROM ${table} t, LATERAL jsonb_populate_record(t, $2::jsonb) r WHERE t.state = 'KZ' AND t.${key} = $1`, [from, JSON.stringify(patch)]);
  };
  await copy('request_file', 'id', { id, own_reference: `K-${id}`, overall, likeness: id });
  await copy('measure', 'file_id', { file_id: id });
  return id;
}

async function terms(owner: pg.Client, fileId: string, count: number, t: { code: string; kind: string; alarm: string; dueAt: Date; measure?: number }): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  await owner.query(
    `INSERT INTO deadline (state, id, file_id, measure, code, kind, due_at, working, status, set_at) SELECT 'KZ', id, $2, $3, $4, $5, $6, 'laid out', 'open', $6 FROM unnest($1::uuid[]) AS id`,
    [ids, fileId, t.measure ?? null, t.code, t.kind, t.dueAt],
  );
  await owner.query(`INSERT INTO reminder (state, deadline_id, alarm, due_at) SELECT 'KZ', id, $2, $3 FROM unnest($1::uuid[]) AS id`, [ids, t.alarm, t.dueAt]);
  return ids;
}
