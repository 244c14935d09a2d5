import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type ClientBase, escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Refused } from '../command.js';
import { Tally } from './files.js';
import type { TablePart } from './manifest.js';
import { actFor } from './states.js';
import type { BackupTable } from './tables.js';

/**
 * Loads a part's rows, each under the State it belongs to, so that no row enters that its State could not have written.
 * By way of a temporary table: COPY into a table with policies is refused by PostgreSQL.
 * @throws Error when fewer rows arrive than the backup says
 */
export async function loadPart(client: ClientBase, folder: string, table: BackupTable, part: TablePart): Promise<void> {
  const columns = part.columns.map(escapeIdentifier).join(', ');
  const name = escapeIdentifier(table.name);
  await client.query(`CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT ${columns} FROM ${name} WITH NO DATA`);
  const tally = new Tally();
  const stream = client.query(copyFrom(`COPY incoming (${columns}) FROM STDIN`));
  await pipeline(createReadStream(join(folder, part.path), { highWaterMark: 256 * 1024 }), tally, stream);
  // Again, since the file was checked before: what counts is what was loaded.
  if (tally.sha256() !== part.sha256) throw new Refused('backup.altered', `${part.path} changed while it was being restored.`);
  const loaded = table.wall === null ? await move(client, name, columns) : await moveByState(client, name, columns, table.wall, part);
  if (loaded !== part.rows) throw new Error(`${loaded} of ${part.rows} rows of ${part.path} were restored`);
  await client.query('DROP TABLE pg_temp.incoming');
}

async function moveByState(client: ClientBase, name: string, columns: string, wall: string, part: TablePart): Promise<number> {
  const column = escapeIdentifier(wall);
  const { rows } = await client.query<{ state: string }>(`SELECT DISTINCT ${column} AS state FROM pg_temp.incoming`);
  let loaded = 0;
  for (const { state } of rows) {
    if (part.state !== null && part.state !== state) throw new Refused('backup.altered', `${part.path} holds a row of ${state}.`);
    await actFor(client, state);
    loaded += await move(client, name, columns, `WHERE ${column} = current_setting('comity.state')`);
  }
  return loaded;
}

async function move(client: ClientBase, name: string, columns: string, where = ''): Promise<number> {
  const { rowCount } = await client.query(`INSERT INTO ${name} (${columns}) SELECT ${columns} FROM pg_temp.incoming ${where}`);
  return rowCount ?? 0;
}
