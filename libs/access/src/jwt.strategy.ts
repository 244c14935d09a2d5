import { Inject, Injectable } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { Problem } from '@comity/kernel';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { ALGORITHM, AUDIENCE, ISSUER, readClaims, type Claims } from './session-tokens.js';
import { ACCESS_SETTINGS, type AccessSettings } from './settings.js';
import { sessionInvalid, sessionRequired, type SignedIn } from './signed-in.js';

/** Who a token names, and until when (seconds of Unix time). */
export interface Verified {
  actor: SignedIn;
  exp: number;
}

/** The token of an Authorization: Bearer header. */
export const bearerToken = ExtractJwt.fromAuthHeaderAsBearerToken() as (request: unknown) => string | null;

/** Passport's JWT strategy: signature, issuer and audience. The guard compares `exp` with the injected clock. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(@Inject(ACCESS_SETTINGS) settings: AccessSettings) {
    super({
      jwtFromRequest: bearerToken,
      secretOrKey: settings.jwtSecret,
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      // The library would ask the machine's clock, which is not the one that acts are dated by.
      ignoreExpiration: true,
    });
  }

  validate(claims: Partial<Claims>): Verified {
    const actor = readClaims(claims);
    if (!actor) throw sessionInvalid();
    return { actor, exp: claims.exp! };
  }
}

/** Nest's passport guard, answering in problem documents. */
@Injectable()
export class JwtGuard extends AuthGuard('jwt') {
  override handleRequest<T>(error: unknown, verified: T | false, info: unknown): T {
    if (error instanceof Problem) throw error;
    if (verified) return verified;
    throw (info as Error | undefined)?.message === 'No auth token' ? sessionRequired() : sessionInvalid();
  }
}
