import type { Side } from '@comity/kernel';
import type { Facts } from '../../libs/requests/src/domain/index.js';

export interface LinkedAct {
  letter: 'preservation' | 'data';
  side: Side;
  type: string;
  payload?: Record<string, unknown>;
  facts?: Partial<Facts>;
}

const requested = (letter: LinkedAct['letter'], type: string, payload?: Record<string, unknown>): LinkedAct => ({ letter, side: 'requested', type, ...(payload && { payload }) });
const requesting = (letter: LinkedAct['letter'], type: string): LinkedAct => ({ letter, side: 'requesting', type });
const refusal = { ground: 'persecution', reasons: 'reasons' };

/** The main acts of both letters; side dialogues, assignment and authorisation are the affair of the models of one letter. */
export const LINKED_ACTS: readonly LinkedAct[] = [
  requesting('preservation', 'REQUEST_EXTENSION'),
  requesting('preservation', 'WITHDRAW_MEASURE'),
  requested('preservation', 'EXTEND', { until: '2027-03-02T09:12:40.000Z' }),
  requested('preservation', 'DECLINE_EXTENSION'),
  requested('preservation', 'DECLINE_EXTENSION', refusal),
  requested('preservation', 'GIVE_NOTICE_OF_RELEASE'),
  requested('preservation', 'RELEASE'),
  requested('preservation', 'ORDER_PRESERVATION'),
  requested('preservation', 'REPORT_SECURED', { from: '2026-11-03T09:12:40.000Z', until: '2027-01-02T09:12:40.000Z' }),
  requested('preservation', 'REFUSE', refusal),
  requesting('data', 'WITHDRAW_MEASURE'),
  requesting('data', 'CONFIRM_RECEIPT'),
  requested('data', 'EXAMINE'),
  requested('data', 'GRANT'),
  requested('data', 'REFUSE', refusal),
  requested('data', 'BEGIN_EXECUTION'),
  requested('data', 'REPORT_EXECUTION', { result: 'data-obtained' }),
  requested('data', 'REPORT_EXECUTION', { result: 'no-data-found' }),
  requested('data', 'DECIDE_TRANSMISSION', { outcome: 'released' }),
  requested('data', 'DECIDE_TRANSMISSION', { outcome: 'denied', ...refusal }),
  requested('data', 'TRANSMIT_EVIDENCE'),
];
