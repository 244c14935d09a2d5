import type { Tx } from '@comity/database';
import { newId, type Actor } from '@comity/kernel';
import { actNameOf, consentsOf, type Particulars } from './domain/index.js';
import { json, type OpenFile } from './files.js';

type Payload = Record<string, unknown>;
type Destination = { state?: string; organisation?: string } | undefined;

/**
 * Enters what an act or message says of the use of evidence in the register, beside the file: consents of both States'
 * files, uses of the requesting State's. Statements are left under way.
 */
export function registerUse(tx: Tx, { row, measures }: OpenFile, act: { type: string; measure: number; payload: Payload }, actor: Actor | { kind: 'node' }, at: Date): void {
  const { measure, payload } = act;
  const { particulars } = measures.find(({ no }) => no === measure)!;
  const place = { file: row.id, measure, counterpart: row.counterpart };
  const by = actor.kind === 'official' ? actor.accountId : null;
  switch (actNameOf(act.type)) {
    case 'REQUEST_USE_CONSENT':
      return insertConsent(tx, place, consentsOf(particulars).length, payload, at);
    case 'GRANT_USE_CONSENT':
      return answerConsent(tx, place, 'granted', payload, at);
    case 'DECLINE_USE_CONSENT':
      return answerConsent(tx, place, 'declined', payload, at);
    case 'RECORD_USE':
      return insertUse(tx, place, payload, by, at);
    case 'NOTIFY_EXCULPATORY_DISCLOSURE':
      // Told afterwards: the notice is the record of the disclosure as well. The other State keeps no register of ours.
      if (act.type === 'NOTIFY_EXCULPATORY_DISCLOSURE' && payload['disclosedAt'] !== undefined) insertUse(tx, place, { ...payload, kind: 'exculpatory-disclosure', notice: noticesOf(particulars) }, by, at);
  }
}

interface Place {
  file: string;
  measure: number;
  counterpart: string;
}

const noticesOf = (particulars: Particulars): number => (particulars['disclosures'] as unknown[] | undefined)?.length ?? 0;

function insertConsent(tx: Tx, { file, measure, counterpart }: Place, no: number, p: Payload, at: Date): void {
  const destination = p['destination'] as Destination;
  void tx.prepared(
    'requests_consent',
    `INSERT INTO use_consent (state, file_id, measure, no, counterpart, kind, purpose, proceeding, data, personal_data, destination_state,
       destination_organisation, in_writing, asked_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)`,
    [tx.state, file, measure, no, counterpart, p['kind'], p['purpose'], p['proceeding'], p['data'], p['personalData'], destination?.state ?? null,
      destination?.organisation ?? null, p['inWriting'] === true, at],
  );
}

function answerConsent(tx: Tx, { file, measure }: Place, answer: 'granted' | 'declined', p: Payload, at: Date): void {
  void tx.prepared(
    'requests_consent_answer',
    `UPDATE use_consent SET answer = $5, answered_at = $6, conditions = $7, limited_to = $8, reasons = $9, granted_in_writing = $10, reference = $11
     WHERE state = $1 AND file_id = $2 AND measure = $3 AND no = $4`,
    [tx.state, file, measure, p['consent'], answer, at, p['conditions'] === undefined ? null : json(p['conditions']), p['limitedTo'] ?? null, p['reasons'] ?? null,
      p['inWriting'] ?? null, p['reference'] ?? null],
  );
}

function insertUse(tx: Tx, { file, measure, counterpart }: Place, p: Payload, by: string | null, at: Date): void {
  const destination = p['destination'] as Destination;
  void tx.prepared(
    'requests_use',
    `INSERT INTO data_use (state, id, file_id, measure, counterpart, kind, purpose, proceeding, data, personal_data, destination_state,
       destination_organisation, consent_no, notice_no, recorded_at, recorded_by) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)`,
    [tx.state, newId(), file, measure, counterpart, p['kind'], p['purpose'] ?? null, p['proceeding'], p['data'], p['personalData'] ?? null, destination?.state ?? null,
      destination?.organisation ?? null, p['consent'] ?? null, p['notice'] ?? null, at, by],
  );
}
