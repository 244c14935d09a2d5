import { ApiProperty } from '@nestjs/swagger';

/** Messages between a State and one counterpart, by number and age. Never what they say. */
export class DeliveryDto {
  state: string;
  counterpart: string;
  /** By what way messages leave; `manual` where none is set up. */
  transport: 'in-process' | 'manual';
  /** Waiting to be delivered. */
  pending: number;
  /** When the oldest of them was sealed, RFC 3339. */
  oldestPendingAt: string | null;
  /** Seconds since then. */
  lagSeconds: number | null;
  /** Most attempts at one of them. */
  attempts: number;
  /** Given up: officials of the State were told. */
  failed: number;
  /** Waiting for a person to carry them off-network. */
  toDispatch: number;
  /** Codes the last attempts ended with, and how many each. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } }) lastCodes: Record<string, number>;
  /** Received, and waiting for an earlier one. */
  waiting: number;
  /** Received and not handled: the thread stands still until a person looks. */
  parked: number;
  /** Verified messages that contradict others. */
  alarms: number;
}

export class DeliveriesDto {
  /** RFC 3339. */
  at: string;
  items: DeliveryDto[];
}

/** Open deadlines of a State, by kind. Never of what. */
export class DeadlineLoadDto {
  state: string;
  /** legal, agreed, suggested or internal. */
  kind: string;
  open: number;
  overdue: number;
  /** Due within the coming 24 hours. */
  dueSoon: number;
  /** The next or most overdue, RFC 3339. */
  firstDueAt: string;
}

export class DeadlineLoadsDto {
  at: string;
  items: DeadlineLoadDto[];
}

/** How much a State has logged. Never about whom. */
export class LogHeadDto {
  state: string;
  /** Chains: files, accounts, peers, the node. */
  subjects: number;
  entries: number;
  /** Entries without a place in the tree yet; more than a few for more than a second: the chore `log` fails, or has no key. */
  pending: number;
  /** Entries in the tree. */
  size: number;
  /** Entries covered by the newest checkpoint. */
  signed: number;
  /** When the tree last grew, RFC 3339. */
  integratedAt: string | null;
}

export class LogHeadsDto {
  at: string;
  items: LogHeadDto[];
}

export class OperationsTotalsDto {
  pending: number;
  /** Of the oldest message waiting anywhere. */
  lagSeconds: number | null;
  failed: number;
  toDispatch: number;
  parked: number;
  alarms: number;
  deadlinesOpen: number;
  deadlinesOverdue: number;
  logEntries: number;
}

export class OperationsSummaryDto {
  at: string;
  /** States whose files this node keeps. */
  hostedStates: string[];
  training: boolean;
  totals: OperationsTotalsDto;
}
