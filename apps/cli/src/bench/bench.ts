import { type Environment, Refused } from '../command.js';
import type { Output } from '../output.js';

export interface BenchCall {
  name: string;
  env: Environment;
  out: Output;
}

/** Runs a bench by name. @returns 1 below its bar */
export function runBench({ name }: BenchCall): Promise<number> {
  return Promise.reject(new Refused('bench.unknown', `There is no bench ${name} in this version yet.`));
}
