import { variables, type Reading, type Settings } from './settings-variables.js';

export type { Settings } from './settings-variables.js';

/** The environment does not describe a node. `faults` lists everything wrong with it; no value of a secret is repeated. */
export class SettingsError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`Settings to put right in the environment:\n- ${faults.join('\n- ')}`);
    this.name = 'SettingsError';
  }
}

/**
 * Reads the settings from environment variables; an empty variable counts as absent.
 * @throws SettingsError listing every fault at once
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = [];
  const environment = environmentOf(env, faults);
  const production = environment === 'production';
  const settings: Record<string, unknown> = { environment };
  for (const [name, variable] of Object.entries(variables)) {
    const text = env[name] === '' ? undefined : env[name];
    const reading: Reading = { name, text, production, fault: (what) => faults.push(`${name} ${what}`) };
    const value = variable.read(reading);
    if (value !== undefined) settings[variable.setting] = value;
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('COMITY_') && !name.startsWith('COMITY_TEST_') && !(name in variables)) {
      faults.push(`${name} is no setting of this version: remove it, or correct its name`);
    }
  }
  if (settings.databaseMigrationUrl !== undefined && settings.databaseUrl === undefined) {
    faults.push('DATABASE_MIGRATION_URL is set without DATABASE_URL: set the login of the application too');
  }
  if (settings.databaseUrl !== undefined && settings.databaseUrl === settings.databaseMigrationUrl) {
    faults.push('DATABASE_URL and DATABASE_MIGRATION_URL are the same: the application must not connect as the owner');
  }
  if (settings.jwtSecret !== undefined && settings.jwtSecret === settings.keySecret) {
    faults.push('COMITY_JWT_SECRET and COMITY_KEY_SECRET are the same: use two secrets');
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return settings as unknown as Settings;
}

function environmentOf(env: Readonly<Record<string, string | undefined>>, faults: string[]): Settings['environment'] {
  const text = env.NODE_ENV || 'development';
  if (text === 'development' || text === 'test' || text === 'production') return text;
  faults.push('NODE_ENV must be development, test or production');
  // The strictest reading, so that its faults are told as well.
  return 'production';
}

/** The settings as they may be shown: secrets and the passwords of URLs are left out. */
export function describeSettings(settings: Settings): Record<string, unknown> {
  const shown: Record<string, unknown> = { ...settings, jwtSecret: '(secret)', keySecret: '(secret)' };
  for (const key of ['databaseUrl', 'databaseMigrationUrl'] as const) {
    const url = settings[key];
    if (url === undefined) continue;
    const { protocol, username, host, pathname } = new URL(url);
    shown[key] = `${protocol}//${username}@${host}${pathname}`;
  }
  return shown;
}
