import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withClient } from '../../../../test/support/database.js';
import { readRecord } from '../embedded/cluster.js';
import { runningServer, stop } from '../embedded/server.js';

/** A new folder for an embedded server, and what a test asks of the server in it. */
export class ServerFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'comity-embedded-'));

  constructor() {
    chmodSync(this.path, 0o755);
  }

  /** Of the server, while it runs. */
  pid(): number | undefined {
    return runningServer(readRecord(this.path)?.data ?? '')?.pid;
  }

  /** Stops the server, whoever started it, and removes the folder. */
  async remove(): Promise<void> {
    const record = readRecord(this.path);
    if (record) await stop(record.data);
    rmSync(this.path, { recursive: true, force: true });
  }
}

export const ask = (url: string, sql: string): Promise<unknown[]> => withClient(url, async (c) => (await c.query(sql)).rows as unknown[]);
