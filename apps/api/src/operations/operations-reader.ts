import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inTransaction, type Tx } from '@comity/database';
import { DirectoryService } from '@comity/directory';
import { CLOCK, NODE_STATE, type Clock } from '@comity/kernel';
import { REQUESTS_SETTINGS, type RequestsSettings } from '@comity/requests';
import { operatorViews } from './operator-views.js';
import type { DeadlineLoadsDto, DeliveriesDto, LogHeadsDto, OperationsSummaryDto } from './operations.dto.js';

/** How the node fares, read under the database role that sees no content, whoever asks. */
@Injectable()
export class OperationsReader {
  constructor(
    private readonly db: DataSource,
    private readonly directory: DirectoryService,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(REQUESTS_SETTINGS) private readonly settings: RequestsSettings,
  ) {}

  delivery(): Promise<DeliveriesDto> {
    return this.asOperator(async (tx, at) => ({ at: at.toISOString(), items: await operatorViews.delivery(tx, at) }));
  }

  deadlines(): Promise<DeadlineLoadsDto> {
    return this.asOperator(async (tx, at) => ({ at: at.toISOString(), items: await operatorViews.deadlines(tx, at) }));
  }

  logs(): Promise<LogHeadsDto> {
    return this.asOperator(async (tx, at) => ({ at: at.toISOString(), items: await operatorViews.logs(tx) }));
  }

  summary(): Promise<OperationsSummaryDto> {
    return this.asOperator(async (tx, at) => {
      const [hostedStates, delivery, deadlines, logs] = await Promise.all([
        this.directory.hostedStates(tx), operatorViews.delivery(tx, at), operatorViews.deadlines(tx, at), operatorViews.logs(tx),
      ]);
      const lags = delivery.flatMap(({ lagSeconds }) => (lagSeconds === null ? [] : [lagSeconds]));
      const totals = {
        pending: sum(delivery, 'pending'), lagSeconds: lags.length > 0 ? Math.max(...lags) : null, failed: sum(delivery, 'failed'), toDispatch: sum(delivery, 'toDispatch'),
        parked: sum(delivery, 'parked'), alarms: sum(delivery, 'alarms'),
        deadlinesOpen: sum(deadlines, 'open'), deadlinesOverdue: sum(deadlines, 'overdue'), logEntries: sum(logs, 'entries'),
      };
      return { at: at.toISOString(), hostedStates, training: this.settings.training, totals };
    });
  }

  private asOperator<T>(work: (tx: Tx, at: Date) => Promise<T>): Promise<T> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: NODE_STATE, as: 'comity_operator', readOnly: true }, (tx) => work(tx, at));
  }
}

const sum = <K extends string>(rows: readonly Record<K, number>[], member: K): number => rows.reduce((total, row) => total + row[member], 0);
