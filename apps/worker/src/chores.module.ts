import { type DynamicModule, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Idempotency } from '@comity/access';
import { LogIntegrator, ShowingTurns } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { DirectoryService } from '@comity/directory';
import { BLOB_STORE, type BlobStore, CustodyService, ErasedBlobs } from '@comity/evidence';
import { DeliveryService } from '@comity/exchange';
import { CLOCK, NODE_STATE, type Clock, type StateCode } from '@comity/kernel';
import { AttachmentsService, DeadlinesService, EscalationsService, RemindersService } from '@comity/requests';
import { AttachmentCopies } from './attachment-copies.js';
import { type Chore, CHORES, CLOCK_CHORES, HOSTED_STATES, LOG_CHORES } from './chore.js';
import { Leftovers } from './leftovers.js';

/** What a node does without being asked, for each State it hosts. */
@Module({})
export class ChoresModule {
  /** @param node the module that exports the rooms, the very one the application imports */
  static of(node: DynamicModule): DynamicModule {
    return {
      module: ChoresModule,
      imports: [node],
      providers: [
        {
          provide: AttachmentCopies,
          inject: [DataSource, AttachmentsService, BLOB_STORE],
          useFactory: (db: DataSource, attachments: AttachmentsService, blobs: BlobStore) => new AttachmentCopies(db, attachments, blobs),
        },
        {
          provide: Leftovers,
          inject: [DataSource, Idempotency, CLOCK],
          useFactory: (db: DataSource, idempotency: Idempotency, clock: Clock) => new Leftovers(db, idempotency, clock),
        },
        { provide: CHORES, inject: [DeliveryService, AttachmentCopies, CustodyService, ErasedBlobs, Leftovers], useFactory: chores },
        { provide: CLOCK_CHORES, inject: [DeadlinesService, RemindersService, EscalationsService], useFactory: clockChores },
        { provide: LOG_CHORES, inject: [LogIntegrator, ShowingTurns], useFactory: logChores },
        {
          provide: HOSTED_STATES,
          inject: [DataSource, DirectoryService],
          useFactory: (db: DataSource, directory: DirectoryService) => (): Promise<StateCode[]> =>
            inTransaction(db, { state: NODE_STATE, as: 'comity_worker', readOnly: true }, (tx) => directory.hostedStates(tx)),
        },
      ],
      exports: [CHORES, CLOCK_CHORES, LOG_CHORES, HOSTED_STATES],
    };
  }
}

function chores(delivery: DeliveryService, attachments: AttachmentCopies, custody: CustodyService, erased: ErasedBlobs, leftovers: Leftovers): Chore[] {
  return [
    { name: 'deliver', run: (state, limit) => delivery.runOnce(state, limit) },
    { name: 'attachments', run: (state, limit) => attachments.copyPending(state, limit) },
    { name: 'evidence', run: (state, limit) => custody.verifyDue(state, limit) },
    { name: 'erased', run: (state, limit) => erased.remove(state, limit) },
    { name: 'answers', run: (state) => leftovers.purge(state) },
  ];
}

function clockChores(deadlines: DeadlinesService, reminders: RemindersService, escalations: EscalationsService): Chore[] {
  return [
    { name: 'deadlines', run: (state, limit) => deadlines.fireDue(state, limit), dueInMs: () => deadlines.dueInMs() },
    { name: 'reminders', run: (state) => reminders.run(state), dueInMs: () => reminders.dueInMs() },
    { name: 'escalations', run: (state, limit) => escalations.run(state, limit) },
  ];
}

/** Least time between two showings of one log to one counterpart. */
const SHOW_EVERY_MS = 1_000;

function logChores(log: LogIntegrator, turns: ShowingTurns): Chore[] {
  return [
    { name: 'log', run: (state, limit) => log.run(state, limit) },
    // After the log: what is shown is the newest. Nobody witnesses the node's own.
    { name: 'witness', run: async (state) => (state === NODE_STATE ? 0 : turns.run(state, SHOW_EVERY_MS)) },
  ];
}
