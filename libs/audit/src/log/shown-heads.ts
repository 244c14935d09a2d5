import type { Tx } from '@comity/database';
import { logOrigin, readCheckpoint, type TreeHead } from '../note/checkpoint.js';
import type { TreeEdge } from '../tree/edge.js';
import { readShown } from '../witness/shown.js';
import type { LogFault } from './log-fault.js';

interface ShownHead {
  where: string;
  head: TreeHead;
}

interface AckRow {
  counterpart: string;
  seq: number;
  note: string;
}

interface ShownRow {
  counterpart: string;
  seq: number;
  bytes: Buffer;
}

/**
 * Checkpoints of the State's own log that counterparts were shown or have cosigned. Whoever rewrites a log makes its own
 * checkpoints anew; these stay, and the entries must still have their roots.
 */
export class ShownHeads {
  private next = 0;

  private constructor(
    private readonly heads: readonly ShownHead[],
    /** Of notes that cannot be read. Whether they were signed, the check of the witness's rows says. */
    readonly faults: readonly LogFault[],
  ) {}

  static async read(tx: Tx): Promise<ShownHeads> {
    const acks = await tx.query<AckRow>(`SELECT counterpart, seq::float8 AS seq, note FROM witness_ack WHERE state = $1`, [tx.state]);
    const shown = await tx.query<ShownRow>(`SELECT counterpart, seq::float8 AS seq, bytes FROM witness_shown WHERE state = $1`, [tx.state]);
    const [heads, faults]: [ShownHead[], LogFault[]] = [[], []];
    const take = (where: string, note: () => string): void => {
      try {
        heads.push({ where, head: ownHead(note(), tx.state) });
      } catch (error) {
        faults.push({ where, what: (error as Error).message });
      }
    };
    for (const { counterpart, seq, note } of acks) take(`witness_ack ${counterpart} ${seq}`, () => note);
    for (const { counterpart, seq, bytes } of shown) take(`witness_shown ${counterpart} ${seq}`, () => readShown(bytes).checkpoint);
    return new ShownHeads(heads.sort((a, b) => a.head.size - b.head.size), faults);
  }

  /** To be called at each size, the smallest first. @returns where the root over the entries is another */
  here(edge: TreeEdge): LogFault[] {
    const faults: LogFault[] = [];
    for (; this.heads[this.next]?.head.size === edge.size; this.next += 1) {
      const { where, head } = this.heads[this.next]!;
      if (!head.root.equals(edge.root())) faults.push({ where, what: `the first ${head.size} entries do not have the root that was shown` });
    }
    return faults;
  }

  /** To be called at the end. @returns those of more entries than there are */
  beyond(size: number): LogFault[] {
    return this.heads.slice(this.next).map(({ where, head }) => ({ where, what: `covers ${head.size} entries, and there are ${size}: cut off or rewritten` }));
  }
}

function ownHead(note: string, state: string): TreeHead {
  const head = readCheckpoint(note);
  if (head.origin !== logOrigin(state)) throw new SyntaxError(`a checkpoint of ${head.origin}`);
  return head;
}
