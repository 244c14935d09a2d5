import { filesWithEntries } from '@comity/audit';
import type { Tx } from '@comity/database';
import type { Side, StateCode } from '@comity/kernel';
import { ACTS, MESSAGES } from '../domain/index.js';
import { MILESTONES, typesReaching } from './figures.js';
import type { DaysDto, StatisticsRow } from './statistics.dto.js';

export interface StatisticsFilter {
  /** RFC 3339; letters that began at or after. */
  from: string;
  /** RFC 3339; letters that began before. */
  to: string;
  by: 'month' | 'quarter' | 'year';
  counterpart?: StateCode | undefined;
  side?: Side | undefined;
  instrument?: string | undefined;
  form?: string | undefined;
}

/** A letter's beginning in either file. */
const BEGINNINGS = ['request.transmitted', 'request.received'];

const TYPES = [...Object.keys(ACTS), ...Object.keys(MESSAGES)];
const REACHED = MILESTONES.flatMap((milestone) => typesReaching(milestone, TYPES).map((type) => ({ type, name: milestone.name, on: milestone.on })));
const INFORMATION = ['REQUEST_INFORMATION', 'INFORMATION_REQUESTED'];

const KEYS = 'period, counterpart, side, instrument, form, kind, training';

/** The instant of the log's entry in {@link BEGINNINGS}. What the other State transmitted begins here when it is taken in: its letter bears an earlier date. */
const BEGAN = `CASE f.side WHEN 'requested' THEN f.created_at ELSE f.transmitted_at END`;

/** Measures of the letters, each with what its row of statistics goes by. */
const COUNTED = `counted AS MATERIALIZED (
  SELECT f.id AS file_id, m.no, to_char(date_trunc($5, ${BEGAN} AT TIME ZONE 'UTC'), 'YYYY-MM-DD') AS period, ${BEGAN} AS began,
    f.counterpart, f.side, f.urgent, f.training, m.form, m.outcome,
    coalesce((SELECT b->>'instrument' FROM jsonb_array_elements(m.content->'legalBases') b WHERE b->>'role' = 'primary' LIMIT 1), 'none') AS instrument,
    CASE WHEN f.supplements IS NOT NULL THEN 'supplementary'
      WHEN EXISTS (SELECT FROM file_event e WHERE e.state = f.state AND e.file_id = f.id AND e.type = ANY ($3) AND e.noted IS NULL) THEN 'returned'
      ELSE 'first' END AS kind
  FROM request_file f JOIN measure m ON m.state = f.state AND m.file_id = f.id
  WHERE f.state = $1 AND f.id = ANY ($2::uuid[]) AND f.transmitted_at IS NOT NULL
    AND ($4::text IS NULL OR f.counterpart = $4) AND ($6::text IS NULL OR f.side = $6) AND ($7::text IS NULL OR m.form = $7)),
  picked AS MATERIALIZED (SELECT * FROM counted WHERE $8::text IS NULL OR instrument = $8)`;

interface Cell {
  period: string;
  counterpart: string;
  side: Side;
  instrument: string;
  form: string;
  kind: StatisticsRow['kind'];
  training: boolean;
}

/**
 * Statistics of the letters that began in a period, a row for each State pair, instrument, form, period and kind, in
 * that order of keys. Found by the log's entries of their beginnings; figures are those of the file as it stands now.
 */
export async function statistics(tx: Tx, filter: StatisticsFilter): Promise<StatisticsRow[]> {
  const files = await filesWithEntries(tx, BEGINNINGS, filter);
  const { by, counterpart = null, side = null, form = null, instrument = null } = filter;
  const params = [tx.state, files, INFORMATION, counterpart, by, side, form, instrument];
  const volumes = await tx.query<Cell & { requests: number; measures: number; urgent: number; outcome: string; with: number }>(
    `WITH ${COUNTED}, outcomes AS (SELECT ${KEYS}, coalesce(outcome, 'open') AS outcome, count(*)::int AS n FROM picked GROUP BY ${KEYS}, 8),
       cells AS (SELECT ${KEYS}, count(DISTINCT file_id)::int AS requests, count(*)::int AS measures, (count(*) FILTER (WHERE urgent))::int AS urgent
         FROM picked GROUP BY ${KEYS})
     SELECT c.*, o.outcome, o.n AS with FROM cells c JOIN outcomes o USING (${KEYS})
     ORDER BY c.period, c.counterpart COLLATE "C", c.side, c.instrument COLLATE "C", c.form COLLATE "C", c.kind, c.training, o.outcome`,
    params,
  );
  const days = await tx.query<Cell & { milestone: string; measures: number; median: number; p90: number }>(
    `WITH ${COUNTED}, reach AS (SELECT * FROM unnest($9::text[], $10::text[], $11::text[]) AS r (type, milestone, subject)),
       reached AS (
         SELECT p.file_id, p.no, r.milestone, min(e.at) AS at FROM picked p
         JOIN file_event e ON e.state = $1 AND e.file_id = p.file_id AND e.noted IS NULL
         JOIN reach r ON r.type = e.type AND (r.subject = 'letter' OR e.measure = p.no) GROUP BY 1, 2, 3),
       took AS (SELECT p.*, r.milestone, round(greatest(extract(epoch FROM r.at - p.began), 0) / 86400, 2) AS days FROM picked p JOIN reached r USING (file_id, no))
     SELECT ${KEYS}, milestone, count(*)::int AS measures, percentile_disc(0.5) WITHIN GROUP (ORDER BY days)::float8 AS median,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY days)::float8 AS p90 FROM took GROUP BY ${KEYS}, milestone`,
    [...params, REACHED.map(({ type }) => type), REACHED.map(({ name }) => name), REACHED.map(({ on }) => on)],
  );
  const rows = new Map<string, StatisticsRow>();
  for (const { outcome, with: n, ...cell } of volumes) {
    const key = cellKey(cell).join('|');
    const row = rows.get(key) ?? { ...cell, outcomes: {}, days: {} };
    rows.set(key, { ...row, outcomes: { ...row.outcomes, [outcome]: n } });
  }
  for (const { milestone, measures, median, p90, ...cell } of days) rows.get(cellKey(cell).join('|'))!.days[milestone] = { measures, median, p90 } satisfies DaysDto;
  for (const row of rows.values()) row.days = Object.fromEntries(MILESTONES.flatMap(({ name }) => (row.days[name] ? [[name, row.days[name]]] : [])));
  return [...rows.values()];
}

/** What a row goes by, in the order of rows. */
export const cellKey = ({ period, counterpart, side, instrument, form, kind, training }: Cell): string[] =>
  [period, counterpart, side, instrument, form, kind, String(training)];
