import { AccountsService, AccountStatus, hashPassword } from '@comity/access';
import { AuditLog, LogIntegrator } from '@comity/audit';
import { inTransaction, migrate, migrations, type Migration } from '@comity/database';
import { dayOf, facts } from '@comity/directory';
import { Peers, Signer } from '@comity/exchange';
import { newId, SettableClock, type StateCode } from '@comity/kernel';
import { logSigner } from '../../apps/api/src/log-signer.module.js';
import { seedDemo } from '../../apps/cli/src/demo/seed.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

export const AT = new Date('2026-11-02T08:00:00.000Z');
export const KEY_SECRET = 'a secret of thirty-two characters';

/** A table of a later version: every kind of value that a text format may spoil, behind the wall. */
export const probe: Migration = {
  id: '9001_probe',
  sql: `CREATE TABLE probe (state text NOT NULL, id integer NOT NULL, parent integer, label text, bytes bytea, doc jsonb, tags text[], amount numeric,
      ratio double precision, day date, at timestamptz, span interval, place inet, twice integer GENERATED ALWAYS AS (id * 2) STORED,
      xact xid8 NOT NULL DEFAULT pg_current_xact_id(), PRIMARY KEY (state, id), FOREIGN KEY (state, parent) REFERENCES probe (state, id));
    CALL protect_state_table('probe');
    -- Named to come before its parent in the alphabet.
    CREATE TABLE a_child (state text NOT NULL, id integer NOT NULL, PRIMARY KEY (state, id), FOREIGN KEY (state, id) REFERENCES probe (state, id));
    CALL protect_state_table('a_child');
    CREATE TABLE plain (id integer PRIMARY KEY, note text);
    CREATE TABLE left_empty (state text PRIMARY KEY);
    CALL protect_state_table('left_empty');`,
};
export const later: readonly Migration[] = [...migrations, probe];

/** A database with rows of many States in tables of every room. Real: PostgreSQL, policies, log, keys. */
export async function fullNode(fileUrl: string): Promise<TestDatabase> {
  const db = await testDatabase(fileUrl);
  await migrate(db.ownerUrl, { migrations: later });
  const accounts = new AccountsService(new AccountStatus(db.dataSource));
  await seedDemo(db.dataSource, { at: AT, passwordHash: await hashPassword('comity-demo'), accounts });
  for (const state of ['US', 'IS', 'KZ']) await plantExchangeAndLog(db, state);
  await plantProbes(db);
  return db;
}

async function plantExchangeAndLog(db: TestDatabase, state: StateCode): Promise<void> {
  const signer = new Signer(db.dataSource, { keySecret: KEY_SECRET });
  await inTransaction(db.dataSource, { state }, async (tx) => {
    const { kid, jwk } = await signer.createKey(tx, AT);
    const fact = { source: 'test', asOf: dayOf(AT), verified: true };
    await facts.publicKey(tx, { state, kid, jwk: { ...jwk }, validFrom: AT, validTo: null, ...fact });
    await new Peers().set(tx, state === 'IS' ? 'US' : 'IS', 'in-process', AT);
    const log = new AuditLog(db.dataSource);
    for (const subject of [`file:${newId()}`, `file:${newId()}`]) {
      for (const type of ['request.created', 'request.transmitted']) {
        await log.append(tx, { subject, type, at: AT, actor: { kind: 'official', state }, body: {}, personal: { reason: 'Þór\\N' } });
      }
    }
  });
  // Of one State all has its place and is signed, of another nothing yet.
  if (state !== 'US') await new LogIntegrator(db.dataSource, logSigner(signer), new SettableClock(AT)).run(state);
}

async function plantProbes(db: TestDatabase): Promise<void> {
  const odd = `E'tab\\t line\\nreturn\\r back\\\\slash \\\\N \\\\. "quoted" \u0000'`.replace('\u0000', 'Þ漢😀');
  await db.asSuperuser(`INSERT INTO probe (state, id, parent, label, bytes, doc, tags, amount, ratio, day, at, span, place)
    SELECT state, 1, NULL, ${odd}, '\\x000aff5c', '{"a": [1, null, "\\\\n"], "ñ": {}}', ARRAY[${odd}, NULL, ''], 'NaN', 0.1::float8 + 0.2, 'infinity',
      '2026-03-29 01:30:00.123456+05:30', '1 mon -2 days 03:04:05.6', '::1/128' FROM unnest(ARRAY['IS', 'US', 'AA', 'ZY']) AS state;
    INSERT INTO probe (state, id, parent, label) SELECT state, 2, 1, '' FROM unnest(ARRAY['IS', 'US']) AS state;
    INSERT INTO a_child VALUES ('IS', 2);
    INSERT INTO plain VALUES (1, NULL), (2, '\\N')`);
}

/** Rows of every table but the record of migrations, in a form that compares: what numbers transactions is left out. */
export async function everyRow(db: TestDatabase): Promise<Record<string, string[]>> {
  const tables = await db.asSuperuser<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'schema_migration' ORDER BY 1`,
  );
  const found: Record<string, string[]> = {};
  for (const { name } of tables) {
    const rows = await db.asSuperuser<{ row: string }>(`SELECT (to_jsonb(t) - 'xact')::text AS row FROM "${name}" t ORDER BY 1`);
    found[name] = rows.map(({ row }) => row);
  }
  return found;
}
