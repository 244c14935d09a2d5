import { AuditLog, entryActor } from '@comity/audit';
import { Problem, type Json, type Official } from '@comity/kernel';

const LOGGED = new Set(['permission.lacking', 'account.suspended']);

/** Runs an act. A permission it was refused is logged in a transaction of its own, since the refused act left nothing. */
export async function loggingRefusals<T>(audit: AuditLog, actor: Official, at: Date, about: Record<string, Json>, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Problem && LOGGED.has(error.code)) {
      await audit.appendAlone(actor.state, {
        subject: `account:${actor.accountId}`, type: 'permission.refused', at, actor: entryActor(actor), body: { code: error.code, ...about },
      });
    }
    throw error;
  }
}
