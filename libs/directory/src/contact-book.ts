import { Injectable } from '@nestjs/common';
import type { StateCode } from '@comity/kernel';
import type { Tx } from '@comity/database';
import { plainNumber, type ContactChannelRow, type DutyTurnRow } from './contact-rows.js';
import { FACT, holdsOn } from './fact-columns.js';

const CHANNEL = `recorded_state AS "recordedState", id, speaks_of AS "speaksOf", authority_id AS "authorityId", network, kind, value,
  languages, hours, call_back AS "callBack", ${FACT}`;
const TURN = `state, id, authority_id AS "authorityId", network, rank, office, kind, value, hours, ${FACT}`;
/** What a State says of itself, and what the transaction's State recorded of another: nobody else's word counts. */
const SPEAKS = '(recorded_state = speaks_of OR recorded_state = $2)';

/** How points of contact of the 24/7 networks are reached (UNCC 41(1)-(2)). Days (`on`) are `YYYY-MM-DD`. */
@Injectable()
export class ContactBook {
  /** Of one State, or of all. */
  channels(tx: Tx, on: string, { state = null, network = null }: { state?: StateCode | null; network?: string | null } = {}): Promise<ContactChannelRow[]> {
    const sql = `SELECT ${CHANNEL} FROM contact_channel WHERE ${holdsOn(1)} AND ${SPEAKS} AND ($3::text IS NULL OR speaks_of = $3)
      AND ($4::text IS NULL OR network = $4) ORDER BY speaks_of, network, kind, id`;
    return tx.prepared('directory_channels', sql, [on, tx.state, state, network]);
  }

  /** The channel over which a sender was called back: one the directory holds for that State on that day; undefined where it holds none. */
  async callBackChannel(tx: Tx, state: StateCode, written: string, on: string): Promise<ContactChannelRow | undefined> {
    const sql = `SELECT ${CHANNEL} FROM contact_channel WHERE ${holdsOn(1)} AND ${SPEAKS} AND speaks_of = $3 AND call_back AND value = $4 LIMIT 1`;
    return (await tx.prepared<ContactChannelRow>('directory_call_back', sql, [on, tx.state, state, plainNumber(written)]))[0];
  }

  /** The own desk's duty list, first called first. */
  dutyList(tx: Tx, on: string, network: string | null = null): Promise<DutyTurnRow[]> {
    const sql = `SELECT ${TURN} FROM duty_turn WHERE ${holdsOn(1)} AND state = $2 AND ($3::text IS NULL OR network = $3) ORDER BY network, rank, id`;
    return tx.prepared('directory_duty_list', sql, [on, tx.state, network]);
  }
}
