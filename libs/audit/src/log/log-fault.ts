/** What the check of a stored log found wrong. */
export interface LogFault {
  /** Table and key of the row, as far as it can be told. */
  where: string;
  what: string;
}
