import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { hash } from '@node-rs/argon2';
import { AccountsService } from '@comity/access';
import { DeliveryService } from '@comity/exchange';
import { CustodyService } from '@comity/evidence';
import { ComityDataSource, inTransaction } from '@comity/database';
import { SettableClock, type Official, type Role } from '@comity/kernel';
import { DeadlinesService, EscalationsService, RemindersService, REQUEST_ENTITIES } from '@comity/requests';
import { seedDemo } from '../../apps/cli/src/demo/seed.js';
import { HostingService } from '../../apps/api/src/hosting.service.js';
import { NodeModule } from '../../apps/api/src/node.module.js';
import { testDatabase, type Template, type TestDatabase } from './database.js';
import { Rounds } from './settle.js';

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

const BEGIN = '2026-11-03T09:12:40.000Z';

const rooms = (on: { dataSource: DataSource; clock: SettableClock; blobFolder: string }, { training = true, answerHours }: TestNodeOptions = {}): DynamicModule =>
  NodeModule.forRoot({
    ...on, training, refusedAfterMs: 1, ...(answerHours !== undefined && { answerHours }), jwtSecret: 'a-secret-of-tests-that-is-long-enough', keySecret: KEY_SECRET,
  });

/** The demo's States, hosted, with their officials. */
async function seed(app: INestApplicationContext, dataSource: DataSource, at: Date): Promise<void> {
  await seedDemo(dataSource, { at, passwordHash: await quickHash(), accounts: app.get(AccountsService, { strict: false }) });
  await app.get(HostingService, { strict: false }).hostAll(at);
}

/** argon2id at its cheapest: its hash says so itself, and checking it costs a test no time. */
const quickHash = (): Promise<string> => hash(TEST_PASSWORD, { memoryCost: 8, timeCost: 1, parallelism: 1 });

/** Seeded once a run: to seed each test's database anew would take longer than most tests. */
const SEEDED: Template = {
  name: 'comity_template_seeded',
  fill: async (url) => {
    const dataSource = await new ComityDataSource({ url, poolSize: 4, allowExitOnIdle: true, entities: REQUEST_ENTITIES }).initialize();
    const blobFolder = await mkdtemp(join(tmpdir(), 'comity-blobs-'));
    const clock = new SettableClock(new Date(BEGIN));
    const app = await withoutHttp(rooms({ dataSource, clock, blobFolder }));
    try {
      await seed(app, dataSource, clock.now());
    } finally {
      await app.close();
      if (dataSource.isInitialized) await dataSource.destroy();
      await rm(blobFolder, { recursive: true, force: true });
    }
  },
};

export async function testNode(fileUrl: string, options: TestNodeOptions = {}): Promise<TestNode> {
  const db = await testDatabase(fileUrl, { entities: REQUEST_ENTITIES, poolSize: 10, ...(options.at === undefined && { template: SEEDED }) });
  const clock = new SettableClock(new Date(options.at ?? BEGIN));
  const blobFolder = await mkdtemp(join(tmpdir(), 'comity-blobs-'));
  const start = options.start ?? withoutHttp;
  const app = await start(rooms({ dataSource: db.dataSource, clock, blobFolder }, options));
  const hosting = app.get(HostingService, { strict: false });
  if (options.at !== undefined) await seed(app, db.dataSource, clock.now());
  const states = await hosting.hosted();
  const [delivery, custody, deadlines, reminders, escalations] = [
    app.get(DeliveryService, { strict: false }), app.get(CustodyService, { strict: false }), app.get(DeadlinesService, { strict: false }),
    app.get(RemindersService, { strict: false }), app.get(EscalationsService, { strict: false }),
  ];
  const rounds = new Rounds(db.superuserUrl, states, {
    terms: (state) => deadlines.fireDue(state),
    reminders: (state) => reminders.run(state),
    steps: (state) => escalations.run(state),
    messages: (state) => delivery.runOnce(state, 50),
    packages: (state) => custody.verifyDue(state, 50),
  });
  return {
    app, db, clock, blobFolder,
    official: (state, username) =>
      inTransaction(db.dataSource, { state, readOnly: true }, async (tx) => {
        const [row] = await tx.query<{ id: string; authority_id: string; roles: Role[]; version: number }>('SELECT id, authority_id, roles, version FROM account WHERE state = $1 AND username = $2', [state, username]);
        if (!row) throw new Error(`no demo account ${username} in ${state}`);
        return { kind: 'official', state, accountId: row.id, authorityId: row.authority_id, username, roles: row.roles };
      }),
    settle: () => rounds.settle(() => clock.now()),
    close: async () => {
      await rounds.close();
      await app.close();
      await db.close();
      await rm(blobFolder, { recursive: true, force: true });
    },
  };
}
