import type { Command } from '../command.js';
import { runBench } from '../bench/bench.js';

export const bench: Command = {
  about: 'measure against a floor: submit, inbox',
  operands: ['name'],
  options: {},
  help: {},
  async run({ operands, env, out }) {
    return runBench({ name: operands[0]!, env, out });
  },
};
