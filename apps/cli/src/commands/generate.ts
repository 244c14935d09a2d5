import type { Command } from '../command.js';
import { generators } from '../generate/generators.js';
import { writeOrCompare } from '../generate/write-or-compare.js';
import { projectRoot } from '../project-root.js';

export const generate: Command = {
  about: 'write the files derived from the code, or compare them',
  operands: [],
  options: { check: { type: 'boolean' } },
  help: { check: 'write nothing; status 1 if a file differs from what the code gives' },
  async run({ options, out }) {
    const files = await writeOrCompare(generators, projectRoot(), options.check === true);
    for (const { path, outcome } of files) out.say(`${outcome.padEnd(8)} ${path}`);
    const ok = files.every(({ outcome }) => outcome !== 'differs');
    if (!ok) out.complain('Files derived from the code are out of date: npm run generate, and commit them.');
    out.result({ ok, files });
    return ok ? 0 : 1;
  },
};
