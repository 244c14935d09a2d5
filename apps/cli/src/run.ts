import { parseArgs } from 'node:util';
import { SettingsError } from '../../../config/settings.js';
import { type Call, type Command, type Environment, Refused, UsageError } from './command.js';
import { commands } from './commands/index.js';
import { Output } from './output.js';
import { overview, usage } from './usage.js';

export interface Streams {
  env: Environment;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
}

const DONE = 0;
const FAULT = 1;
const MISUSED = 2;

/**
 * Runs one command line (without node and script).
 * @returns 0 done and sound; 1 a fault was found, or the command failed; 2 the command line is wrong
 */
export async function run(argv: readonly string[], streams: Streams): Promise<number> {
  // Known before parsing, since a wrong command line is told in the form that was asked for.
  const out = new Output(streams.stdout, streams.stderr, argv.includes('--json'));
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    out.text(await overview());
    out.result({ commands: Object.keys(commands) });
    return name === undefined ? MISUSED : DONE;
  }
  try {
    const command = Object.hasOwn(commands, name) ? await commands[name]!() : undefined;
    if (!command) throw new UsageError(`there is no command ${name}; there are ${Object.keys(commands).join(', ')}`);
    const call = parse(command, rest);
    if (call.options.help) {
      out.text(usage(name, command));
      return DONE;
    }
    return await command.run({ ...call, env: streams.env, out });
  } catch (error) {
    return report(error, name, out);
  }
}

function parse(command: Command, argv: readonly string[]): Pick<Call, 'operands' | 'options'> {
  const options = { ...command.options, json: { type: 'boolean' as const }, help: { type: 'boolean' as const, short: 'h' } };
  let values: Call['options'];
  let positionals: string[];
  try {
    ({ values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true }) as {
      values: Call['options'];
      positionals: string[];
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (values.help) return { operands: positionals, options: values };
  const needed = command.operands.filter((operand) => !operand.startsWith('['));
  const missing = needed[positionals.length];
  if (missing !== undefined) throw new UsageError(`<${missing}> is missing`);
  const surplus = positionals[command.operands.length];
  if (surplus !== undefined && !command.operands.at(-1)?.endsWith('...')) throw new UsageError(`${surplus} is one argument too many`);
  return { operands: positionals, options: values };
}

function report(error: unknown, name: string, out: Output): number {
  if (error instanceof UsageError) {
    out.complain(`comity ${name}: ${error.message}\nSee: comity ${Object.hasOwn(commands, name) ? `${name} ` : ''}--help`);
    out.result({ ok: false, error: { code: 'usage.wrong', detail: error.message } });
    return MISUSED;
  }
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  // Of other errors the message only: a database's error also carries rows, which have no place in a log.
  const because = cause instanceof Error && !message.includes(cause.message) ? ` (${cause.message})` : '';
  out.complain(`comity ${name}: ${message}${because}`);
  out.result({ ok: false, error: { code: codeOf(error), detail: `${message}${because}`, ...faultsOf(error) } });
  return FAULT;
}

function codeOf(error: unknown): string {
  if (error instanceof Refused) return error.code;
  return error instanceof SettingsError ? 'settings.faulty' : 'command.failed';
}

function faultsOf(error: unknown): { faults?: readonly string[] } {
  return error instanceof Refused || error instanceof SettingsError ? { faults: error.faults } : {};
}
