import type { Side } from '@comity/kernel';
import { crosses, crossing, type Effect, type Law } from '../../libs/requests/src/domain/index.js';
import { Interned } from './interned.js';

export type Send = Extract<Effect, { kind: 'send' }>;

export interface Message {
  type: string;
  measure: number | null;
  body: Record<string, unknown>;
  /** Messages of the receiver, on its subject, that the sender had not processed when it decided. */
  crossed: readonly string[];
}

/**
 * What lies in the two channels, by number. A message crosses what its sender had not seen: what waited for the sender
 * when it was sent, and what the receiver sends until it arrives.
 */
export class Channels {
  readonly messages = new Interned<Message>((m) => JSON.stringify(m));
  private readonly lists = new Interned<readonly number[]>((ids) => ids.join());
  private readonly sends = new Interned<readonly Send[]>((list) => JSON.stringify(list));
  private readonly matters: (side: Side, received: string, sent: string) => boolean;
  private readonly memo = new Map<string, number>();

  constructor(law: Law) {
    this.matters = mattering(law);
  }

  readonly empty = this.lists.id([]);

  sendsId(list: readonly Send[]): number {
    return this.sends.id(list);
  }

  sendsAt(id: number): readonly Send[] {
    return this.sends.at(id);
  }

  listAt(id: number): readonly number[] {
    return this.lists.at(id);
  }

  without(list: number, place: number): number {
    return this.lists.id(this.lists.at(list).filter((_, i) => i !== place));
  }

  /** What waits for `side` after it has sent: it now crosses that, too. */
  afterSending(side: Side, waiting: number, sends: number): number {
    return this.once(`w${side}${waiting}/${sends}`, () =>
      this.lists.id(
        this.lists.at(waiting).map((id) => {
          const m = this.messages.at(id);
          const more = this.sends.at(sends).filter((s) => crosses(m.measure, s.measure) && this.matters(side, m.type, s.message)).map((s) => s.message);
          return more.length === 0 ? id : this.messages.id({ ...m, crossed: unique([...m.crossed, ...more]) });
        }),
      ),
    );
  }

  /** The channel to the other side after `side` has sent, while `waiting` waits for it. */
  appended(side: Side, channel: number, waiting: number, sends: number): number {
    const other = side === 'requesting' ? 'requested' : 'requesting';
    return this.once(`a${side}${channel}/${waiting}/${sends}`, () => {
      const unseen = this.lists.at(waiting).map((id) => this.messages.at(id));
      const sent = this.sends.at(sends).map((s) =>
        this.messages.id({
          type: s.message,
          measure: s.measure,
          body: s.body,
          crossed: unique(unseen.filter((m) => crosses(s.measure, m.measure) && this.matters(other, s.message, m.type)).map((m) => m.type)),
        }),
      );
      return this.lists.id([...this.lists.at(channel), ...sent]);
    });
  }

  private once(key: string, make: () => number): number {
    let known = this.memo.get(key);
    if (known === undefined) {
      known = make();
      this.memo.set(key, known);
    }
    return known;
  }
}

const unique = (types: readonly string[]): string[] => [...new Set(types)].sort();

/**
 * Crossings that some row decides otherwise than "apply", or that no row decides; the rest leave no mark on the state.
 * `side` is the receiver's.
 */
function mattering(law: Law): (side: Side, received: string, sent: string) => boolean {
  const memo = new Map<string, boolean>();
  return (side, received, sent) => {
    const key = `${side}${received}/${sent}`;
    let known = memo.get(key);
    if (known === undefined) {
      const rows = ['openedHere', undefined].map((c) => crossing(side, received, sent, c, law.crossings));
      known = rows.some((row) => row?.verdict !== 'apply');
      memo.set(key, known);
    }
    return known;
  };
}
