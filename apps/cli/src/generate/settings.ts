import { variables } from '../../../../config/settings-variables.js';

/** The reference of settings, from the table that reads them. */
export function renderSettings(): string {
  const rows = Object.entries(variables).map(([name, { about }]) => `| \`${name}\` | ${about.replaceAll('|', '\\|')} |`);
  return [
    '# Settings',
    '',
    'Generated from `config/settings-variables.ts` by `npm run generate`; CI compares it. All are environment variables, read',
    'once at start; every fault is told at once. An empty variable counts as absent. In brackets: what holds when it is absent.',
    '',
    '| variable | meaning |',
    '| --- | --- |',
    '| `NODE_ENV` | development, test or production (development); production refuses demo secrets |',
    ...rows,
    '',
    '`comity check` tells whether they describe a node that can serve. A name beginning with `COMITY_` that is not here is a fault:',
    'a setting misspelt would otherwise be silently ignored.',
    '',
  ].join('\n');
}
