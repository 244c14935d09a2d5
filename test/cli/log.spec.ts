import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLines, LogProofs } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import type { Finding } from '../../apps/cli/src/checks/finding.js';
import { AT, fullNode, KEY_SECRET } from '../backup/full-node.js';
import type { TestDatabase } from '../support/database.js';
import { comity } from './comity.js';

// Real: PostgreSQL, the States' own keys, files. Changed by hand: rows, as superuser.
let db: TestDatabase;
let folder: string;
let exported: string;
let key: string;
const proofs = new LogProofs();
const reading = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(db.dataSource, { state: 'IS', readOnly: true, isolation: 'repeatable read' }, work);
const file = async (name: string, text: string) => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'comity-log-'));
  db = await fullNode(import.meta.url);
  await db.asSuperuser(`DELETE FROM schema_migration WHERE id > '9'; UPDATE state SET hosted = false WHERE code IN ('SG', 'VN')`);
  const lines = await reading((tx) => collect(exportLines(tx, { exportedAt: AT })));
  exported = await file('is.jsonl', `${lines.join('\n')}\n`);
  key = (await reading((tx) => proofs.checkpoint(tx))).key;
});
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

describe('comity verify', () => {
  it('holds an export to its checkpoint, to a key given, and to a checkpoint seen before', async () => {
    const seen = await file('seen', (await reading((tx) => proofs.checkpoint(tx))).note);
    const { status, json } = await comity(['verify', exported, '--state', 'IS', '--key', key, '--checkpoint', seen, '--json']);
    expect([status, json]).toMatchObject([0, { ok: true, tree: { keyGiven: true, later: 0 } }]);
    const { stdout } = await comity(['verify', exported]);
    expect(stdout).toContain("the key is the file's own");
  });

  it('verifies a proof, and not under another key', async () => {
    const [{ id }] = (await db.asSuperuser<{ id: string }>(`SELECT entry_id AS id FROM audit_position WHERE state = 'IS' AND position = 1`)) as [{ id: string }];
    const proof = await file('proof.json', JSON.stringify(await reading((tx) => proofs.inclusion(tx, id))));
    expect((await comity(['verify', proof, '--key', key])).status).toBe(0);
    const other = (await inTransaction(db.dataSource, { state: 'KZ' }, (tx) => proofs.checkpoint(tx))).key;
    expect((await comity(['verify', proof, '--key', other])).status).toBe(1);
  });

  it('says what is wrong with the command line', async () => {
    expect((await comity(['verify', exported, '--key', 'x'])).status).toBe(2);
    expect((await comity(['verify', exported, '--checkpoint', exported])).status).toBe(1);
  });
});

describe('comity check --log', () => {
  const check = async () => {
    const env = { DATABASE_URL: db.loginUrl, DATABASE_MIGRATION_URL: db.ownerUrl, COMITY_DATA_DIR: folder, COMITY_KEY_SECRET: KEY_SECRET };
    const { checks } = (await comity(['check', '--log', '--json'], env)).json as { checks: Finding[] };
    return checks.filter(({ name }) => name === 'logs');
  };

  it('finds sound logs sound, and a stored byte that was changed', async () => {
    expect(await check()).toEqual([expect.objectContaining({ ok: true, detail: expect.stringContaining('IS 4 entries, 4 in the tree') })]);
    await db.asSuperuser(`SET session_replication_role = replica; UPDATE audit_head SET root = set_byte(root, 3, get_byte(root, 3) # 1) WHERE state = 'IS'`);
    expect(await check()).toEqual([expect.objectContaining({ ok: false, detail: expect.stringContaining('IS audit_head') })]);
  });
});
