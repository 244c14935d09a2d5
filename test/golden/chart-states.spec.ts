import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHARTS, statechart, type Charts } from '../../libs/requests/src/domain/index.js';
import { chartStates, faultsInLoading, type StoredState } from './chart-states.js';

const here = dirname(fileURLToPath(import.meta.url));
const released = readdirSync(here).filter((name) => /^chart-states\.v\d+(\.[a-z-]+)?\.json$/.test(name));
const read = (name: string) => JSON.parse(readFileSync(join(here, name), 'utf8')) as StoredState[];

describe('the states of every version of the statecharts', () => {
  it.each(released)('%s: each loads, by migration where its version is older', (name) => {
    expect(faultsInLoading(read(name))).toEqual([]);
  });

  it('are all on record: a new state needs a new version and its file (test/golden/write-chart-states.ts)', () => {
    const key = ({ chart, side, version, value }: StoredState) => JSON.stringify([chart, side, version, value]);
    const recorded = new Set(released.flatMap(read).map(key));
    expect(chartStates().map(key).filter((k) => !recorded.has(k))).toEqual([]);
  });

  it('fail to load when a state name is taken away, or a member of the memory is added without a migration', () => {
    const config = JSON.parse(JSON.stringify(CHARTS['stored-data'].sides.requested.config)) as { context: Record<string, unknown>; states: Record<string, { states: Record<string, { on?: Record<string, unknown> }> }> };
    const main = config.states['main']!.states;
    delete main['postponed'];
    for (const state of Object.values(main)) delete state.on?.['POSTPONE'];
    const without = spoilt(config);
    expect(faultsInLoading(read('chart-states.v1.json'), without)).toEqual([expect.stringContaining('"main":"postponed"')]);

    const more = JSON.parse(JSON.stringify(CHARTS['stored-data'].sides.requested.config)) as { context: Record<string, unknown> };
    more.context['appealed'] = false;
    expect(faultsInLoading(read('chart-states.v1.json'), spoilt(more))[0]).toContain('no appealed in its memory');
  });

  it('are brought to the present version by the migrations between', () => {
    const chart = CHARTS['stored-data'];
    const next: Charts = {
      ...CHARTS,
      'stored-data': { ...chart, version: chart.version + 1, migrate: { ...chart.migrate, [chart.version]: (s) => ({ ...s, version: chart.version + 1 }) } },
    };
    expect(faultsInLoading(read('chart-states.v1.json'), next)).toEqual([]);
    expect(faultsInLoading(read('chart-states.v1.json'), { ...next, 'stored-data': { ...next['stored-data'], migrate: {} } })[0]).toContain('no migration of stored-data from version 1');
  });
});

function spoilt(config: object): Charts {
  const chart = CHARTS['stored-data'];
  return { ...CHARTS, 'stored-data': { ...chart, sides: { ...chart.sides, requested: statechart(config as never) } } };
}
