import type { Response } from 'supertest';
import { profile } from '@comity/treaty';
import { letter, measure } from '../support/stored-data.js';
import { problemOf, type Body, type Play } from './play.js';

/** Letters between the United States, which has a node here, and Germany, which has none: carried by people, transcribed by two. */
export class Letters {
  /** Each letter is another sheet of paper. */
  private sheets = 0;

  constructor(private readonly play: Play) {}

  static readonly measure = (patch: object = {}) => measure({ legalBases: [{ instrument: 'budapest-2001', article: '31', date: '2026-11-03', role: 'primary' }], ...patch });

  /** A letter to Germany, transmitted and carried there. */
  async toGermany(measures = [Letters.measure()]): Promise<string> {
    const { play } = this;
    const id = await play.draft({ requestedState: 'DE', letter: letter({ language: 'de' }), measures }, 'US case-officer');
    await play.acts(id, [['US case-officer', null, 'SUBMIT_FOR_REVIEW'], ['US central-authority', null, 'TRANSMIT']]);
    await this.carryAll(id);
    return id;
  }

  /** A letter from Germany, transcribed. */
  async fromGermany(measures = [Letters.measure()]): Promise<string> {
    const profiles = Object.fromEntries(measures.flatMap((m) => m.legalBases).map(({ instrument }) => [instrument, profile(instrument).version]));
    const body = { letter: letter({ authority: { name: 'Federal Office of Justice' } }), measures, reference: 'DE 9352', profile: profiles };
    return ((await this.transcribed(undefined, 'REQUESTED', null, body)) as { requestId: string }).requestId;
  }

  async sent(id: string): Promise<Body[]> {
    const { body } = await (await this.play.as('US central-authority')).get(`/requests/${id}/messages`).expect(200);
    return (body.items as Body[]).filter((m) => m.direction === 'sent');
  }

  /** Whatever waits to be carried is. */
  async carryAll(id: string): Promise<void> {
    const desk = await this.play.as('US point-of-contact');
    for (const m of await this.sent(id)) if (m.status === 'to-dispatch') await desk.post(`/requests/${id}/messages/${m.id}/dispatch`, { channel: 'diplomatic', dispatchedAt: this.play.node.clock.now().toISOString() }).expect(200);
  }

  async propose(id: string | undefined, type: string, no: number | null, body: object = {}, patch: object = {}): Promise<Response> {
    const official = await this.play.as('US central-authority');
    const { sha256 } = (await official.post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from(`scan ${++this.sheets} of ${type}`)).expect(201)).body as { sha256: string };
    return official.post('/transcriptions', {
      ...(id && { requestId: id }), counterpart: 'DE', type, measure: no, body, datedAt: '2026-11-03T08:00:00Z', receivedAt: '2026-11-03T09:00:00Z', channel: 'diplomatic', document: { sha256 }, ...patch,
    });
  }

  async confirm(transcriptionId: string): Promise<Response> {
    return (await this.play.as('US central-authority-2')).post(`/transcriptions/${transcriptionId}/confirm`);
  }

  async transcribed(id: string | undefined, type: string, no: number | null, body: object = {}, patch: object = {}): Promise<Body> {
    const proposed = await this.propose(id, type, no, body, patch);
    expect([type, proposed.status, proposed.status === 201 ? '' : problemOf(proposed)]).toEqual([type, 201, '']);
    const confirmed = await this.confirm((proposed.body as { id: string }).id);
    expect([type, confirmed.status, confirmed.status === 200 ? '' : problemOf(confirmed)]).toEqual([type, 200, '']);
    return confirmed.body;
  }

  /** What the confirming official is answered where the transcription cannot take effect; nothing changes. */
  async refused(id: string, type: string, no: number | null, body: object = {}): Promise<Body> {
    const proposed = await this.propose(id, type, no, body);
    expect(proposed.status).toBe(201);
    const second = await this.play.as('US central-authority-2');
    return this.play.unchanged(() => second.post(`/transcriptions/${(proposed.body as { id: string }).id}/confirm`));
  }
}
