import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACTS, CHARTS, MESSAGES } from '@comity/requests';
import { crossings } from '../../apps/cli/src/generate/crossings.js';
import { events } from '../../apps/cli/src/generate/events.js';
import { statecharts } from '../../apps/cli/src/generate/statecharts.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const kept = (path: string) => readFileSync(join(root, path), 'utf8');

describe('the reference derived from the statecharts', () => {
  it.each([statecharts, crossings, events].map((g) => [g.path, g] as const))('%s is what the code gives; else run npm run generate and look at what changed', async (path, generator) => {
    expect(kept(path)).toBe(await generator.make());
  });

  it('draws every state of every chart, and every event either on an arrow or among those that change nothing', () => {
    const text = kept(statecharts.path);
    for (const [name, { sides }] of Object.entries(CHARTS)) {
      for (const [side, machine] of Object.entries(sides)) {
        const chapter = text.slice(text.indexOf(`\`${name}.${side}\``)).split('\n## ')[0]!;
        for (const region of Object.values(machine.root.states)) {
          for (const [state, node] of Object.entries(region.states)) {
            expect(chapter).toMatch(new RegExp(`\\b${state}\\b`));
            for (const event of node.transitions.keys()) expect(chapter).toMatch(new RegExp(`\\b${event}\\b`));
          }
        }
      }
    }
  });

  it('has a table for every form: each state with its events, who fires them and by what rule, and the deadlines', () => {
    const text = kept(statecharts.path);
    for (const [name, { sides }] of Object.entries(CHARTS)) {
      const from = text.indexOf(`\`${name}.requested\``);
      const chapter = text.slice(text.indexOf('### States, events, roles and rules', from)).split('\n## ')[0]!;
      expect(chapter).toContain('### Deadlines');
      for (const [side, machine] of Object.entries(sides)) {
        for (const [region, node] of Object.entries(machine.root.states)) {
          for (const [state, at] of Object.entries(node.states)) for (const event of at.transitions.keys()) expect(chapter).toContain(`| ${side} | ${region} | \`${state}\` | \`${event}\` |`);
        }
      }
    }
    expect(text).toContain('| requested | main | `received` | `DISCLOSE_PATH` | central-authority, competent-authority, point-of-contact | UNCC 43(1); Budapest 30 | `letterOpen`, `pathIdentifies` | `pathDisclosed` | `PATH_DISCLOSED` |');
    expect(text).toContain('| `preservation-minimum` | legal | at least 60 days, counted from: secured | UNCC 42(8) | a shorter period is refused |');
  });

  it('lists every act and message, and no pair of messages that nothing decides', () => {
    for (const type of [...Object.keys(ACTS), ...Object.keys(MESSAGES)]) expect(kept(events.path)).toContain(`| \`${type}\` |`);
    expect(kept(crossings.path)).not.toContain('UNDECIDED');
  });

  it('UNCC 36(1), 40(20): what stays at home is not told', () => {
    const row = kept(events.path).split('\n').find((line) => line.startsWith('| `PLACE_HOLD` |'))!;
    expect(row).toContain('| `HOLD_PLACED` | `kind`*, `until` | `reason`, `note` |');
  });
});
