import { describeSettings, readSettings, SettingsError } from '../../config/settings.js';
import { DEMO_SECRETS } from '../../config/settings-variables.js';

const strong = (letter: string): string => letter.repeat(40);
const production = { NODE_ENV: 'production', COMITY_JWT_SECRET: strong('j'), COMITY_KEY_SECRET: strong('k') };

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('describe a node for development when the environment is empty', () => {
    expect(readSettings({})).toEqual({
      environment: 'development',
      poolSize: 20,
      host: '127.0.0.1',
      trustedProxies: [],
      port: 3000,
      dataDir: '.comity',
      jwtSecret: DEMO_SECRETS.COMITY_JWT_SECRET,
      keySecret: DEMO_SECRETS.COMITY_KEY_SECRET,
      training: false,
      dutyReviewHours: 24,
      formalRequestDays: 14,
      graceDays: 14,
      answerHours: 24,
      bodyLimit: 1_048_576,
      worker: true,
      logLevel: 'info',
    });
  });

  it('believe no proxy that is not named by an address or a network, nor every address at once', () => {
    for (const bad of ['proxy.example', '10.0.0.0/33', '10.0.0.0/0', '::/0', '10.0.0', 'loopback', '*', '10.0.0.1/8/8']) {
      expect([bad, faultsOf({ COMITY_TRUSTED_PROXIES: `10.0.0.7,${bad}` })]).toEqual([bad, [expect.stringContaining(`COMITY_TRUSTED_PROXIES names "${bad}"`)]]);
    }
    expect(faultsOf({ COMITY_TRUSTED_PROXIES: '10.0.0.7,::1,fd00::/8' })).toEqual([]);
  });

  it('take an empty variable for an absent one', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: '' })).toEqual(readSettings({}));
  });

  it('read every variable', () => {
    const url = 'postgres://login:pw@db.example:5432/comity';
    const owner = 'postgresql://owner:pw@db.example/comity';
    expect(
      readSettings({
        ...production,
        DATABASE_URL: url,
        DATABASE_MIGRATION_URL: owner,
        COMITY_POOL_SIZE: '5',
        HOST: '0.0.0.0',
        PORT: '0',
        COMITY_DATA_DIR: '/srv/comity',
        COMITY_TRAINING: 'on',
        COMITY_GRACE_DAYS: '30',
        COMITY_ANSWER_HOURS: '2',
        COMITY_BODY_LIMIT: '2048',
        COMITY_WORKER: 'off',
        COMITY_LOG_LEVEL: 'warn',
        COMITY_DUTY_REVIEW_HOURS: '12',
        COMITY_FORMAL_REQUEST_DAYS: '30',
        COMITY_TRUSTED_PROXIES: '10.0.0.7, fd00::/64',
      }),
    ).toEqual({
      environment: 'production',
      databaseUrl: url,
      databaseMigrationUrl: owner,
      poolSize: 5,
      host: '0.0.0.0',
      trustedProxies: ['10.0.0.7', 'fd00::/64'],
      port: 0,
      dataDir: '/srv/comity',
      jwtSecret: strong('j'),
      keySecret: strong('k'),
      training: true,
      dutyReviewHours: 12,
      formalRequestDays: 30,
      graceDays: 30,
      answerHours: 2,
      bodyLimit: 2048,
      worker: false,
      logLevel: 'warn',
    });
  });

  it('keep answers from an hour to thirty days, and no other time', () => {
    for (const wrong of ['0', '721', '1.5', '-1', 'day']) expect([wrong, faultsOf({ COMITY_ANSWER_HOURS: wrong })]).toEqual([wrong, ['COMITY_ANSWER_HOURS must be a whole number from 1 to 720']]);
    for (const right of ['1', '720']) expect(readSettings({ COMITY_ANSWER_HOURS: right }).answerHours).toBe(Number(right));
  });

  it('tell every fault at once', () => {
    const faults = faultsOf({
      NODE_ENV: 'prod',
      DATABASE_URL: 'mysql://x/y',
      PORT: '70000',
      COMITY_POOL_SIZE: '1e3',
      COMITY_TRAINING: 'yes',
      COMITY_LOG_LEVEL: 'loud',
      COMITY_TRAINNING: 'on',
    });
    const names = faults.map((f) => f.split(' ')[0]);
    expect(names.sort()).toEqual(
      ['NODE_ENV', 'DATABASE_URL', 'PORT', 'COMITY_POOL_SIZE', 'COMITY_TRAINING', 'COMITY_LOG_LEVEL', 'COMITY_TRAINNING', 'COMITY_JWT_SECRET', 'COMITY_KEY_SECRET'].sort(),
    );
  });

  it.each([
    ['absent', {}],
    ['those of the demonstration', { ...DEMO_SECRETS }],
    ['those of the demonstration, exchanged', { COMITY_JWT_SECRET: DEMO_SECRETS.COMITY_KEY_SECRET, COMITY_KEY_SECRET: DEMO_SECRETS.COMITY_JWT_SECRET }],
    ['short', { COMITY_JWT_SECRET: 'short', COMITY_KEY_SECRET: 'too' }],
  ])('are refused in production when the secrets are %s', (_, secrets) => {
    expect(faultsOf({ NODE_ENV: 'production', ...secrets })).toHaveLength(2);
  });

  it('are refused when one secret serves two purposes', () => {
    expect(faultsOf({ ...production, COMITY_KEY_SECRET: strong('j') })).toEqual([expect.stringContaining('use two secrets')]);
  });

  it('are refused when the application would connect as the owner', () => {
    const url = 'postgres://owner:pw@db/comity';
    expect(faultsOf({ DATABASE_URL: url, DATABASE_MIGRATION_URL: url })).toEqual([expect.stringContaining('must not connect as the owner')]);
    expect(faultsOf({ DATABASE_MIGRATION_URL: url })).toEqual([expect.stringContaining('without DATABASE_URL')]);
  });

  it('never show a secret: neither when described nor in an error', () => {
    const settings = readSettings({ ...production, DATABASE_URL: 'postgres://login:hidden@db/comity' });
    const shown = JSON.stringify(describeSettings(settings));
    expect(shown).toContain('postgres://login@db/comity');
    for (const secret of [strong('j'), strong('k'), 'hidden']) expect(shown).not.toContain(secret);
    expect(faultsOf({ ...production, COMITY_KEY_SECRET: 'my-short-secret', DATABASE_URL: 'http://login:hidden@db' }).join()).not.toMatch(/my-short-secret|hidden/);
  });
});
