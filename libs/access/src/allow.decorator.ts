import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Permission } from './permissions.js';
import { sessionRequired, type SignedIn } from './signed-in.js';

export const ALLOW = 'comity:allow';

export interface AllowOptions {
  /**
   * Where it is checked that the account is still active with the same roles. `guard` (default): before the handler,
   * in a transaction of its own. `act`: the handler itself MUST call `AccountsService.assertActive` in the
   * transaction of its act; saves a round trip on the hot path.
   */
  accountCheck?: 'guard' | 'act';
}

export interface Allowed extends AllowOptions {
  permission: Permission | 'public';
}

/** Declares who may call a route. A route without it keeps the process from starting; `public` must be spelled. */
export function Allow(permission: Permission | 'public', options: AllowOptions = {}): MethodDecorator {
  return SetMetadata(ALLOW, { permission, ...options } satisfies Allowed);
}

/** The official who sent the request. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): SignedIn => {
  const actor = context.switchToHttp().getRequest<{ user?: SignedIn }>().user;
  // Only on a public route, where nobody need be signed in.
  if (!actor) throw sessionRequired();
  return actor;
});

/** Parameter: when the token of whoever is signed in ends; for answers that may outlast it. */
export const SessionEnds = createParamDecorator((_: unknown, context: ExecutionContext): Date => {
  const ends = context.switchToHttp().getRequest<{ sessionEnds?: Date }>().sessionEnds;
  if (!ends) throw sessionRequired();
  return ends;
});
