import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inTransaction } from '@comity/database';
import { CLOCK, type Clock, type Official, type Side } from '@comity/kernel';
import { sentAndStanding } from './files.js';

/** How emergencies of one side went, by number. */
export interface EmergencyCount {
  total: number;
  /** The sender was called back and confirmed. */
  verified: number;
  /** The sender was called back and denied. */
  denied: number;
  disclosed: number;
  refused: number;
  noDataFound: number;
  otherEnd: number;
  open: number;
  /** Of those disclosed. */
  formalRequest: { followed: number; outstanding: number; overdue: number };
}

export interface EmergencyCounts {
  received: EmergencyCount;
  sent: EmergencyCount;
}

export interface DutyReview {
  requestId: string;
  ownReference: string;
  side: Side;
  counterpart: string;
  /** Of an exercise. */
  training: boolean;
  measure: number;
  form: string;
  /** Act of the duty officer that waits for review, or was objected to; one measure may have one of each. */
  act: string;
  actedAt: string;
  /** All that was done alone and waits for this review, in order. */
  acts: string[];
  dueAt: string;
  overdue: boolean;
  /** `due`, or `objected`: to be withdrawn or refused by an official. */
  status: 'due' | 'objected';
  /** An objection stands, to this act or to an earlier one. */
  objected: boolean;
}

const EMERGENCIES = `
  WITH emergency AS (
    SELECT f.side, f.training, m.outcome, m.chart->'value'->>'callBack' AS call_back, m.chart->'value'->>'main' AS main, m.particulars ? 'evidence' AS disclosed,
      EXISTS (SELECT FROM measure r JOIN request_file rf ON rf.state = r.state AND rf.id = r.file_id
        WHERE r.state = m.state AND r.follows_emergency_request = m.file_id AND r.follows_emergency_measure = m.no AND rf.counterpart = f.counterpart
          AND ${sentAndStanding('rf', 'r')}) AS followed,
      EXISTS (SELECT FROM deadline d WHERE d.state = m.state AND d.file_id = m.file_id AND d.measure = m.no AND d.code = 'formal-request'
        AND d.status = 'open' AND d.due_at <= $4) AS overdue
    FROM measure m JOIN request_file f ON f.state = m.state AND f.id = m.file_id
    WHERE m.state = $1 AND m.form = 'emergency-disclosure' AND f.transmitted_at >= $2 AND f.transmitted_at < $3)
  SELECT side, training, count(*)::int AS total,
    (count(*) FILTER (WHERE call_back = 'confirmed'))::int AS verified,
    (count(*) FILTER (WHERE call_back = 'denied'))::int AS denied,
    (count(*) FILTER (WHERE disclosed))::int AS disclosed,
    (count(*) FILTER (WHERE NOT disclosed AND outcome = 'refused'))::int AS refused,
    (count(*) FILTER (WHERE NOT disclosed AND outcome = 'no-data-found'))::int AS "noDataFound",
    (count(*) FILTER (WHERE NOT disclosed AND outcome NOT IN ('refused', 'no-data-found')))::int AS "otherEnd",
    (count(*) FILTER (WHERE NOT disclosed AND outcome IS NULL))::int AS open,
    (count(*) FILTER (WHERE disclosed AND followed))::int AS followed,
    (count(*) FILTER (WHERE disclosed AND NOT followed))::int AS outstanding,
    (count(*) FILTER (WHERE disclosed AND NOT followed AND overdue))::int AS overdue
  FROM emergency GROUP BY side, training`;

/** As `wentOut`. */
const WENT_OUT = `m.particulars ?| '{evidence,disclosure}'`;

const REVIEWS = `
  SELECT m.file_id AS "requestId", f.own_reference AS "ownReference", f.side, f.counterpart, f.training, m.no AS measure, m.form, r.review->>'act' AS act,
    r.review->>'at' AS "actedAt", r.review->>'dueAt' AS "dueAt",
    coalesce(jsonb_path_query_array(r.review, '$.acts[*].act'), '[]') AS acts, r.status, coalesce(m.chart->'context'->>'reviewObjected' = 'true', false) AS objected
  FROM measure m JOIN request_file f ON f.state = m.state AND f.id = m.file_id CROSS JOIN LATERAL (
    SELECT m.particulars->'dutyReview' AS review, 'due' AS status WHERE m.chart->'context'->>'reviewDue' = 'true'
    UNION ALL
    SELECT objection, 'objected' FROM jsonb_array_elements(coalesce(m.particulars->'earlierDutyReviews', '[]') || jsonb_build_array(m.particulars->'dutyReview')) AS objection
    WHERE objection->>'result' = 'objected' AND m.chart->'context'->>'reviewObjected' = 'true' AND (m.outcome IS NULL OR ${WENT_OUT})
  ) AS r
  WHERE m.state = $1 AND (m.chart->'context'->>'reviewDue' = 'true' OR (m.chart->'context'->>'reviewObjected' = 'true' AND (m.outcome IS NULL OR ${WENT_OUT})))
  ORDER BY r.review->>'dueAt', m.file_id, m.no LIMIT 500`;

const NONE: Omit<EmergencyCount, 'formalRequest'> = { total: 0, verified: 0, denied: 0, disclosed: 0, refused: 0, noDataFound: 0, otherEnd: 0, open: 0 };

/** What the 24/7 desk is asked about afterwards: emergencies by number, and what one duty officer did alone. */
@Injectable()
export class NetworkReader {
  constructor(
    private readonly db: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Emergencies transmitted from `from` (inclusive) to `to` (exclusive), of one's own State; exercises are counted apart. */
  emergencies(actor: Official, from: Date, to: Date): Promise<EmergencyCounts & { exercises: EmergencyCounts }> {
    type Row = Omit<EmergencyCount, 'formalRequest'> & EmergencyCount['formalRequest'] & { side: Side; training: boolean };
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => {
      const rows = await tx.query<Row>(EMERGENCIES, [actor.state, from, to, this.clock.now()]);
      const of = (side: Side, training: boolean): EmergencyCount => {
        const row = rows.find((r) => r.side === side && r.training === training);
        if (!row) return { ...NONE, formalRequest: { followed: 0, outstanding: 0, overdue: 0 } };
        const { side: _, training: __, followed, outstanding, overdue, ...count } = row;
        return { ...count, formalRequest: { followed, outstanding, overdue } };
      };
      const counts = (training: boolean): EmergencyCounts => ({ received: of('requested', training), sent: of('requesting', training) });
      return { ...counts(false), exercises: counts(true) };
    });
  }

  /** Acts of one duty officer that no second person has confirmed, or that one objected to, most overdue first. */
  dutyReviews(actor: Official): Promise<DutyReview[]> {
    const now = this.clock.now().toISOString();
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => {
      const rows = await tx.query<Omit<DutyReview, 'overdue'>>(REVIEWS, [actor.state]);
      return rows.map((row) => ({ ...row, acts: row.acts.length > 0 ? row.acts : [row.act], overdue: row.dueAt <= now }));
    });
  }
}
