import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { LogKey, LogSigner } from '../log/log-signer.js';

/** PKCS#8 of an Ed25519 key up to its 32 secret bytes (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A key whose secret bytes are all `n`. */
export function testKey(n: number): LogKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.alloc(32, n)]), format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return { kid: `key-${n}`, publicKey: Buffer.from(x!, 'base64url'), sign: (message) => sign(null, message, key) };
}

/** Signs every State's log with one key; `before` runs where a process might be killed between commit and signature. */
export function testSigner(key = testKey(1), before: () => void = () => undefined): LogSigner {
  return {
    hasKey: async () => true,
    current: async () => key,
    byKid: async (_tx, kid) => {
      before();
      if (kid !== key.kid) throw new Error(`no key ${kid}`);
      return key;
    },
  };
}
