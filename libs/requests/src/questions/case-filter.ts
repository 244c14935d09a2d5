import type { Side, StateCode } from '@comity/kernel';

/** What questions about cases have in common: filters, the request's columns, and times as the wire has them. */
export interface CaseFilter {
  counterpart?: StateCode | undefined;
  side?: Side | undefined;
  /** RFC 3339; at or after. */
  from?: string | undefined;
  /** RFC 3339; before. */
  to?: string | undefined;
}

export const binder = (params: unknown[]) => (value: unknown): string => `$${params.push(value)}`;

export const OF_REQUEST = `f.id AS "requestId", f.side, f.counterpart, f.own_reference AS "ownReference", f.counterpart_reference AS "counterpartReference", f.training`;
export const ofFile = ({ counterpart, side }: CaseFilter, bind: (value: unknown) => string): string =>
  (counterpart === undefined ? '' : ` AND f.counterpart = ${bind(counterpart)}`) + (side === undefined ? '' : ` AND f.side = ${bind(side)}`);
export const within = (column: string, { from, to }: CaseFilter, bind: (value: unknown) => string): string =>
  (from === undefined ? '' : ` AND ${column} >= ${bind(from)}`) + (to === undefined ? '' : ` AND ${column} < ${bind(to)}`);

export const iso = (at: unknown): string | null => (at instanceof Date ? at.toISOString() : null);
