import type { ExportHeader } from './export.js';
import { selectsAll } from './filter.js';
import { logOrigin, verifyCheckpoint, type VerifiedCheckpoint } from './note/checkpoint.js';
import { TreeEdge } from './tree/edge.js';
import { HASH_BYTES } from './tree/hash.js';
import { provesInclusion } from './tree/verify-proof.js';
import { Stop, type Expected, type TreeReport } from './verify-report.js';

const PAGE = 1024;

/** Holds the entries of an export to the State's checkpoint: all leaves of a whole log, or the proof of each entry. */
export class ExportTree {
  private readonly head: VerifiedCheckpoint | null;
  private readonly seen: readonly VerifiedCheckpoint[];
  private readonly whole: boolean;
  /** Leaves by position, in pages, for entries come in the order of their subjects. */
  private readonly pages = new Map<number, { leaves: Buffer; taken: Uint8Array }>();
  private placed = 0;
  private covered = 0;
  private later = 0;
  private beginsWith: number[] = [];
  /** The entry whose proof comes next. */
  private unproved: { index: number; leaf: Buffer } | null = null;

  /** @throws Stop `checkpoint.*` */
  constructor(
    private readonly header: ExportHeader,
    private readonly expected: Expected,
  ) {
    const { checkpoint, key, state } = header;
    const keys = expected.keys ?? (key === null ? [] : [key]);
    const open = (note: string): VerifiedCheckpoint => {
      try {
        const found = verifyCheckpoint(note, keys);
        if (found.origin === logOrigin(state)) return found;
        throw new SyntaxError(`it is one of ${found.origin}`);
      } catch (error) {
        throw new Stop('checkpoint.not-sound', `the checkpoint does not hold: ${(error as Error).message}`);
      }
    };
    this.whole = selectsAll(header.filter);
    this.head = checkpoint === null ? null : open(checkpoint);
    this.seen = (expected.checkpoints ?? []).map(open);
    if (!this.head && (this.seen.length > 0 || expected.keys)) throw new Stop('checkpoint.missing', 'the export carries no checkpoint');
    for (const { size } of this.seen) this.assertCovers(size);
  }

  /** The next entry. */
  entry(position: number | null, leaf: Buffer): void {
    const covered = this.head !== null && position !== null && position < this.head.size;
    this[covered ? 'covered' : 'later'] += 1;
    if (position === null) return;
    if (this.whole) this.place(position, leaf);
    else if (covered) this.unproved = { index: position, leaf };
  }

  /** The proof of the entry before. */
  inclusion(hashes: readonly Buffer[]): void {
    if (!this.unproved) throw new Stop('inclusion.unasked', 'a proof that belongs to no entry under the checkpoint');
    const { size, root } = this.head!;
    if (!provesInclusion({ ...this.unproved, size, hashes }, root)) {
      throw new Stop('inclusion.differs', 'the entry is not the one at its position in the signed log');
    }
    this.unproved = null;
  }

  /** To be called when a line follows that is no proof. */
  proofDone(): void {
    if (this.unproved) throw new Stop('inclusion.missing', 'the entry is not proved to be in the signed log');
  }

  /** To be called at the end: makes the root anew. */
  end(): void {
    if (!this.whole) return;
    const signed = this.head ? [...this.seen, this.head].sort((a, b) => a.size - b.size) : [];
    if (this.head && this.placed < this.head.size) {
      throw new Stop('tree.smaller', `${this.head.size} entries were signed, ${this.placed} are here with a position`);
    }
    const edge = new TreeEdge();
    for (const { size, root } of signed) {
      while (edge.size < size) edge.append(this.leafAt(edge.size));
      if (!edge.root().equals(root)) throw new Stop('root.differs', `the first ${size} entries are not those that were signed`);
    }
    // What came later has positions of its own, each once and without gaps.
    for (let at = edge.size; at < this.placed; at += 1) this.leafAt(at);
    this.beginsWith = this.seen.map(({ size }) => size);
  }

  report(): TreeReport | null {
    if (!this.head) return null;
    const { origin, size, root, at, key } = this.head;
    const { covered, later, beginsWith } = this;
    const keyGiven = this.expected.keys !== undefined;
    return { origin, size, root: root.toString('hex'), at: at.toISOString(), key, keyGiven, covered, later, beginsWith };
  }

  private assertCovers(size: number): void {
    if (size > this.head!.size) {
      throw new Stop('checkpoint.beyond', `a checkpoint of ${size} entries was seen before, and this log has ${this.head!.size}: cut off or rewritten`);
    }
    if (this.whole) return;
    const same = this.seen.every((one) => one.size === this.head!.size && one.root.equals(this.head!.root));
    if (!same) throw new Stop('checkpoint.unchecked', 'whether a selection begins with an earlier checkpoint cannot be told: export the whole log, or ask for a consistency proof');
  }

  private place(position: number, leaf: Buffer): void {
    if (position >= this.header.count) throw new Stop('position.beyond', `position ${position} in a log of ${this.header.count} entries`);
    const number = Math.floor(position / PAGE);
    let page = this.pages.get(number);
    if (!page) this.pages.set(number, (page = { leaves: Buffer.alloc(PAGE * HASH_BYTES), taken: new Uint8Array(PAGE) }));
    const at = position % PAGE;
    if (page.taken[at]) throw new Stop('position.repeated', `position ${position} comes twice`);
    page.taken[at] = 1;
    leaf.copy(page.leaves, at * HASH_BYTES);
    this.placed += 1;
  }

  private leafAt(position: number): Buffer {
    const page = this.pages.get(Math.floor(position / PAGE));
    const at = position % PAGE;
    if (!page?.taken[at]) throw new Stop('position.missing', `no entry has position ${position}`);
    return page.leaves.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
  }
}
