import { inTransaction, type Tx } from '@comity/database';
import { newId, type Official, type Role } from '@comity/kernel';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { DirectoryKeyRing } from './directory-key-ring.js';
import { DirectoryRegister } from './directory-register.js';
import { DirectoryService } from './directory.service.js';
import { facts } from './facts.js';

// Real: PostgreSQL under row-level security. Nothing is fake.
const AT = new Date('2026-11-02T08:00:00.000Z');
const ON = '2026-11-02';
const FACT = {
  validFrom: '2020-01-01',
  validTo: null,
  source: 'notification to the depositary',
  asOf: '2026-01-01',
  verified: true,
};
const SOURCED = { validFrom: '2026-01-01', source: 'circular note', asOf: '2026-01-01', verified: true };
const directory = new DirectoryService();
const register = new DirectoryRegister(directory);
let db: TestDatabase;

const within = <T>(state: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
  inTransaction(db.dataSource, { state }, work);
const official = (state: string, role: Role = 'administrator'): Official => ({
  kind: 'official',
  state,
  accountId: 'a',
  authorityId: `${state}-central-authority`,
  username: role,
  roles: [role],
});

beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  for (const code of ['KZ', 'VN', 'TH']) {
    await within(code, async (tx) => {
      await facts.state(tx, { code, hosted: code !== 'TH', ...FACT });
      const own = {
        id: `${code}-central-authority`,
        kind: 'central' as const,
        name: 'Central authority',
        timeZone: 'UTC',
      };
      await facts.authority(tx, { state: code, ...own, languages: ['en'], networks: [], territory: null, ...FACT });
      await facts.acceptedLanguage(tx, { state: code, language: 'en', ...FACT });
    });
  }
});
afterAll(() => db.close());

const authority = (slug: string) => ({
  slug,
  kind: 'competent' as const,
  name: 'Executing office',
  timeZone: 'Asia/Almaty',
  languages: ['kk'],
  ...SOURCED,
});

describe('the directory', () => {
  it('is read by everybody, each fact with its dates and source', async () => {
    const states = await within('VN', (tx) => directory.states(tx, ON));
    expect(states.map((state) => state.code)).toEqual(['KZ', 'TH', 'VN']);
    expect(states[0]).toEqual({ code: 'KZ', hosted: true, ...FACT });
    expect(await within('VN', (tx) => directory.hostedStates(tx))).toEqual(['KZ', 'VN']);
    expect(await within('VN', (tx) => directory.authorities(tx, 'KZ', ON))).toHaveLength(1);
    expect(await within('VN', (tx) => directory.languagesAccepted(tx, 'KZ', ON))).toEqual(['en']);
    expect(await within('VN', (tx) => directory.state(tx, 'FR', ON))).toBeUndefined();
  });

  it('tells what held on the day asked for', async () => {
    expect(await within('VN', (tx) => directory.states(tx, '2019-12-31'))).toEqual([]);
    const dto = { language: 'kk', ...SOURCED };
    await within('KZ', (tx) => register.recordLanguage(tx, official('KZ'), dto, AT));
    await within('KZ', (tx) => register.end(tx, official('KZ'), 'acceptedLanguage', 'kk', '2026-06-01', AT));
    expect(await within('VN', (tx) => directory.languagesAccepted(tx, 'KZ', '2026-05-31'))).toEqual(['en', 'kk']);
    expect(await within('VN', (tx) => directory.languagesAccepted(tx, 'KZ', '2026-06-01'))).toEqual(['en']);
  });

  it('UNCC 40(12): takes an authority and its competence from an administrator of its own State', async () => {
    const row = await within('KZ', (tx) => register.recordAuthority(tx, official('KZ'), authority('executing-office'), AT));
    expect(row.id).toBe('KZ-executing-office');
    expect(await within('VN', (tx) => directory.authority(tx, 'KZ', row.id))).toEqual(row);
    const dto = { authorityId: row.id, stage: 'execute' as const, instrument: 'uncc-2024', ...SOURCED };
    const competence = await within('KZ', (tx) => register.recordCompetence(tx, official('KZ'), dto, AT));
    expect(await within('VN', (tx) => directory.competences(tx, 'KZ', ON))).toEqual([competence]);
    await expect(
      within('KZ', (tx) => register.recordAuthority(tx, official('KZ'), authority('executing-office'), AT)),
    ).rejects.toMatchObject({ code: 'authority.exists' });
  });

  it('is written by nobody else', async () => {
    for (const role of ['central-authority', 'auditor', 'case-officer'] as Role[]) {
      await expect(
        within('KZ', (tx) => register.recordAuthority(tx, official('KZ', role), authority('x'), AT)),
      ).rejects.toMatchObject({ code: 'permission.lacking' });
    }
    await expect(
      within('KZ', (tx) => register.recordAuthority(tx, official('VN'), authority('x'), AT)),
    ).rejects.toMatchObject({ code: 'permission.lacking' });
  });

  it('holds under it: a State writes, ends and takes over no fact of another, with the first wall off', async () => {
    const foreign = {
      state: 'VN',
      id: 'VN-false-desk',
      kind: 'central' as const,
      name: 'False',
      timeZone: 'UTC',
      languages: [],
      networks: [],
      territory: null,
      ...FACT,
    };
    await expect(within('KZ', (tx) => facts.authority(tx, foreign))).rejects.toThrow(/row-level security/);
    await expect(
      within('KZ', (tx) => facts.publicKey(tx, { state: 'VN', kid: 'k', jwk: {}, ...FACT, validFrom: AT })),
    ).rejects.toThrow(/row-level security/);
    await expect(within('KZ', (tx) => facts.state(tx, { code: 'FR', hosted: true, ...FACT }))).rejects.toThrow(
      /row-level security/,
    );
    for (const sql of [
      `UPDATE authority SET valid_to = '2026-01-01' WHERE state = 'VN' RETURNING 1`,
      `UPDATE state SET hosted = false WHERE code = 'VN' RETURNING 1`,
    ]) {
      expect(await within('KZ', (tx) => tx.query(sql))).toEqual([]);
    }
    await expect(
      within('KZ', (tx) => tx.query(`UPDATE authority SET state = 'VN' WHERE state = 'KZ'`)),
    ).rejects.toThrow(/permission denied/);
    await expect(within('KZ', (tx) => tx.query(`DELETE FROM authority WHERE state = 'KZ'`))).rejects.toThrow(
      /permission denied/,
    );
  });
});

