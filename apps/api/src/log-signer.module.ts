import { createPublicKey, sign } from 'node:crypto';
import { Module } from '@nestjs/common';
import { LOG_SIGNER, type LogKey, type LogSigner } from '@comity/audit';
import { ExchangeModule, Signer, type SigningKey } from '@comity/exchange';

/** Signs logs with the keys that sign messages: see docs/decisions/0020. */
@Module({
  imports: [ExchangeModule],
  providers: [{ provide: LOG_SIGNER, inject: [Signer], useFactory: logSigner }],
  exports: [LOG_SIGNER],
})
export class LogSignerModule {}

export function logSigner(signer: Signer): LogSigner {
  return {
    hasKey: (state) => signer.hosts(state),
    current: async (tx, at) => logKey(signer.cached(tx.state, at) ?? (await signer.load(tx, at))),
    byKid: async (tx, kid) => logKey(await signer.byKid(tx, kid)),
  };
}

function logKey({ kid, privateKey }: SigningKey): LogKey {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { kid, publicKey: Buffer.from(x!, 'base64url'), sign: (message) => sign(null, message, privateKey) };
}
