import type { AnyStateMachine } from 'xstate';
import { assistanceRequested, assistanceRequesting } from './mutual-assistance.machines.js';
import { storedDataRequested } from './stored-data.requested.machine.js';
import { storedDataRequesting } from './stored-data.requesting.machine.js';

type Node = { on?: Record<string, unknown>; states?: Record<string, Node> };

/** The table of a chart's main region: the transitions of each state, by event. */
function table(machine: AnyStateMachine): Record<string, Record<string, unknown>> {
  const { states = {} } = (machine.config as Node).states!['main']!;
  return Object.fromEntries(Object.entries(states).map(([name, node]) => [name, node.on ?? {}]));
}

function without(event: string, of: Record<string, Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(of).map(([name, on]) => [name, Object.fromEntries(Object.entries(on).filter(([key]) => key !== event))]),
  );
}

describe('one life for the measures that furnish evidence', () => {
  const plain = table(assistanceRequested);
  const stored = table(storedDataRequested);

  it('differs from stored data by securing alone', () => {
    expect(plain).toEqual(without('SECURE', stored));
  });

  it('differs from stored data by hearing of the securing alone, in the file of the requesting State', () => {
    const told = table(storedDataRequesting);
    expect(Object.values(told).some((on) => 'SECURED' in on)).toBe(true);
    expect(table(assistanceRequesting)).toEqual(without('SECURED', told));
  });

  it('UNCC 44: only stored data is secured, in every state before execution is reported', () => {
    const secured = Object.keys(stored).filter((name) => 'SECURE' in stored[name]!);
    expect(secured).toEqual(['received', 'underExamination', 'granted', 'executing', 'postponed']);
    expect(Object.values(plain).some((on) => 'SECURE' in on)).toBe(false);
  });

  it('tells a chart that lacks another step apart', () => {
    expect(plain).not.toEqual(without('REFUSE', without('SECURE', stored)));
  });
});
