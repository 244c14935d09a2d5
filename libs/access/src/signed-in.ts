import { forbidden, Problem, ROLES, type Official, type Role } from '@comity/kernel';

/** An official, as a token names them. */
export interface SignedIn extends Official {
  /** Version of the account under which the token was made: a change of roles, status or password ends it. */
  accountVersion: number;
}

/** Stands for the authority of an operator, who has none. */
export const NODE_AUTHORITY = 'node';

export const isRole = (name: unknown): name is Role => (ROLES as readonly unknown[]).includes(name);

const unauthenticated = (code: string, detail: string): Problem =>
  new Problem({
    status: 401,
    code,
    title: 'Sign in first',
    detail,
    headers: { 'WWW-Authenticate': 'Bearer' },
  });

export const sessionRequired = (): Problem =>
  unauthenticated('session.required', 'Sign in, and send the token as Authorization: Bearer.');

export const sessionInvalid = (): Problem =>
  unauthenticated('session.invalid', 'The token is not good, or no longer. Sign in again.');

/** The account's roles or password changed since the token was made. */
export const sessionStale = (): Problem =>
  unauthenticated('session.stale', 'Your account was changed after you signed in. Sign in again.');

/** One answer for everything that may be wrong, so that it tells nothing about which accounts there are. */
export const sessionRefused = (): Problem =>
  unauthenticated(
    'session.refused',
    'State, user name or password is not right, or the account may not be used now. After several failures wait 15 minutes, or ask your administrator.',
  );

export const accountSuspended = (): Problem =>
  forbidden('account.suspended', 'The account is suspended. An administrator of your State can resume it.');
