import type { Command } from './command.js';
import { commands } from './commands/index.js';

/** All commands with a line each. */
export async function overview(): Promise<string> {
  const lines: string[] = [];
  for (const [name, load] of Object.entries(commands)) {
    const command = await load();
    lines.push(`  ${synopsis(name, command).padEnd(32)} ${command.about}`);
  }
  return [
    'Usage: comity <command> [--json]',
    '',
    ...lines,
    '',
    'Settings are read from the environment: docs/reference/settings.md. Exit status: 0 sound, 1 fault found, 2 wrong usage.',
  ].join('\n');
}

/** One command in full. */
export function usage(name: string, command: Command): string {
  const help = { ...command.help, json: 'one JSON document instead of lines' };
  return [
    `Usage: comity ${synopsis(name, command)} [options]`,
    '',
    command.about,
    '',
    ...Object.entries(help).map(([option, about]) => `  --${option.padEnd(16)} ${about}`),
  ].join('\n');
}

function synopsis(name: string, { operands }: Command): string {
  return [name, ...operands.map((operand) => (operand.startsWith('[') ? operand : `<${operand}>`))].join(' ');
}
