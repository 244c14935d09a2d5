import { BUDAPEST_EXAMPLES } from '../../../config/instruments/budapest-2001.examples.js';
import { UNCC_EXAMPLES } from '../../../config/instruments/uncc-2024.examples.js';
import { answer, type Example } from './example.js';
import { citations } from './validate.js';
import { profile } from './profiles.js';

const ALL: [string, Example[]][] = [
  ['uncc-2024', UNCC_EXAMPLES],
  ['budapest-2001', BUDAPEST_EXAMPLES],
];

describe.each(ALL)('worked examples of %s', (instrument, examples) => {
  it.each(examples.map((e) => [`${e.rule}: ${e.says}`, e] as const))('%s', (_, example) => {
    expect(answer(instrument, example.ask)).toEqual(example.answer);
  });

  it('cite rules that exist', () => {
    const known = new Set([...profile('uncc-2024').rules, ...profile(instrument).rules].map((r) => r.id));
    const loose = examples
      .map((e) => e.rule)
      .filter((id) => !known.has(id) && ![...known].some((k) => k.startsWith(`${id}(`)));
    expect(loose).toEqual([]);
  });

  it('has every rule id that its forms cite among its rules', () => {
    const known = new Set(profile(instrument).rules.map((r) => r.id));
    expect(citations(profile(instrument)).filter((c) => !known.has(c.rule))).toEqual([]);
  });
});
