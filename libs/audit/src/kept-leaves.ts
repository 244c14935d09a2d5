import { HASH_BYTES } from './tree/hash.js';
import { Stop } from './verify-report.js';

const PAGE = 1024;

/** Leaves by position, in pages, for entries come in the order of their subjects. 32 bytes an entry. */
export class KeptLeaves {
  private readonly pages = new Map<number, { leaves: Buffer; taken: Uint8Array }>();

  constructor(private readonly count: number) {}

  /** @throws Stop `position.repeated`, `position.beyond` */
  place(position: number, leaf: Buffer): void {
    if (position >= this.count) throw new Stop('position.beyond', `position ${position} in a log of ${this.count} entries`);
    const number = Math.floor(position / PAGE);
    let page = this.pages.get(number);
    if (!page) this.pages.set(number, (page = { leaves: Buffer.alloc(PAGE * HASH_BYTES), taken: new Uint8Array(PAGE) }));
    const at = position % PAGE;
    if (page.taken[at]) throw new Stop('position.repeated', `position ${position} comes twice`);
    page.taken[at] = 1;
    leaf.copy(page.leaves, at * HASH_BYTES);
  }

  /** @throws Stop `position.missing` */
  at(position: number): Buffer {
    const page = this.pages.get(Math.floor(position / PAGE));
    const at = position % PAGE;
    if (!page?.taken[at]) throw new Stop('position.missing', `no entry has position ${position}`);
    return page.leaves.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
  }
}
