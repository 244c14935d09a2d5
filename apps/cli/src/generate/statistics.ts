import { DIMENSIONS, MILESTONES, OUTCOME_FIGURES, VOLUMES, type Figure } from '@comity/requests';
import type { Generator } from './generator.js';

const table = (head: string, figures: readonly Figure[], name: (figure: Figure) => string = (f) => `\`${f.name}\``): string[] => [
  `| ${head} | what it means |`, '| --- | --- |', ...figures.map((figure) => `| ${name(figure)} | ${figure.about} |`), '',
];

/** What each figure of the statistics means. */
export const statisticsFigures: Generator = {
  path: 'docs/reference/statistics.md',
  make: () => [
    '# Statistics: what each figure means',
    '',
    'Generated from `libs/requests/src/questions/figures.ts` by `npm run generate`; CI compares it.',
    '',
    '`GET /api/v1/audit/questions/statistics` answers an auditor or the central authority of a State with rows of its own',
    "files, as JSON or, with `Accept: text/csv`, as CSV. The letters of a period are found by the log's entries of their",
    "beginnings; the figures are those of the files as they stand when the question is asked. Two States' figures on the same",
    'letters may differ: each counts its own file, and days run from its own beginning.',
    '',
    '## What a row goes by',
    '',
    ...table('key', DIMENSIONS),
    '## Volumes',
    '',
    ...table('figure', VOLUMES),
    '## Outcomes',
    '',
    `\`outcomes\` (CSV: \`outcome.<name>\`) gives measures by their outcome now: ${OUTCOME_FIGURES.map((name) => `\`${name}\``).join(', ')}.`,
    '`open` has none yet; `postponed` is one only until the measure is resumed; `released` is a preservation whose data were',
    'released after notice. They add up to `measures`.',
    '',
    '## Days to each milestone',
    '',
    '`days.<milestone>` gives the measures that reached it, and the median and the 90th percentile of the days from the',
    "letter's beginning to the first time it did. Both are values that occurred (no interpolation), in days of 24 hours with two",
    'decimals; postponement and waiting for the other State are not taken out. Measures that have not reached it are not in it:',
    'of a recent period it shows the quick ones only. What one State told the other counts when the message was taken in.',
    'An act that crossed another and took no effect is left out.',
    '',
    ...table('milestone', MILESTONES, (f) => `\`${f.name}\`${(f as (typeof MILESTONES)[number]).on === 'letter' ? ' (of the letter)' : ''}`),
  ].join('\n'),
};
