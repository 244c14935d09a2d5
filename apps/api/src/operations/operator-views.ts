import type { Tx } from '@comity/database';
import type { DeadlineLoadDto, DeliveryDto, LogHeadDto } from './operations.dto.js';

// Delivered messages are never counted: they grow without end, and the operator asks for what is not well.
const DELIVERY = `
  WITH sent AS (
    SELECT state, counterpart,
      count(*) FILTER (WHERE status = 'pending') AS pending,
      min(created_at) FILTER (WHERE status = 'pending') AS oldest,
      coalesce(max(attempts) FILTER (WHERE status = 'pending'), 0) AS attempts,
      count(*) FILTER (WHERE status = 'failed') AS failed,
      count(*) FILTER (WHERE status = 'to-dispatch') AS to_dispatch
    FROM operator_outbox WHERE status IN ('pending', 'failed', 'to-dispatch') GROUP BY state, counterpart),
  codes AS (
    SELECT state, counterpart, jsonb_object_agg(last_code, n) AS last_codes FROM (
      SELECT state, counterpart, last_code, count(*) AS n FROM operator_outbox
      WHERE status IN ('pending', 'failed') AND last_code IS NOT NULL GROUP BY state, counterpart, last_code) c
    GROUP BY state, counterpart),
  received AS (
    SELECT state, counterpart, count(*) FILTER (WHERE status = 'waiting') AS waiting, count(*) FILTER (WHERE status = 'parked') AS parked
    FROM operator_inbox WHERE status IN ('waiting', 'parked') GROUP BY state, counterpart),
  alarms AS (
    SELECT state, counterpart, count(*) AS alarms FROM (
      SELECT state, counterpart FROM operator_alarm
      UNION ALL SELECT state, counterpart FROM operator_witness_alarm WHERE settled_at IS NULL) a
    GROUP BY state, counterpart),
  pairs AS (
    SELECT state, counterpart FROM operator_peer UNION SELECT state, counterpart FROM sent
    UNION SELECT state, counterpart FROM received UNION SELECT state, counterpart FROM alarms)
  SELECT state, counterpart, coalesce(p.transport, 'manual') AS transport, coalesce(s.pending, 0)::int AS pending, s.oldest,
    coalesce(s.attempts, 0)::int AS attempts, coalesce(s.failed, 0)::int AS failed, coalesce(s.to_dispatch, 0)::int AS "toDispatch",
    coalesce(c.last_codes, '{}') AS "lastCodes", coalesce(r.waiting, 0)::int AS waiting, coalesce(r.parked, 0)::int AS parked,
    coalesce(a.alarms, 0)::int AS alarms
  FROM pairs LEFT JOIN operator_peer p USING (state, counterpart) LEFT JOIN sent s USING (state, counterpart)
    LEFT JOIN codes c USING (state, counterpart) LEFT JOIN received r USING (state, counterpart) LEFT JOIN alarms a USING (state, counterpart)
  ORDER BY state, counterpart`;

const DEADLINES = `
  SELECT state, kind, count(*)::int AS open, (count(*) FILTER (WHERE due_at <= $1))::int AS overdue,
    (count(*) FILTER (WHERE due_at > $1 AND due_at <= $2))::int AS "dueSoon", min(due_at) AS "firstDueAt"
  FROM operator_deadline WHERE status = 'open' GROUP BY state, kind ORDER BY state, kind`;

const LOGS = `
  SELECT state, l.subjects::int AS subjects, l.entries::float8 AS entries, h.pending::int AS pending, h.size::float8 AS size, h.signed::float8 AS signed, h.at
  FROM operator_audit_log l JOIN operator_log_head h USING (state) ORDER BY state`;

const DAY_MS = 86_400_000;

type DeliveryRow = Omit<DeliveryDto, 'oldestPendingAt' | 'lagSeconds'> & { oldest: Date | null };

/**
 * What the role comity_operator sees of all States: numbers and ages, through views that hold no content. The
 * transaction MUST be under that role.
 */
export const operatorViews = {
  async delivery(tx: Tx, at: Date): Promise<DeliveryDto[]> {
    const rows = await tx.query<DeliveryRow>(DELIVERY);
    return rows.map(({ oldest, ...row }) => ({
      ...row, oldestPendingAt: oldest?.toISOString() ?? null, lagSeconds: oldest ? Math.max(0, Math.round((at.getTime() - oldest.getTime()) / 1000)) : null,
    }));
  },

  async deadlines(tx: Tx, at: Date): Promise<DeadlineLoadDto[]> {
    const rows = await tx.query<Omit<DeadlineLoadDto, 'firstDueAt'> & { firstDueAt: Date }>(DEADLINES, [at, new Date(at.getTime() + DAY_MS)]);
    return rows.map((row) => ({ ...row, firstDueAt: row.firstDueAt.toISOString() }));
  },

  async logs(tx: Tx): Promise<LogHeadDto[]> {
    const rows = await tx.query<Omit<LogHeadDto, 'integratedAt'> & { at: Date | null }>(LOGS);
    return rows.map(({ at, ...row }) => ({ ...row, integratedAt: at?.toISOString() ?? null }));
  },
};
