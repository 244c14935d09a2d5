import type { ExportHeader } from './export.js';
import { selectsAll } from './filter.js';
import { KeptLeaves } from './kept-leaves.js';
import { logOrigin, verifyCheckpoint, type VerifiedCheckpoint } from './note/checkpoint.js';
import { readVerifierKey } from './note/signed-note.js';
import { EMPTY_ROOT, HASH_BYTES } from './tree/hash.js';
import { MultisetHash } from './tree/multiset.js';
import { RootStack } from './tree/root-stack.js';
import { provesInclusion } from './tree/verify-proof.js';
import { Stop, type Expected, type TreeReport } from './verify-report.js';

/**
 * Holds the entries of an export to the State's checkpoint: the leaves of a whole log, or the proof of each entry.
 *
 * Entries come in the order of their subjects, the tree is made in the order of positions. So a whole log lists its
 * leaves once more in that order: the root is made of the list as it passes, and two sums tell whether the list holds
 * the leaves of the entries. Where there is no list, or the exact place of a fault is asked for, leaves are kept.
 */
export class ExportTree {
  private readonly head: VerifiedCheckpoint | null;
  private readonly seen: readonly VerifiedCheckpoint[];
  /** Checkpoints of a whole log, the smallest first. */
  private readonly signed: VerifiedCheckpoint[];
  private readonly whole: boolean;
  /** Keys given for this State's log, one of which must have signed; null where none was. */
  private readonly given: readonly string[] | null;
  private readonly kept: KeptLeaves | null;
  private readonly stack = new RootStack();
  private readonly entries: MultisetHash;
  private readonly listed: MultisetHash;
  private placed = 0;
  private covered = 0;
  private later = 0;
  private beginsWith: number[] = [];
  /** Of a selection: whether an entry of this subject came that the checkpoint does not cover. */
  private passed = false;
  /** The entry whose proof comes next. */
  private unproved: { index: number; leaf: Buffer } | null = null;

  /** @throws Stop `checkpoint.*` */
  constructor(
    private readonly header: ExportHeader,
    private readonly expected: Expected,
  ) {
    const { checkpoint, key, state } = header;
    this.given = keysFor(logOrigin(state), expected.keys);
    const keys = this.given ?? (key === null ? [] : [key]);
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
    // Every log begins with none; what says so proves nothing, and must at least say it rightly.
    const known = (expected.checkpoints ?? []).map(open);
    if (known.some(({ size, root }) => size === 0 && !root.equals(EMPTY_ROOT))) throw new Stop('root.differs', 'a checkpoint of no entries does not have the root of an empty log');
    this.seen = known.filter(({ size }) => size > 0);
    if (!this.head && (this.seen.length > 0 || this.given)) throw new Stop('checkpoint.missing', 'the export carries no checkpoint');
    for (const { size } of this.seen) this.assertCovers(size);
    this.signed = this.head ? [...this.seen, this.head].filter(({ size }) => size > 0).sort((a, b) => a.size - b.size) : [];
    this.kept = this.whole && (!header.leaves || expected.exact) ? new KeptLeaves(header.count) : null;
    const sumKey = MultisetHash.key();
    [this.entries, this.listed] = [new MultisetHash(sumKey), new MultisetHash(sumKey)];
  }

  /** To be called before the first entry of each subject. */
  subject(): void {
    this.passed = false;
  }

  /** The next entry. @param hex its leaf hash is the 64 digits that begin at `at` */
  entry(position: number | null, hex: Buffer, at: number): void {
    const covered = this.head !== null && position !== null && position < this.head.size;
    this[covered ? 'covered' : 'later'] += 1;
    if (!this.whole) this.assertOrder(covered);
    if (position === null) return;
    if (!this.whole) {
      if (covered) this.unproved = { index: position, leaf: Buffer.from(hex.toString('latin1', at, at + 64), 'hex') };
      return;
    }
    if (position >= this.header.count) throw new Stop('position.beyond', `position ${position} in a log of ${this.header.count} entries`);
    this.placed += 1;
    if (this.kept) this.kept.place(position, Buffer.from(hex.toString('latin1', at, at + 64), 'hex'));
    else this.entries.add(position, hex, at);
  }

