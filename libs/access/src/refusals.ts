import type { Official } from '@comity/kernel';

/** A permission that was refused to somebody signed in. */
export interface Refusal {
  actor: Official;
  /** `permission.lacking`, `account.suspended`, `session.stale`. */
  code: string;
  permission: string;
  method: string;
  /** The route's pattern, ids not filled in. */
  route: string;
  at: Date;
}

/** Writes refusals to the log of the actor's State; the api wires it, since access knows nothing of the log. */
export interface RefusalLog {
  refused(refusal: Refusal): Promise<void>;
}

export const REFUSAL_LOG = Symbol('RefusalLog');
