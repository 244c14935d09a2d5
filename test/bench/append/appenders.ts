// Loaded into a server before its program (`node --import`): puts another appender in the place of the log's own, for
// the bench beside this file. Nothing of what ships knows of it.
import { randomBytes } from 'node:crypto';
import { AuditLog, newChain } from '@comity/audit';
import type { Tx } from '@comity/database';
import { newId } from '@comity/kernel';

/** `null`: nothing is read, made, hashed or written of an entry; `slow`: the log's own, and then some time of the processor. */
export type Appender = 'real' | 'null' | 'slow';

const SLOWED_MS = 2;
const LEAF = randomBytes(32);

const real = AuditLog.prototype.append;

const instead: Record<Exclude<Appender, 'real'>, () => void> = {
  null: () => {
    AuditLog.prototype.chainHead = async (_tx, subject) => newChain(subject);
    AuditLog.prototype.lockWithChain = async <T extends object>(tx: Tx, { name, columns, from }: { name: string; columns: string; from: string }, id: string, subject: string) => {
      const [row] = await tx.prepared<T>(name, `SELECT ${columns} FROM ${from} f WHERE f.state = $1 AND f.id = $2 FOR UPDATE OF f`, [tx.state, id]);
      return row && { row, head: newChain(subject) };
    };
    AuditLog.prototype.append = async (_tx, { subject }, head = newChain(subject)) => {
      const seq = head.seq + 1;
      return { id: newId(), seq, leafHash: LEAF.toString('hex'), head: { subject, seq, leafHash: LEAF, stored: true } };
    };
  },
  slow: () => {
    AuditLog.prototype.append = async function slowed(this: AuditLog, ...entry) {
      for (const until = performance.now() + SLOWED_MS; performance.now() < until; );
      return real.apply(this, entry);
    };
  },
};

const asked = process.env['COMITY_TEST_APPENDER'];
if (asked === 'null' || asked === 'slow') instead[asked]();
else throw new Error(`COMITY_TEST_APPENDER must be null or slow, not ${String(asked)}`);
