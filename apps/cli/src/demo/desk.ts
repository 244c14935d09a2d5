import { randomUUID } from 'node:crypto';
import type { StateCode } from '@comity/kernel';

/** An answer of the API that is no success, as its problem document. */
export class Refusal extends Error {
  constructor(readonly status: number, readonly problem: { code?: string; detail?: string; rule?: string }) {
    super(`${status} ${problem.code}: ${problem.detail}`);
  }
}

export interface RequestSeen {
  id: string;
  state: string;
  overall: string;
  version: number;
  ownReference: string;
  measures: { no: number; state: string; outcome: string | null }[];
}

/** What an act answers, as far as a play looks at it. */
export interface ActSeen {
  letterState: string;
  measureState?: string;
  opened?: { requestId: string; ownReference: string; requestedState: string };
}

/** An official at work: knows nothing of Comity but its public HTTP API. */
export class Desk {
  private constructor(
    readonly state: StateCode,
    readonly username: string,
    private readonly base: string,
    private readonly token: string,
  ) {}

  static async signIn(base: string, state: StateCode, username: string, password: string): Promise<Desk> {
    const response = await fetch(`${base}/sessions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ state, username, password }) });
    const body = (await response.json()) as { token: string };
    if (!response.ok) throw new Refusal(response.status, body as never);
    return new Desk(state, username, base, body.token);
  }

  get<T>(path: string): Promise<T> {
    return this.call<T>('GET', path);
  }

  post<T>(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<T> {
    return this.call<T>('POST', path, JSON.stringify(body), { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers });
  }

  upload<T>(path: string, bytes: Uint8Array): Promise<T> {
    return this.call<T>('POST', path, bytes, { 'content-type': 'application/octet-stream' });
  }

  /** Reads the request and fires an event on it, as one who looks before acting. */
  async act(id: string, measure: number | null, type: string, payload: Record<string, unknown>): Promise<ActSeen> {
    const { version } = await this.get<RequestSeen>(`/requests/${id}`);
    const path = measure === null ? `/requests/${id}/events` : `/requests/${id}/measures/${measure}/events`;
    return this.post(path, { type, payload }, { 'if-match': `"${version}"` });
  }

  async text(path: string): Promise<string> {
    const response = await fetch(`${this.base}${path}`, { headers: { authorization: `Bearer ${this.token}` } });
    if (!response.ok) throw new Refusal(response.status, (await response.json()) as never);
    return response.text();
  }

  private async call<T>(method: string, path: string, body?: string | Uint8Array, headers: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${this.base}${path}`, { method, headers: { authorization: `Bearer ${this.token}`, ...headers }, ...(body !== undefined && { body: body as string }) });
    const answer = (await response.json()) as T;
    if (!response.ok) throw new Refusal(response.status, answer as never);
    return answer;
  }
}
