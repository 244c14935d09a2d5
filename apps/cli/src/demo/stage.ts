import type { SettableClock } from '@comity/kernel';
import type { Output } from '../output.js';
import { Desk, type ActSeen, type RequestSeen } from './desk.js';

interface TimelineItem {
  at: string;
  by: string;
  source: string;
  type: string;
  label: string;
  measure: number | null;
  rule: string | null;
  messageId: string | null;
  sent: { id: string }[];
}

/** Everything a play needs: the officials, the clock, and what lets the worker finish between acts. */
export interface StageOptions {
  base: string;
  password: string;
  clock: SettableClock;
  /** Delivers what is due; the play goes on when nothing is left. */
  settle(): Promise<void>;
  out: Output;
}

/** One request played by officials of two States, each step printed with who, which State, event and rule. */
export class Stage {
  private readonly desks = new Map<string, Desk>();
  id = '';
  /** What did not come out as it must; the demo then ends with a non-zero status. */
  readonly differences: string[] = [];

  constructor(
    private readonly options: StageOptions,
    readonly requesting: string,
    readonly requested: string,
  ) {}

  at(instant: string): void {
    this.options.clock.set(new Date(instant));
    this.options.out.text(`\n  ${instant}`);
  }

  async desk(state: string, username: string): Promise<Desk> {
    const key = `${state}/${username}`;
    // Tokens last hours, plays last months: an official signs in again on each new day.
    const day = this.options.clock.now().toISOString().slice(0, 13);
    let desk = this.desks.get(`${key}/${day}`);
    if (!desk) {
      desk = await Desk.signIn(this.options.base, state, username, this.options.password);
      this.desks.set(`${key}/${day}`, desk);
    }
    return desk;
  }

  async draft(body: unknown): Promise<void> {
    const officer = await this.desk(this.requesting, 'case-officer');
    const check = await officer.post<{ ready: boolean; lacking: { code: string; rule: string; blocks: boolean }[] }>('/requests/check', body);
    this.say(officer, null, 'check', check.ready ? 'complete' : `lacks ${check.lacking.filter((l) => l.blocks).map((l) => `${l.code} (${l.rule})`).join(', ')}`);
    const { id, ownReference } = await officer.post<{ id: string; ownReference: string }>('/requests', body);
    this.id = id;
    this.say(officer, null, 'draft', `reference ${ownReference}`);
  }

  /** One act; messages are then delivered, so that the next official sees its effect. */
  async act(side: 'requesting' | 'requested', username: string, measure: number | null, type: string, payload: Record<string, unknown> = {}): Promise<ActSeen> {
    const desk = await this.desk(side === 'requesting' ? this.requesting : this.requested, username);
    const answer = await desk.act(this.id, measure, type, payload);
    const { letterState, measureState, opened } = answer;
    const last = (await desk.get<{ items: TimelineItem[] }>(`/requests/${this.id}/timeline`)).items.at(-1);
    this.say(desk, measure, type, `-> ${measureState ?? letterState}${last?.rule ? `   [${last.rule}]` : ''}${opened ? ` opens ${opened.ownReference} to ${opened.requestedState}` : ''}`);
    await this.options.settle();
    return answer;
  }

  /** An act that must be refused, for the reason given. */
  async refused(side: 'requesting' | 'requested', username: string, measure: number | null, type: string, payload: Record<string, unknown>, code: string): Promise<void> {
    const desk = await this.desk(side === 'requesting' ? this.requesting : this.requested, username);
    try {
      await desk.act(this.id, measure, type, payload);
      this.differences.push(`${type} was let through; it must be refused with ${code}`);
    } catch (error) {
      const { problem } = error as { problem?: { code: string; detail: string; rule?: string } };
      if (problem?.code !== code) throw error;
      this.say(desk, measure, type, `refused: ${problem.code}${problem.rule ? `   [${problem.rule}]` : ''} ${problem.detail}`);
    }
  }

