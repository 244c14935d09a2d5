import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Outbox, type Draft } from '@comity/exchange';
import { unprocessable } from '@comity/kernel';
import { checkBody } from './domain/index.js';

/** Holds what is sent to what is taken in: what its receiver must refuse would count as delivered here and be in no file there. */
@Injectable()
export class Outgoing implements OnModuleInit {
  constructor(private readonly outbox: Outbox) {}

  onModuleInit(): void {
    this.outbox.onPosting(assertSendable);
  }
}

/** @throws Problem 422 `message.body-malformed` with pointers into the body */
function assertSendable({ type, body }: Pick<Draft, 'type' | 'body'>): void {
  const wrong = checkBody(type, body);
  if (wrong.length === 0) return;
  throw unprocessable('message.body-malformed', `The other State could not take this message in: ${wrong[0]!.detail}`, undefined,
    wrong.map(({ code, detail, pointer }) => ({ code, detail, pointer: `/body${pointer ?? ''}` })));
}
