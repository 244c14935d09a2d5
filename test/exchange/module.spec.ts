import {
  DeliveryService,
  EXCHANGE_SETTINGS,
  ExchangeModule,
  HandlerSlot,
  Inbox,
  InProcessTransport,
  KEY_RING,
  ManualDispatch,
  Outbox,
  Peers,
  Signer,
  TRANSPORT,
  Transcriptions,
} from '@comity/exchange';
import { CLOCK } from '@comity/kernel';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { TwoStates } from './two-states.js';

describe('the exchange as a module', () => {
  it('starts with the ports of the application, delivers, and needs no cycle to find its handler', async () => {
    const states = await TwoStates.open(import.meta.url);
    const ports = [
      { provide: CLOCK, useValue: states.clock },
      { provide: KEY_RING, useValue: states.keyRing },
      { provide: EXCHANGE_SETTINGS, useValue: { keySecret: 'a secret of thirty-two characters' } },
      { provide: DataSource, useValue: states.db.dataSource },
    ];
    @Global()
    @Module({ providers: ports, exports: ports })
    class Ports {}

    const app = await Test.createTestingModule({ imports: [Ports, ExchangeModule] }).compile();
    try {
      for (const service of [Inbox, Outbox, Peers, Signer, ManualDispatch, Transcriptions])
        expect(app.get(service)).toBeInstanceOf(service);
      expect(app.get(TRANSPORT)).toBe(app.get(InProcessTransport));
      const { thread } = await states.post('AA', 'BB');
      // Without a handler nothing is lost: it waits.
      const { bytes, signature } = await states.sealAs('AA', {});
      await expect(app.get(Inbox).takeIn(bytes, signature)).rejects.toThrow('no message handler is registered');
      app.get(HandlerSlot).register(states.first.handler);
      expect(() => app.get(HandlerSlot).register(states.process().handler)).toThrow('registered already');
      await app.get(DeliveryService).runOnce('AA');
      expect(await states.notes('BB', thread)).toEqual(['REQUESTED 1']);
    } finally {
      await states.db.close();
    }
  });

  it('keeps signing keys wrapped: another secret opens none, and a new key retires the one before', async () => {
    const states = await TwoStates.open(import.meta.url);
    try {
      const other = new Signer(states.db.dataSource, { keySecret: 'a different one of thirty-two ch' });
      const at = states.clock.now();
      await expect(states.as('AA', (tx) => other.load(tx, at))).rejects.toThrow('cannot be unwrapped');
      const before = await states.as('AA', (tx) => states.signer.load(tx, at));
      const { kid } = await states.as('AA', (tx) => states.signer.createKey(tx, at));
      expect(states.signer.cached('AA', at)).toBeUndefined();
      expect((await states.as('AA', (tx) => states.signer.load(tx, at))).kid).toBe(kid);
      expect(kid).not.toBe(before.kid);
      expect(states.signer.cached('AA', at)?.kid).toBe(kid);
      expect(states.signer.cached('AA', new Date(at.getTime() + 10 * 60_000))).toBeUndefined();
      const rows = await states.db.asSuperuser<{ wrapped: Buffer }>(
        `SELECT wrapped FROM signing_key WHERE state = 'AA'`,
      );
      const secret = before.privateKey.export({ format: 'jwk' }).d!;
      for (const { wrapped } of rows) expect(wrapped.includes(Buffer.from(secret, 'base64url'))).toBe(false);
    } finally {
      await states.db.close();
    }
  });
});
