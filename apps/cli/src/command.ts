import type { ParseArgsConfig } from 'node:util';
import type { Output } from './output.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What one call of a command is given. */
export interface Call {
  /** Arguments without a name, in order; as many as the command's `operands` says. */
  operands: string[];
  options: Readonly<Record<string, string | boolean | undefined>>;
  env: Environment;
  out: Output;
}

/** One word after `comity`. */
export interface Command {
  /** For the overview, one line. */
  about: string;
  /** Names of arguments that must be given, as shown in the usage; `[name]` may be left out, `name...` repeated. */
  operands: readonly string[];
  /** Besides `--json` and `--help`, which every command has. */
  options: NonNullable<ParseArgsConfig['options']>;
  /** What the options do, by name; shown in the usage. */
  help: Readonly<Record<string, string>>;
  /** @returns the exit status: 0 done and sound, 1 a fault was found */
  run(call: Call): Promise<number>;
}

/** The command line itself is wrong: exit status 2, with the usage. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** An outcome foreseen that ends a command with status 1: told in words, without a stack. */
export class Refused extends Error {
  override name = 'Refused';

  constructor(
    /** Stable, `noun.reason`. */
    readonly code: string,
    /** What is wrong and what to do next. */
    detail: string,
    readonly faults: readonly string[] = [],
  ) {
    super([detail, ...faults.map((fault) => `- ${fault}`)].join('\n'));
  }
}
