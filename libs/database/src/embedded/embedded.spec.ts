import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ask, ServerFolder } from '../testing/server-folder.js';
import { startEmbedded } from './embedded.js';

// The short ones; embedded.deep.spec.ts kills processes, starts several at once, and starts as root.
let folder: ServerFolder;
beforeEach(() => {
  folder = new ServerFolder();
});
afterEach(() => folder.remove());

describe('the embedded server', () => {
  it('starts on an empty folder, with fsync, for two accounts of which one is powerless', async () => {
    const server = await startEmbedded(folder.path);
    expect(await ask(server.url('comity_login', 'postgres'), `SELECT current_user::text AS who, current_setting('fsync') AS fsync`)).toEqual([
      { who: 'comity_login', fsync: 'on' },
    ]);
    const roles = `SELECT rolname, rolsuper, rolinherit, rolcreaterole FROM pg_roles WHERE rolname LIKE 'comity_%' ORDER BY 1`;
    expect(await ask(server.url('comity_owner', 'postgres'), roles)).toEqual([
      { rolname: 'comity_login', rolsuper: false, rolinherit: false, rolcreaterole: false },
      { rolname: 'comity_owner', rolsuper: false, rolinherit: true, rolcreaterole: true },
    ]);
    expect(statSync(join(folder.path, 'postgres.json')).mode & 0o777).toBe(0o600);
    await server.stop();
    expect(folder.pid()).toBeUndefined();
  });

  it('keeps its data, port and passwords from one start to the next, and tells what to do when its passwords are gone', async () => {
    const first = await startEmbedded(folder.path);
    await ask(first.url('postgres', 'postgres'), 'CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)');
    await first.stop();
    const second = await startEmbedded(folder.path);
    expect(second.record).toEqual(first.record);
    expect(await ask(first.url('postgres', 'postgres'), 'SELECT * FROM kept')).toEqual([{ id: 1 }]);
    await second.stop();
    rmSync(join(folder.path, 'postgres.json'));
    await expect(startEmbedded(folder.path)).rejects.toThrow('its passwords');
  });
});
