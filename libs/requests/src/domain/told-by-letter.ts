import { noted, to } from './machine-parts.js';

/**
 * A State without a node tells what it pleases of its steps, and letters overtake each other. So what is transcribed may
 * leave out the steps before it, which it implies, and may come after later ones, which it then changes nothing of. What
 * a node tells keeps to every step: there, a step left out means that something went wrong.
 */
const WHEN = 'isTranscribed';

interface Step {
  /** Where the measure stands after it. */
  target: string;
  change?: string[];
}

type On = Record<string, unknown>;

/** The steps of a form in their order, each by the message that tells it. */
export interface Steps {
  /** States from the first to the last in which an answer is awaited. */
  order: readonly string[];
  steps: Record<string, Step>;
  /** What ends the measure, from any state before `until`. */
  ends: Record<string, Step & { until: string }>;
  /** What is told along the way and moves nothing. */
  aside: readonly string[];
}

/** A step not told implies those before it; one told late is noted. What the state takes already goes first. */
export function byLetter(name: string, on: On, { order, steps, ends, aside }: Steps): On {
  const here = order.indexOf(name);
  const found: On = Object.fromEntries(aside.map((message) => [message, told(undefined)]));
  // A postponed measure is in no order: whatever follows tells that it was resumed.
  const ahead = (state: string) => here < 0 || order.indexOf(state) > here;
  const resumed = here < 0 ? ['hasResumed'] : [];
  for (const [message, { target, change = [] }] of Object.entries(steps)) found[message] = ahead(target) ? told(target, [...change, ...resumed]) : told(undefined);
  for (const [message, { target, change = [], until }] of Object.entries(ends)) if (here <= order.indexOf(until)) found[message] = told(target, change);
  return { ...found, ...on };
}

/** A measure that has its outcome: what is told late of the way to it, as far as `until`, is noted; more would contradict the outcome. */
export function afterwards(until: string, { order, steps, aside }: Steps): On {
  const way = Object.entries(steps).filter(([, { target }]) => order.indexOf(target) <= order.indexOf(until));
  return Object.fromEntries([...way.map(([message]) => message), ...aside].map((message) => [message, told(undefined)]));
}

/** Told by a letter that was transcribed; `rules` are asked of what letters say, which a node would not send. */
export const told = (target: string | undefined, change: string[] = [], when = WHEN, rules: string[] = []): Record<string, unknown> => {
  const transition = to(target, { when, change, rules });
  return target === undefined && change.length === 0 ? { ...transition, actions: noted['actions'] } : transition;
};

/** As {@link told}, moving nothing, where no rule refuses what the letter says. */
export const toldIf = (...rules: string[]): Record<string, unknown> => told(undefined, [], WHEN, rules);