  /** Uploads files as the executing authority, seals the package and transmits it. */
  async evidence(measure: number, files: Record<string, Uint8Array>): Promise<void> {
    const desk = await this.desk(this.requested, 'competent-authority');
    const { id } = await desk.post<{ id: string }>('/evidence-packages', { requestId: this.id, measure });
    for (const [name, bytes] of Object.entries(files)) {
      const stored = await desk.upload<{ sha256: string }>(`/evidence-packages/${id}/files?name=${encodeURIComponent(name)}&mediaType=${encodeURIComponent('application/octet-stream')}`, bytes);
      this.say(desk, measure, 'evidence', `${name} stored, SHA-256 ${stored.sha256.slice(0, 16)}...`);
    }
    const sealed = await desk.post<{ manifestSha256: string }>(`/evidence-packages/${id}/seal`);
    this.say(desk, measure, 'evidence', `sealed, manifest SHA-256 ${sealed.manifestSha256.slice(0, 16)}...`);
    await this.act('requested', 'central-authority', measure, 'TRANSMIT_EVIDENCE', { packageId: id });
  }

  read(side: 'requesting' | 'requested'): Promise<RequestSeen> {
    return this.desk(side === 'requesting' ? this.requesting : this.requested, 'central-authority').then((d) => d.get<RequestSeen>(`/requests/${this.id}`));
  }

  /** Both files side by side, and what differs between them although it must not. */
  async compare(outcomes: (string | null)[]): Promise<void> {
    const { ownReference } = await this.read('requesting');
    this.options.out.text(`\n  ${ownReference}, ${this.requesting} asks ${this.requested}`);
    const [here, there] = await Promise.all([this.timeline(this.requesting), this.timeline(this.requested)]);
    this.print(here, there);
    for (const side of ['requesting', 'requested'] as const) {
      const seen = await this.read(side);
      const found = seen.measures.map((m) => m.outcome);
      if (JSON.stringify(found) !== JSON.stringify(outcomes)) this.differences.push(`${seen.state}: outcomes ${JSON.stringify(found)}, expected ${JSON.stringify(outcomes)}`);
      if (seen.overall !== 'closed') this.differences.push(`${seen.state}: the request is ${seen.overall}, expected closed`);
    }
    const exchanged = await Promise.all([this.requesting, this.requested].map(async (state) => {
      const { items } = await (await this.desk(state, 'auditor')).get<{ items: { sha256: string; status: string }[] }>(`/requests/${this.id}/messages`);
      return items.map((m) => m.sha256).sort().join();
    }));
    if (exchanged[0] !== exchanged[1]) this.differences.push('the two files do not hold the same messages');
  }

  /** Days between two events of the requesting State's timeline. */
  async daysBetween(from: string, to: string): Promise<number> {
    const items = await this.timeline(this.requesting);
    const at = (type: string) => Date.parse(items.find((i) => i.type === type)!.at);
    return Math.round((at(to) - at(from)) / 86_400_000);
  }

  private async timeline(state: string): Promise<TimelineItem[]> {
    return (await (await this.desk(state, 'auditor')).get<{ items: TimelineItem[] }>(`/requests/${this.id}/timeline`)).items;
  }

  private print(here: TimelineItem[], there: TimelineItem[]): void {
    const { out } = this.options;
    const width = 58;
    const line = (i: TimelineItem | undefined) => (i ? `${i.at.slice(0, 10)} ${i.by} ${i.type}${i.measure === null ? '' : ` (${i.measure})`}`.slice(0, width).padEnd(width) : ' '.repeat(width));
    out.text(`\n  ${`File of ${this.requesting} (requesting)`.padEnd(width)} | File of ${this.requested} (requested)`);
    out.say(`  ${'-'.repeat(width)}-+-${'-'.repeat(width)}`);
    // A message stands on one line with the act that sent it.
    const rows: [TimelineItem | undefined, TimelineItem | undefined][] = [];
    let j = 0;
    for (const left of here) {
      const partner = there.findIndex((r, i) => i >= j && ((left.messageId !== null && r.sent.some((s) => s.id === left.messageId)) || left.sent.some((s) => s.id === r.messageId)));
      if (partner < 0) {
        rows.push([left, undefined]);
        continue;
      }
      while (j < partner) rows.push([undefined, there[j++]]);
      rows.push([left, there[j++]]);
    }
    while (j < there.length) rows.push([undefined, there[j++]]);
    for (const [left, right] of rows) out.say(`  ${line(left)} | ${line(right).trimEnd()}`);
  }

  private say(desk: Desk, measure: number | null, event: string, text: string): void {
    const who = `${desk.state} ${desk.username}`.padEnd(24);
    this.options.out.say(`    ${who} ${(measure === null ? 'letter' : `measure ${measure}`).padEnd(10)} ${event.padEnd(24)} ${text}`);
  }
}
