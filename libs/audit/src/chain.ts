/** Where a subject's chain stands. `seq` 0 and no leaf: no entry yet. */
export interface ChainHead {
  subject: string;
  seq: number;
  /** 32 bytes. */
  leafHash: Buffer | null;
  /** Whether the chain has its row already: tells `append` to move it rather than to open it. */
  stored: boolean;
}

/** The head of a chain that has no entry yet, for who creates the subject: nobody else can know it. */
export const newChain = (subject: string): ChainHead => ({ subject, seq: 0, leafHash: null, stored: false });

export interface Link {
  seq: number;
  /** Hex, null for the first. */
  prev: string | null;
  /** Hex. */
  leaf: string;
}

export type ChainFault = 'chain.gap' | 'chain.order' | 'chain.broken';

/**
 * Walks one subject's chain in order of `seq`. A whole chain starts at 1 and has no gaps; of a selected one only
 * neighbours can be compared.
 */
export class ChainWalk {
  seq = 0;
  leaf: string | null = null;
  /** Places where entries are left out; always 0 in a whole chain. */
  gaps = 0;

  constructor(private readonly whole: boolean) {}

  /** Takes the next link, or says why it cannot follow. */
  step(link: Link): ChainFault | undefined {
    if (link.seq <= this.seq) return 'chain.order';
    const next = link.seq === this.seq + 1;
    if (!next && this.whole) return 'chain.gap';
    if (next ? link.prev !== this.leaf : link.prev === null) return 'chain.broken';
    if (!next) this.gaps += 1;
    this.seq = link.seq;
    this.leaf = link.leaf;
    return undefined;
  }
}
