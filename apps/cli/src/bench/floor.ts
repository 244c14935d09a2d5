import { randomUUID } from 'node:crypto';
import { newId } from '@comity/kernel';
import pg from 'pg';
import type { Pattern } from './pattern.js';

/**
 * The floor: the rows of a transmission, in the same tables with their keys, checks and policies and of the same size,
 * written by Node's pg alone in six round trips of prepared statements. Nothing is read, decided, hashed or signed.
 */
export class Floor {
  private readonly opening: string;

  private constructor(
    private readonly client: pg.Client,
    private readonly pattern: Pattern,
  ) {
    this.opening = `BEGIN; SET LOCAL ROLE comity_app; SET LOCAL comity.state = '${pattern.state}'`;
  }

  static async open(loginUrl: string, pattern: Pattern): Promise<Floor> {
    const client = new pg.Client({ connectionString: loginUrl });
    await client.connect();
    return new Floor(client, pattern);
  }

  /** Writes the rows for one ready draft. */
  async write(id: string): Promise<void> {
    const { state, counterpart, file, measure, key, message, event, entry } = this.pattern;
    const at = new Date();
    await this.client.query(this.opening);
    await this.run('floor_key', KEY, [state, key['account_id'], `POST /api/v1/requests/${id}/events`, randomUUID(), key['body_hash'], key['status'], key['body'], key['headers'], at]);
    await this.run('floor_file', FILE, [
      state, id, file['counterpart_reference'], file['overall'], file['letter'], file['particulars'], file['profiles'], file['training'], file['drafted_by'],
      file['possible_duplicate_of'], file['version'], file['event_seq'], at, measure['chart'], measure['outcome'], measure['particulars'],
    ]);
    await this.run('floor_message', MESSAGE, [
      state, newId(), id, message['ack'], counterpart, message['type'], message['bytes'], message['sha256'], message['signature'], message['transport'], message['status'], at,
    ]);
    await this.run('floor_record', RECORD, [
      state, id, event['seq'], event['type'], event['source'], event['account_id'], event['authority_id'], at, event['payload'], event['facts'], event['crossed'], event['rule'],
      event['sent'], event['letter_state'], `file:${id}`, entry['seq'], entry['leaf_hash'], entry['prev_hash'], newId(), entry['type'], entry['account_id'], entry['bytes'],
    ]);
    await this.client.query('COMMIT');
  }

  close(): Promise<void> {
    return this.client.end();
  }

  private async run(name: string, text: string, values: unknown[]): Promise<void> {
    const { rowCount } = await this.client.query({ name, text, values });
    if (!rowCount) throw new Error(`${name} wrote nothing`);
  }
}

const KEY = `INSERT INTO idempotency_key (state, account_id, route, key, body_hash, status, body, headers, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

const FILE = `WITH file AS (
    UPDATE request_file SET counterpart_reference = $3, overall = $4, letter = $5, particulars = $6, profiles = $7, training = $8, drafted_by = $9,
      possible_duplicate_of = $10, version = $11, event_seq = $12, changed_at = $13, transmitted_at = $13 WHERE state = $1 AND id = $2)
  UPDATE measure SET chart = $14, outcome = $15, particulars = $16 WHERE state = $1 AND file_id = $2`;

const MESSAGE = `WITH opened AS (INSERT INTO thread (state, id, counterpart, opened_by, opened_at, sent_seq) VALUES ($1, $3, $5, 'own', $12, 1))
  INSERT INTO outbox_message (state, id, thread_id, seq, ack, counterpart, type, measure, bytes, sha256, signature, transport, status, next_attempt_at, created_at)
  VALUES ($1, $2, $3, 1, $4, $5, $6, NULL, $7, $8, $9, $10, $11, $12, $12)`;

const RECORD = `WITH event AS (
    INSERT INTO file_event (state, file_id, seq, measure, type, source, account_id, authority_id, at, payload, facts, crossed, rule, sent, letter_state)
    VALUES ($1, $2, $3, NULL, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)),
  moved AS (UPDATE audit_chain SET seq = $16, leaf_hash = $17 WHERE state = $1 AND subject = $15),
  mark AS (INSERT INTO audit_pending (state, entry_id) VALUES ($1, $19))
  INSERT INTO audit_entry (state, subject, seq, leaf_hash, prev_hash, id, type, at, account_id, bytes)
  VALUES ($1, $15, $16, $17, $18, $19, $20, $8, $21, $22)`;
