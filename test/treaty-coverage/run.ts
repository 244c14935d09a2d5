// npm run treaty:coverage: which rules of the Convention are carried, and whether code and tests bear the register out.
import { coverage, register, sources } from './coverage.js';
import { report } from './report.js';

const found = coverage(register(), sources());
process.stdout.write(`${report(found).join('\n')}\n`);
process.exitCode = found.faults.length > 0 ? 1 : 0;
