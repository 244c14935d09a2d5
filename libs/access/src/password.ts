import { hash, verify } from '@node-rs/argon2';
import { unprocessable } from '@comity/kernel';

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;

/** OWASP's parameters for argon2id: 19 MiB, 2 passes, 1 lane. A pool thread each, so 4 at once at most. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Two keyboards may compose the same letters differently (NIST SP 800-63B 3.1.1.2). */
const normalised = (password: string): string => password.normalize('NFKC');

/** argon2id hash in PHC form. Asks nothing of the password: see {@link assertPassword}. */
export function hashPassword(password: string): Promise<string> {
  return hash(normalised(password), COST);
}

let decoy: Promise<string> | undefined;

/** Checks a password. Without a hash (no such account) the same work is done against a decoy, and it is false. */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this password');
  const right = await verify(passwordHash ?? (await decoy), normalised(password));
  return right && passwordHash !== undefined;
}

/** Different characters a password has at least: twelve spaces are long, and the first thing tried. */
const DIFFERENT_MIN = 4;

/** @throws Problem 422 `password.too-short`, `password.too-long`, `password.too-simple`, `password.holds-username` */
export function assertPassword(password: string, username: string): void {
  const length = [...password].length;
  const refuse = (code: string, detail: string): never => {
    throw unprocessable(code, detail, undefined, [{ pointer: '/password', code, detail }]);
  };
  if (length < PASSWORD_MIN) refuse('password.too-short', `A password has at least ${PASSWORD_MIN} characters.`);
  if (length > PASSWORD_MAX) refuse('password.too-long', `A password has at most ${PASSWORD_MAX} characters.`);
  if (new Set(normalised(password)).size < DIFFERENT_MIN) refuse('password.too-simple', `A password has at least ${DIFFERENT_MIN} different characters.`);
  if (password.toLowerCase().includes(username))
    refuse('password.holds-username', 'A password does not hold the user name.');
}
