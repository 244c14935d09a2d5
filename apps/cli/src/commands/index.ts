import type { Command } from '../command.js';

/** Loaded when called, so that `verify` needs neither server nor database, and starts at once. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.js')).start,
  demo: async () => (await import('./demo.js')).demo,
  host: async () => (await import('./host.js')).host,
  migrate: async () => (await import('./migrate.js')).migrateCommand,
  check: async () => (await import('./check.js')).check,
  backup: async () => (await import('./backup.js')).backup,
  restore: async () => (await import('./restore.js')).restore,
  dossier: async () => (await import('./dossier.js')).dossier,
  verify: async () => (await import('./verify.js')).verify,
  bench: async () => (await import('./bench.js')).bench,
  generate: async () => (await import('./generate.js')).generate,
};
