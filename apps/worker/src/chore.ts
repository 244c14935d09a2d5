import type { StateCode } from '@comity/kernel';

/**
 * One kind of work done for each hosted State, in short transactions of its own: delivering messages, firing
 * deadlines, integrating the log. It MUST be safe to run twice, and in two processes at once.
 */
export interface Chore {
  name: string;
  /** Does up to `limit` pieces of what is due for one State. @returns how many it did; fewer than `limit` means none is left */
  run(state: StateCode, limit: number): Promise<number>;
  /** Milliseconds until it is known to have something to do, in any State: the worker sleeps no longer. */
  dueInMs?(): number | undefined;
}

/** Injects all chores of this process, as `readonly Chore[]`, in the order in which each State's are run. */
export const CHORES = Symbol('Chores');

/** Injects the chores of deadlines and alarms, as `readonly Chore[]`: they have a worker of their own. */
export const CLOCK_CHORES = Symbol('ClockChores');

/** Injects the chores that integrate and sign logs, as `readonly Chore[]`: they have a worker of their own. */
export const LOG_CHORES = Symbol('LogChores');

/** Injects `() => Promise<StateCode[]>`: the States this node hosts, asked anew in each round. */
export const HOSTED_STATES = Symbol('HostedStates');
