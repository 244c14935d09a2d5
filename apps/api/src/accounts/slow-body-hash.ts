import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { IdempotentAct } from '@comity/access';
import { canonicalBytes, sha256, sha256Hex } from '@comity/kernel';

const slow = promisify(scrypt) as (secret: string, salt: Buffer, length: number) => Promise<Buffer>;

/**
 * The act with a hash of its body that does not help to guess the password in it: the hash is stored for a day, and a
 * fast one would be a far easier target than what stands in the account.
 */
export async function withSlowHash<B extends { password: string }>(act: IdempotentAct, { password, ...rest }: B): Promise<IdempotentAct> {
  const salt = sha256(act.accountId, '\n', act.route, '\n', act.key);
  const hidden = await slow(password, salt, 32);
  return { ...act, bodyHash: sha256Hex(canonicalBytes({ ...rest, password: hidden.toString('hex') })) };
}
