import { readdirSync, readFileSync } from 'node:fs';
import { instruments, profile } from './profiles.js';

const CITED = /['"`]((?:practice:[a-z-]+|UNCC \d+[^'"`]*))['"`]/g;
const known = new Set(instruments().flatMap((i) => i.rules.map((r) => r.id)));

const here = new URL('.', import.meta.url);
const sources = readdirSync(here).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));

describe('rules the code cites by itself', () => {
  it.each(sources)('%s cites only rules that exist', (name) => {
    const text = readFileSync(new URL(name, here), 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, '');
    const cited = [...text.matchAll(CITED)].map((m) => m[1]!);
    expect(cited.filter((id) => !known.has(id))).toEqual([]);
  });

  it('every profile has the practice rules, since any of them may be asked', () => {
    const shared = (id: string) =>
      profile(id)
        .rules.filter((r) => r.id.startsWith('practice:'))
        .map((r) => r.id);
    const common = shared('untoc-2000');
    expect(common).toContain('practice:legal-basis');
    for (const { id } of instruments()) expect(shared(id)).toEqual(expect.arrayContaining(common));
  });
});
