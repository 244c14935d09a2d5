import { Inject, Injectable, Optional, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CLOCK, forbidden, Problem, type Clock } from '@comity/kernel';
import { AccountStatus } from './account-status.js';
import { ALLOW, type Allowed } from './allow.decorator.js';
import { bearerToken, JwtGuard, type Verified } from './jwt.strategy.js';
import { assertHolds, isPermission, PUBLIC, type Permission } from './permissions.js';
import { REFUSAL_LOG, type RefusalLog } from './refusals.js';
import { sessionInvalid, type SignedIn } from './signed-in.js';
import { VerifiedTokens } from './verified-tokens.js';

interface HttpRequest {
  method: string;
  user?: unknown;
  sessionEnds?: Date;
  routeOptions?: { url?: string };
}

/**
 * The first wall, before every handler: authenticate, permission, account still active. Closed by default.
 * @throws Problem 401 `session.required`, `session.invalid`, `session.stale`; 403 `permission.lacking`, `account.suspended`
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly tokens = new VerifiedTokens();

  constructor(
    private readonly reflector: Reflector,
    private readonly jwt: JwtGuard,
    private readonly status: AccountStatus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Optional() @Inject(REFUSAL_LOG) private readonly refusals?: RefusalLog,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const allowed = this.reflector.get<Allowed | undefined>(ALLOW, context.getHandler());
    if (allowed?.permission === PUBLIC) return true;
    if (!isPermission(allowed?.permission))
      throw forbidden('route.undeclared', 'The route is closed: it declares no permission.');
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const at = this.clock.now();
    const actor = await this.authenticate(context, request, at);
    try {
      assertHolds(actor, allowed.permission);
      if (allowed.accountCheck !== 'act') await this.status.assertActiveAlone(actor);
    } catch (error) {
      if (error instanceof Problem) await this.record(request, actor, allowed.permission, error.code, at);
      throw error;
    }
    return true;
  }

  private async authenticate(context: ExecutionContext, request: HttpRequest, at: Date): Promise<SignedIn> {
    const token = bearerToken(request) ?? '';
    let verified = this.tokens.find(token);
    if (!verified) {
      await this.jwt.canActivate(context);
      verified = request.user as Verified;
      if (verified.exp * 1000 > at.getTime()) this.tokens.keep(token, verified);
    }
    request.user = verified.actor;
    request.sessionEnds = new Date(verified.exp * 1000);
    if (verified.exp * 1000 > at.getTime()) return verified.actor;
    this.tokens.drop(token);
    throw sessionInvalid();
  }

  private async record(
    request: HttpRequest,
    actor: SignedIn,
    permission: Permission,
    code: string,
    at: Date,
  ): Promise<void> {
    const route = request.routeOptions?.url ?? '';
    await this.refusals?.refused({ actor, code, permission, method: request.method, route, at });
  }
}
