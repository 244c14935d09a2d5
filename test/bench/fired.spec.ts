import { newId } from '@comity/kernel';
import pg from 'pg';
import { firedOf } from '../../apps/cli/src/bench/clocks.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

describe('acts of the clock that the bench counts', () => {
  let db: TestDatabase;
  let owner: pg.Client;
  beforeAll(async () => {
    db = await testDatabase(import.meta.url);
    owner = new pg.Client({ connectionString: db.superuserUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await db.close();
  });

  it('are those carried out: a term that came too late, or whose event an official brought about, is not among them', async () => {
    await owner.query('CREATE TEMP TABLE deadline (state text, id uuid, file_id uuid, measure integer, fires text, status text)');
    await owner.query('CREATE TEMP TABLE file_event (state text, file_id uuid, measure integer, type text, source text)');
    const term = async (status: string, source?: string): Promise<string> => {
      const [id, file] = [newId(), newId()];
      await owner.query(`INSERT INTO deadline VALUES ('FR', $1, $2, 1, 'LAPSE_CONSULTATION', $3)`, [id, file, status]);
      if (source) await owner.query(`INSERT INTO file_event VALUES ('FR', $1, 1, 'LAPSE_CONSULTATION', $2)`, [file, source]);
      return id;
    };
    const [carriedOut, tooLate, byOfficial, waiting] = [await term('fired', 'clock'), await term('fired'), await term('fired', 'official'), await term('open')];
    expect(await firedOf(owner, 'FR', [carriedOut, tooLate, byOfficial, waiting])).toEqual([carriedOut]);
  });
});