  /** Leaves of the list, from a position on. @param hashes 32 bytes each */
  leaves(first: number, hashes: Buffer): void {
    if (!this.header.leaves || first !== this.listed.count) throw new Stop('leaves.order', `leaves from ${first} on, where ${this.listed.count} are due`);
    for (let at = 0; at < hashes.length; at += HASH_BYTES) {
      const position = this.listed.count;
      if (this.kept && this.kept.at(position).compare(hashes, at, at + HASH_BYTES) !== 0) {
        throw new Stop('leaves.differ', `position ${position} lists another leaf than the entry there has`);
      }
      this.listed.addBytes(position, hashes, at);
      if (!this.kept) this.grow(hashes.toString('latin1', at, at + HASH_BYTES));
    }
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
    if (this.head && this.placed < this.head.size) {
      throw new Stop('tree.smaller', `${this.head.size} entries were signed, ${this.placed} are here with a position`);
    }
    // Positions each once and without gaps, also of what came after the checkpoint.
    if (this.kept) for (let at = 0; at < this.placed; at += 1) this.grow(this.kept.at(at).toString('latin1'));
    if (this.header.leaves && (this.kept ? this.listed.count !== this.placed : !this.listed.equals(this.entries))) {
      throw new Stop('leaves.differ', 'the leaves listed in the order of the tree are not those of the entries');
    }
    const [unreached] = this.signed;
    if (unreached) throw new Stop('tree.smaller', `${unreached.size} entries were signed, ${this.stack.size} are here in the order of the tree`);
    this.beginsWith = this.seen.map(({ size }) => size);
  }

  report(): TreeReport | null {
    if (!this.head) return null;
    const { origin, size, root, at, key } = this.head;
    const { covered, later, beginsWith } = this;
    const keyGiven = this.given !== null;
    return { origin, size, root: root.toString('hex'), at: at.toISOString(), key, keyGiven, covered, later, beginsWith };
  }

  /** @param leaf 32 bytes, a character each */
  private grow(leaf: string): void {
    this.stack.append(leaf);
    for (; this.signed[0]?.size === this.stack.size; this.signed.shift()) {
      const { size, root } = this.signed[0];
      if (!this.stack.root().equals(root)) throw new Stop('root.differs', `the first ${size} entries are not those that were signed`);
    }
  }

  /** A log grows at its end: an entry before one that was signed was signed too, or anybody may have put it there. */
  private assertOrder(covered: boolean): void {
    if (covered && this.passed) throw new Stop('position.order', 'the checkpoint covers this entry, and not the one of its subject before it');
    if (!covered) this.passed = true;
  }

  private assertCovers(size: number): void {
    if (size > this.head!.size) {
      throw new Stop('checkpoint.beyond', `a checkpoint of ${size} entries was seen before, and this log has ${this.head!.size}: cut off or rewritten`);
    }
    if (this.whole) return;
    const same = this.seen.every((one) => one.size === this.head!.size && one.root.equals(this.head!.root));
    if (!same) throw new Stop('checkpoint.unchecked', 'whether a selection begins with an earlier checkpoint cannot be told: export the whole log, or ask for a consistency proof');
  }
}

/** Keys given, without those of other logs, which say nothing of this one. Null when none was given but of other logs. */
function keysFor(origin: string, given: readonly string[] | undefined): readonly string[] | null {
  const ofThis = given?.filter((key) => !isOfAnother(origin, key)) ?? [];
  return ofThis.length > 0 || given?.length === 0 ? ofThis : null;
}

/** What is no key stays demanded: nothing holds under it. */
function isOfAnother(origin: string, key: string): boolean {
  try {
    return readVerifierKey(key).name !== origin;
  } catch {
    return false;
  }
}
