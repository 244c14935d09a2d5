import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instruments } from '@comity/treaty';
import { migrations } from '@comity/database';
import type { Finding } from '../../apps/cli/src/checks/finding.js';
import { checkDatabase } from '../../apps/cli/src/checks/database.js';
import { checkLaw } from '../../apps/cli/src/checks/law.js';
import { fullNode, KEY_SECRET } from '../backup/full-node.js';
import { attachmentRow, put } from '../backup/taken-backup.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { comity } from './comity.js';

// Real: PostgreSQL, its logins and policies, files. Made up: a clock that is wrong.
let db: TestDatabase;
let dataDir: string;
const env = (change: Record<string, string> = {}): Record<string, string> => ({
  DATABASE_URL: db.loginUrl,
  DATABASE_MIGRATION_URL: db.ownerUrl,
  COMITY_DATA_DIR: dataDir,
  COMITY_KEY_SECRET: KEY_SECRET,
  ...change,
});

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'comity-check-'));
  db = await testDatabase(import.meta.url);
});
afterAll(async () => {
  await db.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function checked(change: Record<string, string> = {}): Promise<{ status: number; faults: string[]; names: string[] }> {
  const { status, json } = await comity(['check', '--json'], env(change));
  const { ok, checks } = json as { ok: boolean; checks: Finding[] };
  expect(ok).toBe(status === 0);
  return { status, names: checks.map(({ name }) => name), faults: checks.filter((c) => !c.ok).map(({ name, detail }) => `${name}: ${detail}`) };
}

describe('comity check', () => {
  it('finds a migrated node sound, and says what it looked at', async () => {
    const { status, faults, names } = await checked();
    expect({ status, faults }).toEqual({ status: 0, faults: [] });
    expect(names).toEqual(['settings', 'statecharts', 'instruments', 'storage', 'database', 'login', 'migrations', 'clock', 'hosted States', 'stored files']);
    const { stdout } = await comity(['check'], env());
    expect(stdout.trim().split('\n').every((line) => line.startsWith('ok '))).toBe(true);
  });

  it('tells every fault of the settings, and looks at the rest that needs none', async () => {
    const { status, faults } = await checked({ PORT: 'x', COMITY_WORKER: 'perhaps' });
    expect(status).toBe(1);
    expect(faults).toEqual([expect.stringContaining('PORT'), expect.stringContaining('COMITY_WORKER')]);
  });

  it('finds a database out of reach', async () => {
    const { faults } = await checked({ DATABASE_URL: 'postgres://login:pw@127.0.0.1:1/comity' });
    expect(faults).toEqual([expect.stringMatching(/^database: .*see that the server runs/)]);
  });

  it('finds a login that could go round the wall', async () => {
    const { faults } = await checked({ DATABASE_URL: db.superuserUrl });
    expect(faults).toEqual(expect.arrayContaining([expect.stringMatching(/^login: postgres: it is a superuser/)]));
  });

  it('finds storage that takes no file', async () => {
    const file = join(dataDir, 'a-file');
    await writeFile(file, '');
    const { faults } = await checked({ COMITY_DATA_DIR: join(file, 'below') });
    expect(faults).toEqual([expect.stringMatching(/^storage: .*cannot be written/)]);
  });
});

describe('what hosted States need', () => {
  let node: TestDatabase;
  beforeAll(async () => {
    node = await fullNode(import.meta.url);
    // The probe tables of that node are of no known version.
    await node.asSuperuser(`DELETE FROM schema_migration WHERE id > '9'`);
  });
  afterAll(() => node.close());
  const of = (change: Record<string, string> = {}) => checked({ DATABASE_URL: node.loginUrl, DATABASE_MIGRATION_URL: node.ownerUrl, ...change });

  it('is missing for a State without a key', async () => {
    expect((await of()).faults).toEqual(['SG', 'VN'].map((state) => expect.stringContaining(`${state} has no signing key`)));
  });

  it('is there when each State that the directory says is hosted has a published key', async () => {
    await node.asSuperuser(`UPDATE state SET hosted = false WHERE code IN ('SG', 'VN')`);
    expect((await of()).faults).toEqual([]);
  });

  it('is missing when rows name a file that the store does not have, and not once it was erased', async () => {
    await node.asSuperuser(attachmentRow('IS', 'ab'.repeat(32)));
    expect((await of()).faults).toEqual([`stored files: blobs/IS/ab/${'ab'.repeat(32)} is named by a row and not in the store: take it from a backup`]);
    await put(join(dataDir, `blobs/IS/ab/${'ab'.repeat(32)}`), 'there');
    expect((await of()).faults).toEqual([]);
    await node.asSuperuser(attachmentRow('IS', 'cd'.repeat(32)));
    await node.asSuperuser('UPDATE attachment SET erased_at = now()');
    expect((await of()).faults).toEqual([]);
  });

  it('is missing when the secret is not the one the keys were wrapped with', async () => {
    const { faults } = await of({ COMITY_KEY_SECRET: 'another secret of 32 characters ' });
    expect(faults).toHaveLength(3);
    for (const fault of faults) expect(fault).toContain('cannot be unwrapped');
  });

  it('is missing when the directory does not publish the key', async () => {
    await node.asSuperuser(`UPDATE state_key SET valid_to = valid_from WHERE state = 'US'`);
    expect((await of()).faults).toEqual([expect.stringMatching(/US .*the directory does not publish today/)]);
  });
});

describe('planted faults', () => {
  const clock = { now: () => new Date() };
  const faultsOf = (findings: Finding[]): string[] => findings.filter((f) => !f.ok).map(({ name, detail }) => `${name}: ${detail}`);

  it('finds a clock three seconds away', async () => {
    const late = { now: () => new Date(Date.now() - 3_000) };
    expect(faultsOf(await checkDatabase(db.dataSource, late))).toEqual([expect.stringMatching(/^clock: (2\.9|3\.0) s away/)]);
  });

  it('finds a migration still to be run, one run by a newer version, and one that was changed', async () => {
    const [first, ...rest] = migrations;
    const known = [{ ...first!, sql: 'SELECT 1' }, ...rest.slice(0, -1), { id: '9000_next', sql: 'SELECT 2' }];
    expect(faultsOf(await checkDatabase(db.dataSource, clock, known))).toEqual([
      expect.stringContaining('9000_next is still to be run'),
      expect.stringContaining('0001_roles is not what was run here'),
      expect.stringContaining('was run by a newer version'),
    ]);
  });

  it('finds an unsound instrument and an unsound statechart', () => {
    const [profile] = instruments();
    const faults = faultsOf(checkLaw([{ ...profile!, rules: [] }], ['the state x cannot be reached']));
    expect(faults).toEqual(expect.arrayContaining([expect.stringMatching(/^statecharts: the state x/), expect.stringMatching(/^instruments: uncc-2024: .*cites/)]));
  });
});