describe('an arrangement', () => {
  const dto = {
    requesting: 'KZ',
    requested: 'VN',
    instrument: 'uncc-2024',
    mode: 'training' as const,
    reason: 'before entry into force',
    validFrom: '2026-02-01',
  };

  it('holds for the files of the State that recorded it, from its day to its end', async () => {
    const row = await within('KZ', (tx) => register.recordArrangement(tx, official('KZ'), dto, AT));
    expect(row).toMatchObject({ recordedState: 'KZ', recordedBy: 'KZ-central-authority', validTo: null });
    const found = (state: string, on: string) => within(state, (tx) => directory.arrangements(tx, 'KZ', 'VN', on));
    expect(await found('KZ', ON)).toEqual([row]);
    expect(await found('KZ', '2026-01-31')).toEqual([]);
    expect(await found('VN', ON)).toEqual([]);
    expect(await within('VN', (tx) => directory.arrangementsOf(tx, 'KZ'))).toEqual([row]);
    await within('KZ', (tx) => register.end(tx, official('KZ'), 'arrangement', row.id, ON, AT));
    expect(await found('KZ', ON)).toEqual([]);
    await expect(
      within('KZ', (tx) => register.end(tx, official('KZ'), 'arrangement', row.id, ON, AT)),
    ).rejects.toMatchObject({ status: 404, code: 'fact.unknown' });
  });

  it('is recorded and ended by no other State, with the first wall off', async () => {
    const own = { recordedState: 'VN', recordedBy: 'VN-central-authority', id: newId(), validTo: null };
    const planted = { ...dto, ...own, validFrom: '2026-03-01' };
    await expect(within('KZ', (tx) => facts.arrangement(tx, planted))).rejects.toThrow(/row-level security/);
    await within('VN', (tx) => facts.arrangement(tx, planted));
    const end = `UPDATE arrangement SET valid_to = '2026-04-01' WHERE recorded_state = 'VN' RETURNING 1`;
    expect(await within('KZ', (tx) => tx.query(end))).toEqual([]);
    // Negative control: the State itself may.
    expect(await within('VN', (tx) => tx.query(end))).toHaveLength(1);
  });

  it('is between the own State and another', async () => {
    const record = (change: object) =>
      within('KZ', (tx) => register.recordArrangement(tx, official('KZ'), { ...dto, ...change }, AT));
    await expect(record({ requesting: 'TH' })).rejects.toMatchObject({ status: 422, code: 'arrangement.not-own' });
    await expect(record({ requested: 'KZ' })).rejects.toMatchObject({ code: 'arrangement.not-own' });
    await expect(record({ requested: 'QQ' })).rejects.toMatchObject({ code: 'state.unknown' });
  });
});

describe('a public key', () => {
  it('verifies from its first instant to its last, and is never a private one', async () => {
    const key = {
      state: 'KZ',
      kid: 'kz-1',
      jwk: { kty: 'OKP', crv: 'Ed25519', x: 'abc' },
      ...FACT,
      validFrom: AT,
      validTo: new Date(AT.getTime() + 1000),
    };
    await within('KZ', (tx) => facts.publicKey(tx, key));
    const ring = new DirectoryKeyRing(db.dataSource, directory);
    expect(await ring.publicKeys('KZ', AT)).toEqual([{ kid: 'kz-1', jwk: key.jwk }]);
    expect(await ring.publicKeys('KZ', key.validTo)).toEqual([]);
    const leaked = within('KZ', (tx) => facts.publicKey(tx, { ...key, kid: 'kz-2', jwk: { ...key.jwk, d: 'secret' } }));
    await expect(leaked).rejects.toThrow(/check constraint/);
  });
});
