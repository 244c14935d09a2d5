import { createActor, type AnyActorScope, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate';

/** An action that a transition names; nothing is done here. */
export interface Told {
  type: string;
  params: unknown;
}

const scopes = new WeakMap<AnyStateMachine, AnyActorScope>();
const nothing = (): undefined => undefined;

/** What a machine asks of its surroundings, all of it inert: the actor is never started, and no clock ticks. */
function scopeOf(machine: AnyStateMachine): AnyActorScope {
  let scope = scopes.get(machine);
  if (!scope) {
    const self = createActor(machine);
    scope = {
      self, system: self.system, id: '', sessionId: '',
      defer: nothing, logger: nothing, stopChild: nothing, emit: nothing, actionExecutor: nothing,
    } as AnyActorScope;
    scopes.set(machine, scope);
  }
  return scope;
}

/**
 * As xstate's `transition()`: the next snapshot and the actions it names. That one makes an actor, with the machine's
 * initial snapshot, for each call, which costs three times what the transition does; here a machine has one for good.
 */
export function pureTransition(machine: AnyStateMachine, snapshot: AnyMachineSnapshot, event: { type: string }): [AnyMachineSnapshot, Told[]] {
  const scope = scopeOf(machine);
  const told: Told[] = [];
  scope.actionExecutor = (action) => void told.push(action as unknown as Told);
  const next = machine.transition(snapshot, event as never, scope as never) as AnyMachineSnapshot;
  scope.actionExecutor = nothing;
  return [next, told];
}
