import type pg from 'pg';
import { encodeCursor } from '../../../api/src/http/paging.js';
import { columnsOf, type ReadyDraft } from './drafts.js';

/** A way of asking for the list. */
export interface ListCase {
  name: string;
  /** Asked for in turn. */
  paths: string[];
}

const LIST = '/api/v1/requests';
const REFERENCES = 50;

/** Copies a draft into files of every side, State, age and overall state, as a State's list has them; then as autovacuum would leave them. */
export async function fillList(owner: pg.Client, draft: ReadyDraft, count: number): Promise<void> {
  const file = await columnsOf(owner, 'request_file');
  await owner.query(`SELECT set_config('comity.state', $1, false)`, [draft.state]);
  await owner.query(
    `INSERT INTO request_file (${file.own}) SELECT ${file.copied} FROM request_file t, generate_series(1, $2::int) AS n,
       LATERAL jsonb_populate_record(t, jsonb_build_object(
         'id', lpad(to_hex(n), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(hashint4(n)::bigint & 4294967295), 12, '0'),
         'own_reference', 'L-' || n, 'counterpart_reference', CASE WHEN n % 2 = 0 THEN 'C-' || n END, 'subject', t.subject || ', ' || n,
         'side', CASE WHEN n % 3 = 0 THEN 'requested' ELSE 'requesting' END,
         'counterpart', (ARRAY['IS','KZ','VN','SG','TH','DE','EE','MY','BG','FR','IT','ES','BR','AR','CL','UY','JP','KR','AU','NZ'])[1 + n * 7 % 20],
         'overall', (ARRAY['closed','closed','closed','closed','closed','in-progress','in-progress','transmitted','acknowledged','draft'])[1 + n * 3 % 10],
         'urgent', n % 50 = 0, 'likeness', md5(n::text), 'version', 1 + n % 20,
         'created_at', t.created_at - n * interval '31 seconds', 'changed_at', t.created_at - n * interval '29 seconds')) r
     WHERE t.id = $1`,
    [draft.id, count],
  );
  await owner.query('VACUUM (ANALYZE) request_file');
}

/** The list as officials ask for it. Deep pages and references are taken from all over the files. */
export async function listQueries(owner: pg.Client, draft: ReadyDraft): Promise<ListCase[]> {
  await owner.query(`SELECT set_config('comity.state', $1, false)`, [draft.state]);
  const { rows } = await owner.query<{ id: string; changed_at: Date; own_reference: string }>(
    `SELECT id, changed_at, own_reference FROM (SELECT id, changed_at, own_reference, row_number() OVER (ORDER BY changed_at DESC, id DESC) AS place, count(*) OVER () AS files
       FROM request_file WHERE state = $1) f WHERE place % greatest(files / $2::int, 1) = 0 AND place < files * 0.95 ORDER BY md5(id::text)`,
    [draft.state, REFERENCES],
  );
  const deep = (filter: string): string[] => rows.map(({ id, changed_at }) => `${LIST}?${filter}after=${encodeURIComponent(encodeCursor('requests.newest', [changed_at.toISOString(), id]))}`);
  return [
    { name: 'first page', paths: [LIST] },
    { name: 'deep page', paths: deep('') },
    { name: 'overall, first page', paths: [`${LIST}?overall=acknowledged`] },
    { name: 'overall, deep page', paths: deep('overall=closed&') },
    { name: 'counterpart, first page', paths: [`${LIST}?counterpart=SG`] },
    { name: 'counterpart, deep page', paths: deep('counterpart=SG&') },
    { name: 'side, first page', paths: [`${LIST}?side=requested`] },
    { name: 'side, deep page', paths: deep('side=requesting&') },
    { name: 'urgent', paths: [`${LIST}?urgent=true`] },
    { name: 'counterpart and overall', paths: [`${LIST}?counterpart=DE&overall=in-progress`, `${LIST}?counterpart=SG&overall=draft`] },
    { name: 'exact reference', paths: rows.map(({ own_reference }) => `${LIST}?q=${encodeURIComponent(own_reference)}`) },
  ];
}
