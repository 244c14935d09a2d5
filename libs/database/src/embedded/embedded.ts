import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { alone } from './alone.js';
import { serverAccount, type Account } from './account.js';
import { findBinaries } from './binaries.js';
import { clusterUrl, ensureAccounts, newPasswords, readRecord, writeRecord, type ClusterRecord } from './cluster.js';
import { barrier } from './reach.js';
import { freePort, initialise, isAlive, runningServer, start, stop } from './server.js';

/** The embedded PostgreSQL of one data folder, running. */
export interface EmbeddedServer {
  record: ClusterRecord;
  /** Whether this process started the server, or took it over from one that died. */
  ours: boolean;
  url(user: keyof ClusterRecord['passwords'], database: string): string;
  /** Stops the server if it is ours; may be called again. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Settings of the server, `name=value`: tests switch fsync off; nothing else should. */
  flags?: readonly string[];
}

/**
 * Starts the embedded server of a data folder, or joins the one that runs there already.
 *
 * A server outlives a Node process that was killed. The next process finds it by `postmaster.pid`, and takes it over
 * if the process that started it is gone.
 */
export async function startEmbedded(dataDir: string, options: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  const folder = resolve(dataDir);
  mkdirSync(folder, { recursive: true });
  return alone(join(folder, 'starting.pid'), () => joinOrStart(folder, options));
}

async function joinOrStart(folder: string, options: EmbeddedOptions): Promise<EmbeddedServer> {
  const known = readRecord(folder);
  const data = known?.data ?? placeForData(folder);
  const running = await settled(data);
  if (known && running) {
    const ours = known.startedBy === process.pid || !isAlive(known.startedBy);
    const record = { ...known, port: running.port, startedBy: ours ? process.pid : known.startedBy };
    if (ours) writeRecord(folder, record);
    return handle(record, ours);
  }
  return startHere(folder, data, known, options);
}

async function startHere(folder: string, data: string, known: ClusterRecord | undefined, options: EmbeddedOptions): Promise<EmbeddedServer> {
  const account = serverAccount(data);
  const binaries = findBinaries(account);
  const record: ClusterRecord = { data, port: known?.port ?? 0, startedBy: process.pid, passwords: known?.passwords ?? newPasswords() };
  if (!existsSync(join(data, 'PG_VERSION'))) {
    await initialise(binaries, account, data, record.passwords.postgres);
  } else if (!known) {
    throw new Error(`${data} holds a database, but its passwords (${join(folder, 'postgres.json')}) are gone: restore that file, or move the data away to start anew`);
  }
  writeRecord(folder, record);
  const logFile = join(folder, 'postgres.log');
  const attempt = async (port: number): Promise<void> => {
    record.port = port;
    await start(binaries, account, data, { port, logFile, flags: options.flags });
  };
  if (record.port === 0) await attempt(await freePort());
  // Someone else may have taken the port since the last start.
  else await attempt(record.port).catch(async () => attempt(await freePort()));
  writeRecord(folder, record);
  await ensureAccounts(record);
  return handle(record, true);
}

/** A server found while it starts or stops: wait until it is one or the other. */
async function settled(data: string): Promise<{ port: number } | undefined> {
  for (let waited = 0; waited < 30_000; waited += 50) {
    const running = runningServer(data);
    if (!running || running.ready) return running;
    await sleep(50);
  }
  throw new Error(`the PostgreSQL server over ${data} neither starts nor stops: end it, then start again`);
}

/** Root's checkout may lie where the server's account cannot go; its data then go where system services keep theirs. */
function placeForData(folder: string): string {
  const wanted = join(folder, 'postgres');
  const account: Account | undefined = serverAccount(wanted);
  if (!barrier(folder, account)) return wanted;
  const place = join('/var/lib/comity', createHash('sha256').update(folder).digest('hex').slice(0, 12));
  try {
    mkdirSync('/var/lib/comity', { recursive: true });
    chmodSync('/var/lib/comity', 0o755);
  } catch (cause) {
    throw new Error(
      `The account that runs PostgreSQL may not pass ${barrier(folder, account)}, and /var/lib/comity cannot be made. ` +
        'Set COMITY_DATA_DIR to a folder that every user may enter, or DATABASE_URL to a PostgreSQL server.',
      { cause },
    );
  }
  return place;
}

function handle(record: ClusterRecord, ours: boolean): EmbeddedServer {
  let stopping: Promise<void> | undefined;
  return {
    record,
    ours,
    url: (user, database) => clusterUrl(record, user, database),
    stop: () => (stopping ??= ours ? stop(record.data) : Promise.resolve()),
  };
}
