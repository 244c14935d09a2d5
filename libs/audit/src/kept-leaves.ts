import { HASH_BYTES } from './tree/hash.js';
import { Stop } from './verify-report.js';

const PAGE = 1024;
/** Leaves of a page that are kept one by one. More of them get a page, which then holds half a kilobyte for each at most. */
const FEW = 64;

interface Page {
  leaves: Buffer;
  taken: Uint8Array;
}

/**
 * Leaves by position, in pages, for entries come in the order of their subjects. 32 bytes an entry where they fill their
 * pages; lone ones cost no page, or a small file with positions far apart would fill the memory.
 */
export class KeptLeaves {
  private readonly pages = new Map<number, Page>();
  private readonly lone = new Map<number, Map<number, Buffer>>();

  constructor(private readonly count: number) {}

  /** @throws Stop `position.repeated`, `position.beyond` */
  place(position: number, leaf: Buffer): void {
    if (position >= this.count) throw new Stop('position.beyond', `position ${position} in a log of ${this.count} entries`);
    if (this.find(position)) throw new Stop('position.repeated', `position ${position} comes twice`);
    const number = Math.floor(position / PAGE);
    const at = position % PAGE;
    const page = this.pages.get(number);
    if (page) return put(page, at, leaf);
    const few = this.lone.get(number) ?? new Map<number, Buffer>();
    few.set(at, Buffer.from(leaf));
    if (few.size <= FEW) this.lone.set(number, few);
    else this.openPage(number, few);
  }

  /** @throws Stop `position.missing` */
  at(position: number): Buffer {
    const leaf = this.find(position);
    if (!leaf) throw new Stop('position.missing', `no entry has position ${position}`);
    return leaf;
  }

  private find(position: number): Buffer | undefined {
    const number = Math.floor(position / PAGE);
    const at = position % PAGE;
    const page = this.pages.get(number);
    if (!page) return this.lone.get(number)?.get(at);
    return page.taken[at] ? page.leaves.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES) : undefined;
  }

  private openPage(number: number, few: Map<number, Buffer>): void {
    const page = { leaves: Buffer.alloc(PAGE * HASH_BYTES), taken: new Uint8Array(PAGE) };
    for (const [at, leaf] of few) put(page, at, leaf);
    this.pages.set(number, page);
    this.lone.delete(number);
  }
}

function put({ leaves, taken }: Page, at: number, leaf: Buffer): void {
  taken[at] = 1;
  leaf.copy(leaves, at * HASH_BYTES);
}
