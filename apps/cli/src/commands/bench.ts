import type { Command } from '../command.js';
import { runBench } from '../bench/bench.js';

export const bench: Command = {
  about: 'measure against a floor: submit, inbox, memory, clocks, verify, audit; status 1 below the bar',
  operands: ['name'],
  options: {
    quick: { type: 'boolean' }, 'sender-only': { type: 'boolean' }, bar: { type: 'string' }, repeats: { type: 'string' }, measures: { type: 'string' }, entries: { type: 'string' },
    'p99-bar': { type: 'string' }, 'reminders-bar': { type: 'string' }, 'rss-bar': { type: 'string' }, 'node-args': { type: 'string' },
  },
  help: {
    quick: 'tiny counts: shows that the bench works, not how fast the node is',
    'sender-only': "submit: only the sender's commit, worker idle",
    bar: 'submit: least ratio to the floor (0.6); inbox, audit: most ratio of the 99th percentiles (1.5); memory: most growth in MB (30); clocks: least ratio to the submit floor (0.5); verify: least ratio to the bare loop (0.8)',
    repeats: 'times the whole is repeated (5)',
    measures: 'of the letter that is transmitted, 1 to 3 (3)',
    entries: 'verify, audit: of the log (1000000)',
    'p99-bar': 'submit: most ms of the 99th percentile at the most clients; clocks: of the lag (1000)',
    'reminders-bar': 'clocks: least reminders a second (10000)',
    'rss-bar': 'submit: most MB of the server',
    'node-args': 'options of Node for the server, as in "--cpu-prof --cpu-prof-dir=/tmp/profile"',
  },
  async run({ operands, options, env, out }) {
    return runBench({ name: operands[0]!, options, env, out });
  },
};
