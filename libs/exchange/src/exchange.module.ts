import { Module } from '@nestjs/common';
import { DeliveryService } from './delivery.service.js';
import { HandlerSlot } from './handler.js';
import { Inbox } from './inbox.js';
import { ManualDispatch } from './manual-dispatch.js';
import { Outbox } from './outbox.js';
import { Peers } from './peers.js';
import { Signer } from './signer.js';
import { Transcriptions } from './transcriptions.js';
import { InProcessTransport, TRANSPORT } from './transport.js';

const services = [
  HandlerSlot,
  Signer,
  Peers,
  Outbox,
  Inbox,
  DeliveryService,
  ManualDispatch,
  Transcriptions,
  InProcessTransport,
];

/**
 * Messages between States. A global module of the application gives CLOCK, KEY_RING, EXCHANGE_SETTINGS and the
 * DataSource; the message handler registers itself in {@link HandlerSlot} when it starts.
 */
@Module({
  providers: [...services, { provide: TRANSPORT, useExisting: InProcessTransport }],
  exports: services,
})
export class ExchangeModule {}
