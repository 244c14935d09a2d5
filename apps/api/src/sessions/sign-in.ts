import { Injectable } from '@nestjs/common';
import { SessionsService, type SignInDto, type SignInOutcome } from '@comity/access';
import { AuditLog, type EntryDraft } from '@comity/audit';
import { ownAccount } from './profile.js';
import type { SessionDto } from './session.dto.js';

/** Signing in, with its entry in the transaction that stores the outcome. */
@Injectable()
export class SignIn {
  constructor(
    private readonly sessions: SessionsService,
    private readonly audit: AuditLog,
  ) {}

  /** @throws Problem 401 `session.refused` */
  async open(credentials: SignInDto): Promise<SessionDto> {
    const { token, expiresAt, actor } = await this.sessions.signIn(credentials, (tx, outcome) => this.audit.append(tx, entryOf(outcome)));
    return { token, expiresAt: expiresAt.toISOString(), account: ownAccount(actor) };
  }
}

/** Attempts at user names that do not exist have no outcome, hence no entry: there is no account to log them under. */
function entryOf({ result, reason, state, accountId, lockedUntil, at }: SignInOutcome): EntryDraft {
  const subject = `account:${accountId}`;
  if (result === 'signed-in') return { subject, type: 'session.signed-in', at, actor: { kind: 'official', state, accountId }, body: {} };
  const body = { ...(reason && { reason }), ...(lockedUntil && { lockedUntil: lockedUntil.toISOString() }) };
  // Who failed to sign in may be anybody: the account is what was tried, not who acted.
  return { subject, type: 'session.refused', at, actor: { kind: 'nobody' }, body };
}
