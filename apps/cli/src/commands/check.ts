import type { Command } from '../command.js';
import { checkNode } from '../checks/check-node.js';

export const check: Command = {
  about: 'settings, database, login, migrations, statecharts, instruments, storage, clock, keys',
  operands: [],
  options: { log: { type: 'boolean' } },
  help: { log: "also compare all that is stored of each hosted State's log with its entries; takes seconds per 100,000" },
  async run({ env, options, out }) {
    const checks = await checkNode(env, { log: options.log === true });
    for (const { name, ok, detail } of checks) out.say(`${ok ? 'ok   ' : 'FAULT'}  ${name.padEnd(13)}  ${detail}`);
    const ok = checks.every((finding) => finding.ok);
    out.result({ ok, checks });
    return ok ? 0 : 1;
  },
};
