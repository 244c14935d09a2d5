import { Inject, Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { isId } from '@comity/kernel';
import { ACCESS_SETTINGS, type AccessSettings } from './settings.js';
import { isRole, type SignedIn } from './signed-in.js';

export const ISSUER = 'comity';
export const AUDIENCE = 'comity-api';
export const ALGORITHM = 'HS256';

/** What a token says besides RFC 7519's own claims: State, user name, authority, roles, account version. */
export interface Claims {
  sub: string;
  exp: number;
  st: string;
  un: string;
  au: string;
  ro: string[];
  av: number;
}

@Injectable()
export class SessionTokens {
  private readonly key: Uint8Array;
  private readonly lifeSeconds: number;

  constructor(@Inject(ACCESS_SETTINGS) settings: AccessSettings) {
    this.key = new TextEncoder().encode(settings.jwtSecret);
    // RFC 7518 3.2: a key shorter than the hash weakens HS256.
    if (this.key.length < 32) throw new Error('the secret that signs tokens needs at least 32 bytes');
    this.lifeSeconds = (settings.tokenHours ?? 8) * 3600;
  }

  async issue(actor: SignedIn, at: Date): Promise<{ token: string; expiresAt: Date }> {
    const issued = Math.floor(at.getTime() / 1000);
    const exp = issued + this.lifeSeconds;
    const claims = {
      st: actor.state,
      un: actor.username,
      au: actor.authorityId,
      ro: [...actor.roles],
      av: actor.accountVersion,
    };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setSubject(actor.accountId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(issued)
      .setExpirationTime(exp)
      .sign(this.key);
    return { token, expiresAt: new Date(exp * 1000) };
  }
}

/** The person a verified token names; undefined if a claim is missing or of another shape. */
export function readClaims(claims: Partial<Claims>): SignedIn | undefined {
  const { sub, st, un, au, ro, av, exp } = claims;
  const texts = [sub, st, un, au].every((text) => typeof text === 'string' && text !== '');
  // They go to the database as a State and an id: what cannot be one is no token of ours.
  if (!texts || !isId(sub) || !/^[A-Z]{2}$/.test(st!) || !Number.isSafeInteger(av) || typeof exp !== 'number' || !Array.isArray(ro) || !ro.every(isRole))
    return undefined;
  return {
    kind: 'official',
    state: st!,
    accountId: sub!,
    authorityId: au!,
    username: un!,
    roles: ro,
    accountVersion: av!,
  };
}
