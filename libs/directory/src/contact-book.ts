import { Injectable } from '@nestjs/common';
import type { StateCode } from '@comity/kernel';
import type { Tx } from '@comity/database';
import { plainNumber, type ContactChannelRow, type DutyTurnRow } from './contact-rows.js';
import { FACT } from './fact-columns.js';

const CHANNEL = `recorded_state AS "recordedState", id, speaks_of AS "speaksOf", authority_id AS "authorityId", network, kind, value,
  languages, hours, call_back AS "callBack", ${FACT}`;
const TURN = `state, id, authority_id AS "authorityId", network, rank, office, kind, value, hours, ${FACT}`;
/** What a State says of itself, and what the transaction's State recorded of another: nobody else's word counts. */
const SPEAKS = '(recorded_state = speaks_of OR recorded_state = $3)';

/** Which day it is in a zone, by its IANA name. */
export type DayIn = (timeZone: string) => string;
/** A day, \`YYYY-MM-DD\`, or the day that it is where the authority is: its days are those of its own zone, as its hours are. */
export type OnDay = string | DayIn;

/** Facts that hold on the day (\`$1\` zones, \`$2\` their days), of an authority (column \`state\`) that holds on it too. */
const holding = (table: string, columns: string, state: string): string => `SELECT ${columns} FROM ${table} f WHERE EXISTS (
    SELECT 1 FROM authority a JOIN unnest($1::text[], $2::date[]) AS today (zone, day) ON today.zone = a.time_zone
    WHERE a.state = f.${state} AND a.id = f.authority_id AND a.valid_from <= day AND (a.valid_to IS NULL OR a.valid_to > day)
      AND f.valid_from <= day AND (f.valid_to IS NULL OR f.valid_to > day))`;

/** How points of contact of the 24/7 networks are reached (UNCC 41(1)-(2)): nothing is read of one that does not hold on the day. */
@Injectable()
export class ContactBook {
  /** Of one State, or of all. */
  async channels(tx: Tx, on: OnDay, { state = null, network = null }: { state?: StateCode | null; network?: string | null } = {}): Promise<ContactChannelRow[]> {
    const sql = `${holding('contact_channel', CHANNEL, 'speaks_of')} AND ${SPEAKS} AND ($4::text IS NULL OR speaks_of = $4)
      AND ($5::text IS NULL OR network = $5) ORDER BY speaks_of, network, kind, id`;
    return tx.prepared('directory_channels', sql, [...(await days(tx, on, state)), tx.state, state, network]);
  }

  /** The channel over which a sender was called back: one the directory holds for that State on that day; undefined where it holds none. */
  async callBackChannel(tx: Tx, state: StateCode, written: string, on: OnDay): Promise<ContactChannelRow | undefined> {
    const sql = `${holding('contact_channel', CHANNEL, 'speaks_of')} AND ${SPEAKS} AND speaks_of = $4 AND call_back AND value = $5 LIMIT 1`;
    return (await tx.prepared<ContactChannelRow>('directory_call_back', sql, [...(await days(tx, on, state)), tx.state, state, plainNumber(written)]))[0];
  }

  /** The own desk's duty list, first called first. */
  async dutyList(tx: Tx, on: OnDay, network: string | null = null): Promise<DutyTurnRow[]> {
    const sql = `${holding('duty_turn', TURN, 'state')} AND state = $3 AND ($4::text IS NULL OR network = $4) ORDER BY network, rank, id`;
    return tx.prepared('directory_duty_list', sql, [...(await days(tx, on, tx.state)), tx.state, network]);
  }
}

/** Zones of a State's authorities, or of all, and the day in each; null, on which nothing holds, for one beyond the years 1 to 9999. */
async function days(tx: Tx, on: OnDay, state: StateCode | null): Promise<[string[], (string | null)[]]> {
  const rows = await tx.prepared<{ zone: string }>('directory_zones', 'SELECT DISTINCT time_zone AS zone FROM authority WHERE $1::text IS NULL OR state = $1', [state]);
  const zones = rows.map(({ zone }) => zone);
  return [zones, zones.map((zone) => (typeof on === 'string' ? on : on(zone))).map((day) => (/^(?!0000)\d{4}-/.test(day) ? day : null))];
}
