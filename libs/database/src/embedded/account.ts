import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

/** The system account that runs the server. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root lends it an unprivileged account: the owner of the data if there is
 * data already, else `postgres`, else `nobody`. Nothing is added to the system. Undefined: run as oneself.
 */
export function serverAccount(dataDirectory: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const { uid, gid } = statSync(dataDirectory);
    if (uid !== 0) return { uid, gid };
  } catch {
    // No data yet.
  }
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', name), gid: idOf('-g', name) };
    } catch {
      // No such account here.
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and this system has neither an account "postgres" nor "nobody". ' +
      'Start Comity as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
  );
}

function idOf(flag: '-u' | '-g', name: string): number {
  return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
}
