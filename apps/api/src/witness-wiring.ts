import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { logVerifierKey, ShowingTurns, WITNESS_KEYS, WitnessBook, WitnessModule, type WitnessKeys, type WitnessRoute } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { DirectoryModule, DirectoryService, type StateKeyRow } from '@comity/directory';
import { DeliveryService, ExchangeModule, Inbox, Peers } from '@comity/exchange';
import { NODE_STATE } from '@comity/kernel';
import { LogSignerModule } from './log-signer.module.js';

/** Keys of States' logs, which are those of their messages: see docs/decisions/0020. */
@Module({
  imports: [DirectoryModule],
  providers: [{ provide: WITNESS_KEYS, inject: [DataSource, DirectoryService], useFactory: witnessKeys }],
  exports: [WITNESS_KEYS],
})
export class WitnessKeysModule {}

export function witnessKeys(db: DataSource, directory: DirectoryService): WitnessKeys {
  return {
    keysOf: (state, at) =>
      inTransaction(db, { state: NODE_STATE, readOnly: true }, async (tx) => {
        const ever = await directory.everyKey(tx, state);
        return { now: ever.filter((key) => holdsAt(key, at)).map(verifierKeyOf), ever: ever.map(verifierKeyOf) };
      }),
  };
}

export const verifierKeyOf = ({ state, jwk }: Pick<StateKeyRow, 'state' | 'jwk'>): string => logVerifierKey(state, Buffer.from(String(jwk['x']), 'base64url'));
const holdsAt = ({ validFrom, validTo }: StateKeyRow, at: Date): boolean => validFrom <= at && (validTo === null || validTo > at);

/** Both States on this node: shown as it would be to another node's door. */
const inProcessRoute = (book: WitnessBook, peers: Peers): WitnessRoute => ({
  counterparts: (tx) => peers.inDialogue(tx),
  show: (to, doc) => book.take(to, doc),
});

export const witnessModule = () => WitnessModule.with([LogSignerModule, WitnessKeysModule, ExchangeModule], { inject: [WitnessBook, Peers], useFactory: inProcessRoute });

/** After a message has gone or come, the log that now tells of it is due to be shown to the other State. */
@Injectable()
export class WitnessBell implements OnModuleInit {
  constructor(
    private readonly delivery: DeliveryService,
    private readonly inbox: Inbox,
    private readonly turns: ShowingTurns,
  ) {}

  onModuleInit(): void {
    this.delivery.onDelivered((state, counterpart) => this.turns.exchanged(state, counterpart));
    this.inbox.onTakenIn((state, from) => this.turns.exchanged(state, from));
  }
}
