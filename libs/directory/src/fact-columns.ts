/** Columns of every dated fact. Days are read as text: `pg` would turn a date into midnight of the server's zone. */
export const FACT =
  'valid_from::text AS "validFrom", valid_to::text AS "validTo", source, as_of::text AS "asOf", verified';

/** Holds on the day given as parameter `n`. */
export const holdsOn = (n: number): string =>
  `valid_from <= $${n}::date AND (valid_to IS NULL OR valid_to > $${n}::date)`;

/** The UTC day of an instant. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
