import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CLOCK, type Clock, Problem } from '@comity/kernel';
import { Attempts, ATTEMPTS_A_MINUTE } from './attempts.js';

/**
 * Bounds how often one address may sign in: each attempt costs the work of a password hash, by which anybody could
 * otherwise keep the node from answering others. Counted in this process, right or wrong, before anything is read.
 * Behind a reverse proxy the client is who COMITY_TRUSTED_PROXIES lets the proxy name. One that is not named there is
 * the client of all its clients: it must limit them itself, below this limit.
 */
@Injectable()
export class SignInLimit implements CanActivate {
  private readonly attempts = new Attempts();

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** @throws Problem 429 `session.too-many` with Retry-After */
  canActivate(context: ExecutionContext): boolean {
    const { ip } = context.switchToHttp().getRequest<FastifyRequest>();
    const seconds = this.attempts.wait(ip, this.clock.now().getTime());
    if (seconds === 0) return true;
    throw new Problem({
      status: 429,
      code: 'session.too-many',
      title: 'Too many attempts to sign in',
      detail: `From one address ${ATTEMPTS_A_MINUTE} attempts a minute are taken. Wait for ${seconds} s.`,
      headers: { 'Retry-After': String(seconds) },
    });
  }
}
