import { NestFactory } from '@nestjs/core';
import { ComityDataSource } from '@comity/database';
import type { Clock } from '@comity/kernel';
import { DeadlinesService, EscalationsService, RemindersService, REQUEST_ENTITIES } from '@comity/requests';
import { NodeModule } from '../../apps/api/src/node.module.js';

// A worker for deadlines and alarms in a process of its own, that a test may kill. Its clock runs on from the given instant.
const env = process.env as Record<string, string>;
const [from, began] = [Date.parse(env['CLOCK_AT']!), Date.now()];
const clock: Clock = { now: () => new Date(from + Date.now() - began) };
const dataSource = new ComityDataSource({ url: env['LOGIN_URL']!, entities: REQUEST_ENTITIES, poolSize: 8 });
await dataSource.initialize();
const app = await NestFactory.createApplicationContext(
  NodeModule.forRoot({
    dataSource, clock, training: true, blobFolder: env['BLOBS']!, refusedAfterMs: 1,
    jwtSecret: 'a-secret-of-tests-that-is-long-enough', keySecret: 'another-secret-of-tests-long-enough-too',
  }),
  { logger: ['error'], abortOnError: false },
);
/** Shorter than in earnest: the test waits for the leases of the killed. */
const LEASE_MS = 2_000;
const [deadlines, reminders, escalations] = [app.get(DeadlinesService, { strict: false }), app.get(RemindersService, { strict: false }), app.get(EscalationsService, { strict: false })];
console.log('ticking');
for (let idle = false; ; ) {
  let done = 0;
  // Small bites, so that a kill falls into the middle of many.
  done += await deadlines.fireDue('KZ', 10, LEASE_MS);
  done += await reminders.run('KZ');
  done += await escalations.run('KZ', 5);
  if (done === 0 && !idle) console.log('idle');
  idle = done === 0;
  if (idle) await new Promise((wake) => setTimeout(wake, 20));
}
