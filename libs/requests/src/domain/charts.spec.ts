import { faultsIn, faultsInCharts } from './check-charts.js';
import { crossing, possiblePairs, classOf } from './crossings.js';
import { to } from './machine-parts.js';
import { MESSAGES } from './messages.js';
import { statechart } from './statechart.js';
import { storedDataRequested } from './stored-data.requested.machine.js';

describe('the statecharts', () => {
  it('have no unreachable state, unknown event, rule, effect or message', () => {
    expect(faultsInCharts()).toEqual([]);
  });

  it('are refused when a fault is planted', () => {
    const planted = statechart({
      id: 'planted',
      type: 'parallel',
      context: {},
      states: {
        main: {
          initial: 'a',
          states: {
            a: { on: { NOBODY_SENDS_THIS: to('b', { rules: ['noSuchRule'], send: 'NO_SUCH_MESSAGE' }) } },
            b: {},
            unreachable: {},
          },
        },
      },
    });
    expect(faultsIn('planted', 'requested', planted)).toEqual([
      'planted.requested.main: nobody sends the event NOBODY_SENDS_THIS',
      'planted.requested.main: NOBODY_SENDS_THIS names an unknown rule noSuchRule',
      'planted.requested.main: NOBODY_SENDS_THIS sends an unknown message NO_SUCH_MESSAGE',
      'planted.requested.main: the state unreachable cannot be reached',
    ]);
  });

  it('UNCC 44: let stored data be secured in every state before execution is reported', () => {
    const { states } = (storedDataRequested.config as { states: Record<string, { states: Record<string, { on?: object }> }> }).states['main']!;
    expect(Object.keys(states).filter((name) => 'SECURE' in (states[name]!.on ?? {}))).toEqual(['received', 'underExamination', 'granted', 'executing', 'postponed']);
  });
});

describe('the crossing table', () => {
  it.each(['requesting', 'requested'] as const)('decides every pair that can cross in the file of the %s State', (side) => {
    const undecided = possiblePairs(side).filter(({ received, sent }) => !crossing(side, received, sent));
    expect(undecided).toEqual([]);
  });

  it('gives every message a class', () => {
    expect(Object.keys(MESSAGES).filter((type) => !classOf(type))).toEqual([]);
  });
});
