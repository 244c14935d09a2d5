/** SQLSTATE of an error that PostgreSQL sent, through `pg` or TypeORM; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Whether a unique key refused the row; with `constraint`, that one only. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return (
    sqlState(error) === '23505' &&
    (constraint === undefined || (error as { constraint?: string }).constraint === constraint)
  );
}

/** Whether a lock was not free within `lock_timeout` (2 s). */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === '55P03';
}

/** Serialization failure and deadlock: the same work, begun again, may succeed. */
export function isRetryable(error: unknown): boolean {
  const code = sqlState(error);
  return code === '40001' || code === '40P01';
}

/** Echoes of an earlier failure in the same transaction: 25P02 aborted, 26000 a statement whose parse was skipped. */
export function isEcho(error: unknown): boolean {
  const code = sqlState(error);
  return code === '25P02' || code === '26000';
}
