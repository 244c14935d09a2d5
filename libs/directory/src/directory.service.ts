import { Injectable } from '@nestjs/common';
import type { StateCode } from '@comity/kernel';
import type { Tx } from '@comity/database';
import { FACT, holdsOn } from './fact-columns.js';
import type {
  AcceptedLanguageRow,
  ArrangementRow,
  AuthorityRow,
  CompetenceRow,
  StateKeyRow,
  StateRow,
} from './rows.js';

const AUTHORITY = `state, id, kind, name, time_zone AS "timeZone", languages, networks, territory, ${FACT}`;
const ARRANGEMENT = `recorded_state AS "recordedState", id, requesting, requested, instrument, mode, reason,
  recorded_by AS "recordedBy", valid_from::text AS "validFrom", valid_to::text AS "validTo"`;

/**
 * What States have told about themselves: everybody may read it. Days (`on`) are `YYYY-MM-DD`.
 * Every read is one prepared statement, so that callers may leave it unawaited among their own.
 */
@Injectable()
export class DirectoryService {
  states(tx: Tx, on: string): Promise<StateRow[]> {
    return tx.prepared(
      'directory_states',
      `SELECT code, hosted, ${FACT} FROM state WHERE ${holdsOn(1)} ORDER BY code`,
      [on],
    );
  }

  /** Undefined for a State the directory does not know on that day. */
  async state(tx: Tx, code: StateCode, on: string): Promise<StateRow | undefined> {
    const sql = `SELECT code, hosted, ${FACT} FROM state WHERE code = $2 AND ${holdsOn(1)}`;
    return (await tx.prepared<StateRow>('directory_state', sql, [on, code]))[0];
  }

  /** States whose files this node keeps. */
  async hostedStates(tx: Tx): Promise<StateCode[]> {
    const rows = await tx.prepared<{ code: StateCode }>(
      'directory_hosted',
      'SELECT code FROM state WHERE hosted ORDER BY code',
      [],
    );
    return rows.map((row) => row.code);
  }

  authorities(tx: Tx, state: StateCode, on: string): Promise<AuthorityRow[]> {
    const sql = `SELECT ${AUTHORITY} FROM authority WHERE state = $2 AND ${holdsOn(1)} ORDER BY kind, id`;
    return tx.prepared('directory_authorities', sql, [on, state]);
  }

  /** An authority whatever its dates, since old files name authorities that are no more. */
  async authority(tx: Tx, state: StateCode, id: string): Promise<AuthorityRow | undefined> {
    const sql = `SELECT ${AUTHORITY} FROM authority WHERE state = $1 AND id = $2`;
    return (await tx.prepared<AuthorityRow>('directory_authority', sql, [state, id]))[0];
  }

  async languagesAccepted(tx: Tx, state: StateCode, on: string): Promise<string[]> {
    return (await this.acceptedLanguages(tx, state, on)).map((row) => row.language);
  }

  /** As {@link languagesAccepted}, each with its dates and source. */
  acceptedLanguages(tx: Tx, state: StateCode, on: string): Promise<AcceptedLanguageRow[]> {
    const sql = `SELECT state, language, ${FACT} FROM accepted_language WHERE state = $2 AND ${holdsOn(1)} ORDER BY language`;
    return tx.prepared('directory_languages', sql, [on, state]);
  }

  competences(tx: Tx, state: StateCode, on: string): Promise<CompetenceRow[]> {
    const sql = `SELECT state, id, authority_id AS "authorityId", instrument, stage, form, territory, ${FACT}
      FROM competence WHERE state = $2 AND ${holdsOn(1)} ORDER BY stage, authority_id, id`;
    return tx.prepared('directory_competences', sql, [on, state]);
  }

  /** Keys valid at the instant, newest first. */
  publicKeys(tx: Tx, state: StateCode, at: Date): Promise<StateKeyRow[]> {
    const sql = `SELECT state, kid, jwk, valid_from AS "validFrom", valid_to AS "validTo", source, as_of::text AS "asOf", verified
      FROM state_key WHERE state = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)
      ORDER BY valid_from DESC, kid`;
    return tx.prepared('directory_keys', sql, [state, at]);
  }

  /** Keys of all times, newest first: what one of them signed then stays signed. */
  everyKey(tx: Tx, state: StateCode): Promise<StateKeyRow[]> {
    const sql = `SELECT state, kid, jwk, valid_from AS "validFrom", valid_to AS "validTo", source, as_of::text AS "asOf", verified
      FROM state_key WHERE state = $1 ORDER BY valid_from DESC, kid`;
    return tx.prepared('directory_every_key', sql, [state]);
  }

  /**
   * Arrangements between the two that hold on that day for the files of `tx.state`: those it recorded itself,
   * since no State may bind another by an entry of its own.
   */
  arrangements(tx: Tx, requesting: StateCode, requested: StateCode, on: string): Promise<ArrangementRow[]> {
    const sql = `SELECT ${ARRANGEMENT} FROM arrangement
      WHERE recorded_state = $2 AND requesting = $3 AND requested = $4 AND ${holdsOn(1)} ORDER BY instrument, mode, id`;
    return tx.prepared('directory_arrangements', sql, [on, tx.state, requesting, requested]);
  }

  /** Every arrangement a State recorded, ended ones included. */
  arrangementsOf(tx: Tx, recordedState: StateCode): Promise<ArrangementRow[]> {
    const sql = `SELECT ${ARRANGEMENT} FROM arrangement WHERE recorded_state = $1 ORDER BY valid_from DESC, id`;
    return tx.prepared('directory_arrangements_of', sql, [recordedState]);
  }
}
