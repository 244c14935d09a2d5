import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccountsService, hashPassword } from '@comity/access';
import { verifyExport } from '@comity/audit';
import { SettableClock, type Clock } from '@comity/kernel';
import { DEMO_ACCOUNTS, DEMO_OPERATOR, DEMO_PASSWORD } from '../../../../config/demo/accounts.js';
import { DEMO_STATES } from '../../../../config/demo/states.js';
import type { Settings } from '../../../../config/settings.js';
import { createApp } from '../../../api/src/bootstrap.js';
import { HostingService } from '../../../api/src/hosting.service.js';
import { stopOnSignals } from '../../../api/src/stop-on-signals.js';
import { ClockWorker, createLogger, LogWorker, Worker } from '../../../worker/src/index.js';
import { DataSource } from 'typeorm';
import { Refused } from '../command.js';
import type { Output } from '../output.js';
import { Desk } from './desk.js';
import { silkRoad } from './plays.js';
import { kazakhstanVietNam } from './preserve-trace-obtain.js';
import { seedDemo } from './seed.js';
import type { Stage } from './stage.js';

export interface DemoCall {
  settings: Settings;
  /** End after verifying, instead of staying up. */
  once: boolean;
  out: Output;
}

/** The play's clock, until it is let go: then the system's. */
class DemoClock extends SettableClock implements Clock {
  private released = false;

  override now(): Date {
    return this.released ? new Date() : super.now();
  }

  release(): void {
    this.released = true;
  }
}

/**
 * Migrates, seeds, serves API and worker in this process, plays the scenarios through the public HTTP API, and
 * verifies both States' logs. @returns the exit status: 1 when anything came out otherwise than it must
 */
export async function playDemo({ settings, once, out }: DemoCall): Promise<number> {
  if (settings.environment === 'production') throw new Refused('demo.in-production', 'The demonstration has known passwords: it does not run with NODE_ENV=production.');
  const clock = new DemoClock(new Date('2013-01-01T00:00:00.000Z'));
  const logger = createLogger(once ? 'error' : settings.logLevel === 'info' ? 'warn' : settings.logLevel);
  // The worker is driven by the play, so that each step is seen on both sides before the next.
  const app = await createApp({ settings: { ...settings, training: true, worker: false }, clock, logger });
  try {
    await seed(app, clock);
    await app.listen(once ? 0 : settings.port, settings.host);
    const url = await app.getUrl();
    const [worker, clockWorker, logWorker] = [app.get(Worker, { strict: false }), app.get(ClockWorker, { strict: false }), app.get(LogWorker, { strict: false })];
    const settle = async (): Promise<void> => void [await worker.drain(), await clockWorker.drain(), await worker.drain(), await logWorker.drain()];
    const options = { base: `${url}/api/v1`, password: DEMO_PASSWORD, clock, out, settle };
    const stages = [await silkRoad(options), ...(await kazakhstanVietNam(options))];
    const differences = [...stages.flatMap((s) => s.differences), ...(await verifyLogs(stages, options.base, out))];
    for (const difference of differences) out.complain(`differs: ${difference}`);
    out.text(differences.length === 0 ? '\nEverything came out as it must.' : `\n${differences.length} difference(s).`);
    out.result({ ok: differences.length === 0, requests: stages.map((s) => s.id), differences });
    if (once) {
      await app.close();
      return differences.length === 0 ? 0 : 1;
    }
    clock.release();
    worker.start();
    clockWorker.start();
    logWorker.start();
    stopOnSignals(app, logger);
    tellLogins(url, out);
    return 0;
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function seed(app: NestFastifyApplication, clock: Clock): Promise<void> {
  const at = clock.now();
  await seedDemo(app.get(DataSource), { at, passwordHash: await hashPassword(DEMO_PASSWORD), accounts: app.get(AccountsService, { strict: false }) });
  await app.get(HostingService, { strict: false }).hostAll(at);
}

/** Each State's log, exported by its auditor and verified with nothing but the export. */
async function verifyLogs(stages: Stage[], base: string, out: Output): Promise<string[]> {
  const differences: string[] = [];
  out.text('\nLogs, verified from their exports alone:');
  for (const state of new Set(stages.flatMap((s) => [s.requesting, s.requested]))) {
    const auditor = await Desk.signIn(base, state, 'auditor', DEMO_PASSWORD);
    const text = await auditor.text('/audit/export');
    const report = await verifyExport(text.split('\n').slice(0, -1), { state });
    out.say(`  ${state}: ${report.ok ? 'holds' : 'DOES NOT HOLD'}, ${report.entries} entries in ${report.subjects} chains, SHA-256 ${report.sha256?.slice(0, 16) ?? ''}...`);
    if (!report.ok) differences.push(`${state}: log line ${report.firstFault?.line}: ${report.firstFault?.what}`);
  }
  return differences;
}

function tellLogins(url: string, out: Output): void {
  out.text(`\nComity serves ${url}/api/v1 — browse it at ${url}/api/docs. Stop with Ctrl-C.`);
  out.say(`Sign in: POST ${url}/api/v1/sessions {"state": "KZ", "username": "case-officer", "password": "${DEMO_PASSWORD}"}`);
  out.say(`  States    ${DEMO_STATES.filter((s) => s.hosted).map((s) => s.code).join(', ')} (off-network: ${DEMO_STATES.filter((s) => !s.hosted).map((s) => s.code).join(', ')})`);
  out.say(`  Accounts  ${DEMO_ACCOUNTS.map((a) => a.username).join(', ')}; the node's own: state ZZ, ${DEMO_OPERATOR}`);
  out.say(`  Password  ${DEMO_PASSWORD} for all of them`);
}
