import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTransaction, openDatabase } from '@comity/database';
import { load } from 'js-yaml';
import { readSettings, SettingsError } from '../../config/settings.js';
import { variables } from '../../config/settings-variables.js';
import { serverUrl, testDatabase, withClient } from '../support/database.js';

// There is no container engine here: what can be tested of the files without one is tested.
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Service {
  image?: string;
  build?: string;
  command?: string[];
  environment: Record<string, string>;
  volumes: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
}
const compose = load(read('docker-compose.yml')) as { services: { db: Service; app: Service }; volumes: Record<string, unknown> };
const { db, app } = compose.services;

/** Values as compose gives them to a container: `${NAME:-default}` replaced. */
function given(values: Record<string, string>, env: Record<string, string> = {}): Record<string, string> {
  const fill = (text: string): string => text.replace(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, absent: string) => env[name] || absent);
  return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, fill(String(text))]));
}

describe('docker compose', () => {
  it('runs the application over a healthy PostgreSQL 17, each with a volume of its own', () => {
    expect(db.image).toBe('postgres:17');
    expect(app.depends_on).toEqual({ db: { condition: 'service_healthy' } });
    expect(db.healthcheck?.test[0]).toBe('CMD');
    const named = [...db.volumes, ...app.volumes].map((v) => v.split(':')[0]!).filter((v) => !v.startsWith('.'));
    expect(new Set(named)).toEqual(new Set(Object.keys(compose.volumes)));
    expect(db.ports).toBeUndefined();
    expect(app.ports!.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
  });

  it('names only settings that there are', () => {
    expect(Object.keys(app.environment).filter((name) => name !== 'NODE_ENV' && !(name in variables))).toEqual([]);
  });

  it('describes a node for the demonstration as it stands', () => {
    const settings = readSettings(given(app.environment));
    expect(given({ command: app.command![0]! })).toEqual({ command: 'demo' });
    expect(settings).toMatchObject({ environment: 'development', host: '0.0.0.0', dataDir: '/data' });
    expect(new URL(settings.databaseUrl!)).toMatchObject({ hostname: 'db', username: 'comity_login', pathname: '/comity' });
    expect(new URL(settings.databaseMigrationUrl!)).toMatchObject({ hostname: 'db', username: 'comity_owner', pathname: '/comity' });
  });

  it('refuses to start in production without secrets, and starts with them', () => {
    expect(() => readSettings(given(app.environment, { NODE_ENV: 'production' }))).toThrow(SettingsError);
    const secrets = { COMITY_JWT_SECRET: 'j'.repeat(40), COMITY_KEY_SECRET: 'k'.repeat(40) };
    expect(readSettings(given(app.environment, { NODE_ENV: 'production', ...secrets })).environment).toBe('production');
  });

  it('gives the application the passwords that it gives the database', () => {
    const [server, client] = [given(db.environment, { LOGIN_PASSWORD: 'one', OWNER_PASSWORD: 'two' }), given(app.environment, { LOGIN_PASSWORD: 'one', OWNER_PASSWORD: 'two' })];
    expect(new URL(client.DATABASE_URL!).password).toBe(server.COMITY_LOGIN_PASSWORD);
    expect(new URL(client.DATABASE_MIGRATION_URL!).password).toBe(server.COMITY_OWNER_PASSWORD);
  });
});

describe('the script that prepares the database', () => {
  const names = { comity_owner: 'compose_owner', comity_login: 'compose_login', comity: 'compose_test' };
  const script = read('docker/database.sql');

  it('takes its passwords from variables that compose sets', () => {
    const taken = [...script.matchAll(/^\\getenv (\w+) (\w+)$/gm)].map((m) => m[2]);
    expect(taken.length).toBe(2);
    for (const name of taken) expect(Object.keys(db.environment)).toContain(name);
  });

  it('makes an owner who can migrate and a login without rights of its own', async () => {
    // Roles belong to the whole server, which has those names already: other names, the same statements.
    const sql = script
      .replace(/^\\.*$/gm, '')
      .replace(/:'\w+'/g, `'secret'`)
      .replace(/\bcomity(_owner|_login)?\b/g, (name) => names[name as keyof typeof names]);
    const statements = sql.replace(/^--.*$/gm, '').split(';').filter((text) => text.trim() !== '');
    // Their owner must have made the three roles before another owner finds them there.
    await (await testDatabase(import.meta.url)).close();
    await withClient(serverUrl('postgres', 'postgres'), async (admin) => {
      try {
        for (const statement of statements) await admin.query(statement);
        // On a new server the owner makes these roles and may grant them; here they are there already.
        await admin.query('GRANT comity_app, comity_worker, comity_operator TO compose_owner WITH ADMIN OPTION');
        const url = (user: string): string => {
          const at = new URL(serverUrl('postgres', names.comity));
          return Object.assign(at, { username: user, password: 'secret' }).href;
        };
        const settings = { databaseUrl: url('compose_login'), databaseMigrationUrl: url('compose_owner'), dataDir: '/nonexistent', poolSize: 2 };
        const { dataSource, migrated, stop } = await openDatabase(settings);
        expect(migrated.length).toBeGreaterThan(0);
        expect(await inTransaction(dataSource, { state: 'IS' }, (tx) => tx.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
        await stop();
      } finally {
        await admin.query('DROP DATABASE IF EXISTS compose_test WITH (FORCE)');
        await admin.query('DROP ROLE IF EXISTS compose_login');
        await admin.query('DROP ROLE IF EXISTS compose_owner');
      }
    });
  });
});

describe('the Dockerfile', () => {
  const lines = read('Dockerfile').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

  it('runs as a user without rights, on the Node that the package asks for, and can be asked for its health', () => {
    expect(last).toContain('USER node');
    expect(last.indexOf('USER node')).toBeLessThan(last.findIndex((line) => line.startsWith('ENTRYPOINT')));
    expect(lines.filter((line) => line.startsWith('FROM ')).every((line) => line.startsWith('FROM node:20-slim'))).toBe(true);
    expect(last.some((line) => line.startsWith('HEALTHCHECK'))).toBe(true);
  });

  it('starts the program that npm start builds, in production', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const entry = /"(dist\/[^"]+)"/.exec(last.find((line) => line.startsWith('ENTRYPOINT'))!)![1]!;
    expect(scripts.start).toContain(`node ${entry} start`);
    expect(last.some((line) => /^ENV NODE_ENV=production /.test(line))).toBe(true);
  });

  it('is given by .dockerignore all that it builds from', () => {
    const kept = read('.dockerignore').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    for (const name of kept) expect({ name, exists: existsSync(join(root, name)) }).toEqual({ name, exists: true });
    const needed = ['package.json', 'package-lock.json', 'nest-cli.json', 'tsconfig.json', 'apps', 'libs', 'config', 'LICENSE'];
    expect(kept).toEqual(expect.arrayContaining(needed));
  });
});
