import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { AccountsService, hashPassword } from '@comity/access';
import { DeliveryService } from '@comity/exchange';
import { CustodyService } from '@comity/evidence';
import { inTransaction } from '@comity/database';
import { SettableClock, type Official, type Role } from '@comity/kernel';
import { DeadlinesService, EscalationsService, RemindersService, REQUEST_ENTITIES } from '@comity/requests';
import { seedDemo } from '../../apps/cli/src/demo/seed.js';
import { HostingService } from '../../apps/api/src/hosting.service.js';
import { NodeModule } from '../../apps/api/src/node.module.js';
import { testDatabase, type TestDatabase } from './database.js';

export const TEST_PASSWORD = 'correct-horse-battery';
export const KEY_SECRET = 'another-secret-of-tests-long-enough-too';

/** All rooms on a real database with the demo's States, and a clock set by hand. Only HTTP is left out. */
export interface TestNode {
  app: INestApplicationContext;
  db: TestDatabase;
  clock: SettableClock;
  blobFolder: string;
  /** An official of the demo, by user name. */
  official(state: string, username: string): Promise<Official>;
  /** Delivers messages, verifies evidence and fires due terms of all hosted States until nothing is left. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export interface TestNodeOptions {
  training?: boolean;
  /** How long answers are kept under their Idempotency-Key. */
  answerHours?: number;
  at?: string;
  /** Makes the application of the rooms; absent: one without HTTP. */
  start?: (rooms: DynamicModule) => Promise<INestApplicationContext>;
}

const withoutHttp = (rooms: DynamicModule) => NestFactory.createApplicationContext(rooms, { logger: ['error'], abortOnError: false });

export async function testNode(fileUrl: string, options: TestNodeOptions = {}): Promise<TestNode> {
  const db = await testDatabase(fileUrl, { entities: REQUEST_ENTITIES, poolSize: 10 });
  const clock = new SettableClock(new Date(options.at ?? '2026-11-03T09:12:40.000Z'));
  const blobFolder = await mkdtemp(join(tmpdir(), 'comity-blobs-'));
  const start = options.start ?? withoutHttp;
  const app = await start(
    NodeModule.forRoot({
      dataSource: db.dataSource, clock, training: options.training ?? true, blobFolder, refusedAfterMs: 1,
      ...(options.answerHours !== undefined && { answerHours: options.answerHours }),
      jwtSecret: 'a-secret-of-tests-that-is-long-enough', keySecret: KEY_SECRET,
    }),
  );
  await seedDemo(db.dataSource, { at: clock.now(), passwordHash: await hashPassword(TEST_PASSWORD), accounts: app.get(AccountsService, { strict: false }) });
  const hosting = app.get(HostingService, { strict: false });
  await hosting.hostAll(clock.now());
  const states = await hosting.hosted();
  const delivery = app.get(DeliveryService, { strict: false });
  const custody = app.get(CustodyService, { strict: false });
  const deadlines = app.get(DeadlinesService, { strict: false });
  const reminders = app.get(RemindersService, { strict: false });
  const escalations = app.get(EscalationsService, { strict: false });
  return {
    app, db, clock, blobFolder,
    official: (state, username) =>
      inTransaction(db.dataSource, { state, readOnly: true }, async (tx) => {
        const [row] = await tx.query<{ id: string; authority_id: string; roles: Role[]; version: number }>('SELECT id, authority_id, roles, version FROM account WHERE state = $1 AND username = $2', [state, username]);
        if (!row) throw new Error(`no demo account ${username} in ${state}`);
        return { kind: 'official', state, accountId: row.id, authorityId: row.authority_id, username, roles: row.roles };
      }),
    settle: async () => {
      for (let done = 1; done > 0; ) {
        done = 0;
        for (const state of states) {
          done += await deadlines.fireDue(state);
          done += await reminders.run(state);
          done += await escalations.run(state);
          done += await delivery.runOnce(state, 50);
          done += await custody.verifyDue(state, 50);
        }
      }
    },
    close: async () => {
      await app.close();
      await db.close();
      await rm(blobFolder, { recursive: true, force: true });
    },
  };
}
