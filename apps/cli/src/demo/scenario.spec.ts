import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkFormat, checkRequest, type LetterContent, type MeasureContent } from '@comity/treaty';
import { projectRoot } from '../project-root.js';
import { kazakhDraft, preservationDraft, readScenario, silkRoadDraft } from './scenario.js';

const drafts = [
  ['silk-road-iceland', silkRoadDraft(readScenario('silk-road-iceland')), '2013-06-12', 'budapest-2001'],
  ['kz-vn-preservation', kazakhDraft(readScenario('kz-vn-preservation'), '2026-12-14'), '2026-12-14', 'uncc-2024'],
  ['kz-vn-preservation, its preservation', preservationDraft(readScenario('kz-vn-preservation'), '2026-11-03'), '2026-11-03', 'uncc-2024'],
] as const;

describe('the scenarios as drafts', () => {
  it.each(drafts)('%s is well formed and lacks nothing that blocks its transmission', (_, draft, on, instrument) => {
    const letter = draft.letter as unknown as LetterContent;
    const measures = draft.measures as unknown as MeasureContent[];
    expect(checkFormat(letter, measures)).toEqual([]);
    const lacking = checkRequest({ letter, measures, languagesAccepted: ['en'], on });
    expect(lacking.filter((l) => l.blocks)).toEqual([]);
    expect(measures.every((m) => m.legalBases[0]!.instrument === instrument)).toBe(true);
  });

  it('UNCC 40(16): leaves out the time zone of one account, so that it can be asked for', () => {
    const measures = drafts[1][1].measures as unknown as MeasureContent[];
    const lacking = checkRequest({ letter: drafts[1][1].letter as unknown as LetterContent, measures, languagesAccepted: ['en'], on: '2026-12-14' });
    expect(lacking.map((l) => l.code)).toContain('item.time-zone-missing');
  });

  it('a scenario without its facts would be noticed: UNCC 40(15)(c)', () => {
    const { facts: _, ...letter } = drafts[0][1].letter as unknown as LetterContent;
    const lacking = checkRequest({ letter, measures: drafts[0][1].measures as unknown as MeasureContent[], languagesAccepted: ['en'], on: '2013-06-12' });
    expect(lacking.filter((l) => l.blocks).map((l) => l.pointer)).toContain('/letter/facts');
  });

  it('every file of the folder is a scenario with its States and its content', () => {
    for (const file of readdirSync(join(projectRoot(), 'config', 'scenarios'))) {
      const scenario = readScenario(file.replace(/\.json$/, ''));
      expect([scenario.id, scenario.requestingState]).toEqual([file.replace(/\.json$/, ''), expect.stringMatching(/^[A-Z]{2}$/)]);
    }
  });
});
