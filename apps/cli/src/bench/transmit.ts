import { randomUUID } from 'node:crypto';
import { DEMO_PASSWORD } from '../../../../config/demo/accounts.js';
import type { ReadyDraft } from './drafts.js';
import { HttpLine } from './http-line.js';

/** An official of the central authority at the other end of a connection, signed in. */
export interface Transmitter {
  line: HttpLine;
  token: string;
}

/** Sessions that are opened; further clients share them, since sign-ins from one address are limited. */
const SESSIONS = 8;

/** As many connections as there are clients, each signed in as an official of the central authority. */
export async function signInTransmitters(base: string, draft: ReadyDraft, count: number): Promise<Transmitter[]> {
  const made: Transmitter[] = [];
  for (let i = 0; i < count; i += 1) {
    const line = new HttpLine(base);
    if (i >= SESSIONS) {
      made.push({ line, token: made[i % SESSIONS]!.token });
      continue;
    }
    const credentials = { state: draft.state, username: i % 2 === 0 ? 'central-authority' : 'central-authority-2', password: DEMO_PASSWORD };
    const { status, body } = await line.send('POST', '/api/v1/sessions', {}, JSON.stringify(credentials));
    if (status !== 200) throw new Error(`sign-in answered ${status}: ${body}`);
    made.push({ line, token: (JSON.parse(body) as { token: string }).token });
  }
  return made;
}

/** The auditor of the draft's State, signed in. */
export async function signInAuditor(base: string, { state }: ReadyDraft): Promise<Transmitter> {
  const line = new HttpLine(base);
  const { status, body } = await line.send('POST', '/api/v1/sessions', {}, JSON.stringify({ state, username: 'auditor', password: DEMO_PASSWORD }));
  if (status !== 200) throw new Error(`sign-in answered ${status}: ${body}`);
  return { line, token: (JSON.parse(body) as { token: string }).token };
}

/** One transmission as a client of the API asks for it. @throws Error unless it was done */
export async function transmit({ line, token }: Transmitter, id: string, version: number): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': randomUUID(), 'if-match': `"${version}"` };
  const { status, body } = await line.send('POST', `/api/v1/requests/${id}/events`, headers, '{"type":"TRANSMIT","payload":{}}');
  if (status !== 200) throw new Error(`the transmission answered ${status}: ${body}`);
}
