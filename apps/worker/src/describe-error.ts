/** What of an error goes into a log: where it arose, never what the case says. */
export interface ErrorDescription {
  error: string;
  message?: string;
  frames: string[];
  code?: string;
  constraint?: string;
  table?: string;
  routine?: string;
}

const QUOTED = /"[^"]*"|'[^']*'|`[^`]*`|\([^)]*\)=\([^)]*\)/g;

/**
 * Describes an error without case data. Messages of the database and of parsers quote values, so a message is kept
 * only from other errors, and with what stands in quotes taken out; stack frames name files only.
 */
export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { error: typeof error, frames: [] };
  const { code, constraint, table, routine } = error as Error & Record<string, unknown>;
  const fromDatabase = error.name === 'QueryFailedError' || routine !== undefined || constraint !== undefined;
  const quotesInput = fromDatabase || error instanceof SyntaxError;
  return {
    error: error.name,
    ...(!quotesInput && { message: error.message.replace(QUOTED, '…').slice(0, 300) }),
    ...named({ code, constraint, table, routine }),
    frames: (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 12).map((line) => line.trim()),
  };
}

function named(fields: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
