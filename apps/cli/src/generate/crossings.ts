import { CLASSES, crossing, CROSSINGS, possiblePairs, type CrossingRow } from '@comity/requests';
import type { Side } from '@comity/kernel';
import type { Generator } from './generator.js';

/** The crossing table, row by row and pair by pair. */
export const crossings: Generator = { path: 'docs/reference/crossings.md', make: render };

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function render(): string {
  const rows = CROSSINGS.map((row, i) => `| ${i + 1} | ${row.side ?? 'both'} | ${code(row.received)} | ${code(row.sent)} | ${row.while ? `\`${row.while}\`` : ''} | ${row.verdict} | ${row.why} |`);
  const classes = Object.entries(CLASSES).map(([name, types]) => `| \`${name}\` | ${code(types)} |`);
  return [
    '# Messages that cross',
    '',
    'Generated from `libs/requests/src/domain/crossings.ts` by `npm run generate`; CI compares it. A message crossed one of ours when it was',
    'decided before ours was known: its `ack` is below the `seq` of ours. Only messages on the same subject (the letter, or one',
    'measure) are looked at. **apply**: it takes effect as if it had not crossed. **noted**: it is on record and changes nothing.',
    'The first row that fits decides; a message that crossed several is noted if one row says so. The model check proves that the',
    'table lacks no pair and that both files come to tell the same.',
    '',
    '## Rows',
    '',
    '| row | in the file of | received | crossed ours | while our consultation is | verdict | why |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    '## Classes of messages',
    '',
    '| class | messages |',
    '| --- | --- |',
    ...classes,
    '',
    ...(['requesting', 'requested'] as Side[]).flatMap(pairs),
  ].join('\n');
}

/** What is not simply applied, message by message; the rest is a number. */
function pairs(side: Side): string[] {
  const all = possiblePairs(side);
  const decided = all.map(({ received, sent }) => ({
    received, sent, opened: verdict(crossing(side, received, sent, 'openedHere')), otherwise: verdict(crossing(side, received, sent)),
  }));
  const special = decided.filter((p) => p.opened !== 'apply' || p.otherwise !== 'apply');
  return [
    `## Pairs in the file of the ${side} State`,
    '',
    `${all.length} pairs can cross; ${all.length - special.length} of them apply. The others:`,
    '',
    '| received | crossed ours | verdict |',
    '| --- | --- | --- |',
    ...special.map(({ received, sent, opened, otherwise }) => `| \`${received}\` | \`${sent}\` | ${opened === otherwise ? opened : `${opened} while our consultation is open, else ${otherwise}`} |`),
    '',
  ];
}

const verdict = (row: CrossingRow | undefined): string => row?.verdict ?? 'UNDECIDED';
