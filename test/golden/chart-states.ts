import type { Side } from '@comity/kernel';
import { CHARTS, initialState, toSnapshot, type Charts, type ChartName, type ChartState } from '../../libs/requests/src/domain/index.js';

export type StoredState = ChartState & { side: Side };

/** For every state of every region of every chart, one stored state that stands in it. */
export function chartStates(charts: Charts = CHARTS): StoredState[] {
  return (Object.keys(charts) as ChartName[]).flatMap((chart) =>
    (['requesting', 'requested'] as Side[]).flatMap((side) => {
      const initial = initialState(chart, side, charts);
      return Object.entries(charts[chart].sides[side].root.states).flatMap(([region, { states }]) =>
        Object.keys(states).map((state) => ({ ...initial, side, value: { ...initial.value, [region]: state } })),
      );
    }),
  );
}

/** Why stored states no longer load, a sentence each. */
export function faultsInLoading(stored: readonly StoredState[], charts: Charts = CHARTS): string[] {
  return stored.flatMap(({ side, ...state }) => {
    const place = `${state.chart}, ${side}, version ${state.version}, ${JSON.stringify(state.value)}`;
    try {
      const snapshot = toSnapshot(state, side, charts);
      const { context } = initialState(state.chart, side, charts);
      const lost = Object.keys(context).filter((name) => !(name in (snapshot.context as object)));
      return lost.length === 0 ? [] : [`${place}: no ${lost.join(', ')} in its memory; write a migration`];
    } catch (error) {
      return [`${place}: ${(error as Error).message}`];
    }
  });
}
