import { profile } from '@comity/treaty';
import { explore } from './joint-model.js';
import { models } from './models.js';
import { PROPERTIES } from './properties.js';

const version = profile('uncc-2024').version;

describe('the model check of letter and stored-data measure, channels of one message', () => {
  it.each(models(Number(process.env['BOUND'] ?? 1), 300_000).map((m) => [m.name, m] as const))('%s: no violation, and complete', (_, model) => {
    const result = explore(model, PROPERTIES, version);
    console.log(result.name, result.jointStates, result.transitions, result.ends, result.complete);
    expect(result.violations).toEqual([]);
    expect(result.complete).toBe(true);
    expect(result.ends).toBeGreaterThan(0);
  });
});
