import { ComityDataSource, locateDatabase } from '@comity/database';
import { SystemClock, type Clock } from '@comity/kernel';
import { readSettings, SettingsError, type Settings } from '../../../../config/settings.js';
import type { Environment } from '../command.js';
import { checkDatabase } from './database.js';
import { type Finding, fault, findings, sound } from './finding.js';
import { checkHostedStates } from './hosted.js';
import { checkLaw } from './law.js';
import { checkLogs } from './logs.js';
import { checkStorage, checkStoredFiles } from './storage.js';

/** Everything that must hold before a node may serve; what cannot be asked because of an earlier fault is left out. */
export async function checkNode(env: Environment, { clock = new SystemClock(), log = false }: { clock?: Clock; log?: boolean } = {}): Promise<Finding[]> {
  const law = checkLaw();
  let settings: Settings;
  try {
    settings = readSettings(env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return [...findings('settings', error.faults, ''), ...law];
  }
  const storage = await checkStorage(settings.dataDir);
  // Without a database of its own the embedded server lies in the data folder: it would fail for the same reason.
  const database = storage.ok || settings.databaseUrl !== undefined ? await withDatabase(settings, clock, log) : [];
  return [sound('settings', `complete, for ${settings.environment}`), ...law, storage, ...database];
}

async function withDatabase(settings: Settings, clock: Clock, log: boolean): Promise<Finding[]> {
  let close = async (): Promise<void> => undefined;
  try {
    const urls = await locateDatabase(settings);
    close = async () => urls.server?.stop();
    const db = new ComityDataSource({ url: urls.login, poolSize: 2, onClosed: close });
    close = () => db.destroy();
    await db.initialize();
    const findings = await checkDatabase(db, clock);
    if (findings.some(({ name, ok }) => name === 'migrations' && !ok)) return findings;
    const at = clock.now();
    return [...findings, ...(await checkHostedStates(db, { ...settings, at })), ...(await checkStoredFiles(db, settings.dataDir)), ...(log ? await checkLogs(db, at) : [])];
  } catch (error) {
    return [fault('database', `${reason(error)}: see that the server runs and that DATABASE_URL is right`)];
  } finally {
    await close();
  }
}

/** A refused connection to a name with several addresses has no message of its own. */
function reason(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || 'not reachable';
}
