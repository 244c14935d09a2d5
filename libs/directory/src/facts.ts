import type { Tx } from '@comity/database';
import type { ContactChannelRow, DutyTurnRow } from './contact-rows.js';
import type {
  AcceptedLanguageRow,
  ArrangementRow,
  AuthorityRow,
  CompetenceRow,
  StateKeyRow,
  StateRow,
} from './rows.js';

/**
 * Writing facts of the State the transaction is under. These ask for no actor: they serve installation and the
 * demo, and {@link DirectoryRegister} after its access check. The policies refuse any other State's row.
 * A fact that is there already is left alone; each answers whether it wrote.
 */
export const facts = {
  state: (tx: Tx, row: StateRow): Promise<boolean> =>
    insert(tx, 'state', { code: row.code, hosted: row.hosted, ...dated(row) }),

  authority: (tx: Tx, row: AuthorityRow): Promise<boolean> =>
    insert(tx, 'authority', {
      state: row.state,
      id: row.id,
      kind: row.kind,
      name: row.name,
      time_zone: row.timeZone,
      languages: row.languages,
      networks: row.networks,
      territory: row.territory,
      ...dated(row),
    }),

  acceptedLanguage: (tx: Tx, row: AcceptedLanguageRow): Promise<boolean> =>
    insert(tx, 'accepted_language', { state: row.state, language: row.language, ...dated(row) }),

  competence: (tx: Tx, row: CompetenceRow): Promise<boolean> =>
    insert(tx, 'competence', {
      state: row.state,
      id: row.id,
      authority_id: row.authorityId,
      instrument: row.instrument,
      stage: row.stage,
      form: row.form,
      territory: row.territory,
      ...dated(row),
    }),

  publicKey: (tx: Tx, row: StateKeyRow): Promise<boolean> =>
    insert(tx, 'state_key', { state: row.state, kid: row.kid, jwk: JSON.stringify(row.jwk), ...dated(row) }),

  arrangement: (tx: Tx, row: ArrangementRow): Promise<boolean> =>
    insert(tx, 'arrangement', {
      recorded_state: row.recordedState,
      id: row.id,
      requesting: row.requesting,
      requested: row.requested,
      instrument: row.instrument,
      mode: row.mode,
      reason: row.reason,
      recorded_by: row.recordedBy,
      valid_from: row.validFrom,
      valid_to: row.validTo,
    }),

  contactChannel: (tx: Tx, row: ContactChannelRow): Promise<boolean> =>
    insert(tx, 'contact_channel', {
      recorded_state: row.recordedState,
      id: row.id,
      speaks_of: row.speaksOf,
      authority_id: row.authorityId,
      network: row.network,
      kind: row.kind,
      value: row.value,
      languages: row.languages,
      hours: row.hours,
      call_back: row.callBack,
      ...dated(row),
    }),

  dutyTurn: (tx: Tx, row: DutyTurnRow): Promise<boolean> =>
    insert(tx, 'duty_turn', {
      state: row.state,
      id: row.id,
      authority_id: row.authorityId,
      network: row.network,
      rank: row.rank,
      office: row.office,
      kind: row.kind,
      value: row.value,
      hours: row.hours,
      ...dated(row),
    }),
};

const dated = (row: StateRow | AuthorityRow | AcceptedLanguageRow | CompetenceRow | StateKeyRow | ContactChannelRow | DutyTurnRow) => ({
  valid_from: row.validFrom,
  valid_to: row.validTo,
  source: row.source,
  as_of: row.asOf,
  verified: row.verified,
});

/** Table and column names come from this file only. */
async function insert(tx: Tx, table: string, row: Record<string, unknown>): Promise<boolean> {
  const columns = Object.keys(row);
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(', ')})
    ON CONFLICT DO NOTHING RETURNING true AS written`;
  return (await tx.query(sql, Object.values(row))).length === 1;
}
