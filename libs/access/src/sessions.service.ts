import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, type Role, type StateCode } from '@comity/kernel';
import { inTransaction, type Tx } from '@comity/database';
import { DataSource } from 'typeorm';
import { verifyPassword } from './password.js';
import type { SignInDto } from './session.dto.js';
import { SessionTokens } from './session-tokens.js';
import { ACCESS_SETTINGS, type AccessSettings } from './settings.js';
import { NODE_AUTHORITY, sessionRefused, type SignedIn } from './signed-in.js';

/** After so many failures in a row an account is locked: one minute, doubled with each further failure up to 15. */
export const FAILURES_ALLOWED = 5;

export interface Session {
  token: string;
  expiresAt: Date;
  actor: SignedIn;
}

/** What became of an attempt at a known account. */
export interface SignInOutcome {
  /** `locked`: refused, and locked by this failure. Attempts while it is locked are not told one by one. */
  result: 'signed-in' | 'refused' | 'locked';
  reason?: 'password' | 'suspended';
  state: StateCode;
  accountId: string;
  lockedUntil?: Date;
  at: Date;
}

/** Runs in the transaction that stores the outcome, so that the record and the act stand or fall together. */
export type OnOutcome = (tx: Tx, outcome: SignInOutcome) => Promise<unknown>;

interface Row {
  id: string;
  passwordHash: string;
  authorityId: string | null;
  roles: Role[];
  status: 'active' | 'suspended';
  version: number;
  lockedUntil: Date | null;
}

const READ = `SELECT id, password_hash AS "passwordHash", authority_id AS "authorityId", roles, status, version,
  locked_until AS "lockedUntil" FROM account WHERE state = $1 AND username = $2`;

// Asks again for what the hash took its time to check: a lock or suspension of the meantime holds.
const SUCCEED = `UPDATE account SET failed_sign_ins = 0, locked_until = NULL
  WHERE state = $1 AND id = $2 AND version = $3 AND status = 'active' AND (locked_until IS NULL OR locked_until <= $4)
  RETURNING id`;

const FAIL = `UPDATE account SET failed_sign_ins = failed_sign_ins + 1,
  locked_until = CASE WHEN failed_sign_ins + 1 >= $4 THEN
    $3::timestamptz + make_interval(secs => LEAST(900, 60 * power(2, LEAST(failed_sign_ins + 1 - $4, 4)))) END
  WHERE state = $1 AND id = $2 AND (locked_until IS NULL OR locked_until <= $3) RETURNING locked_until AS "lockedUntil"`;

@Injectable()
export class SessionsService {
  constructor(
    private readonly db: DataSource,
    private readonly tokens: SessionTokens,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ACCESS_SETTINGS) private readonly settings: AccessSettings,
  ) {}

  /**
   * Checks the password outside of any transaction, then stores the outcome in one.
   * @throws Problem 401 `session.refused`, whatever was wrong, and no sooner than `refusedAfterMs`
   */
  async signIn(credentials: SignInDto, onOutcome?: OnOutcome): Promise<Session> {
    const at = this.clock.now();
    const soonest = sleep(this.settings.refusedAfterMs ?? 250);
    const { state, username, password } = credentials;
    const row = await this.read(state, username);
    const right = await verifyPassword(row?.passwordHash, password);
    const entered = right && row?.status === 'active' && (await this.succeed(state, row, at, onOutcome));
    if (!entered) {
      await this.fail(state, row, right, at, onOutcome);
      await soonest;
      throw sessionRefused();
    }
    const authorityId = row.authorityId ?? NODE_AUTHORITY;
    const actor: SignedIn = {
      kind: 'official',
      state,
      accountId: row.id,
      authorityId,
      username,
      roles: row.roles,
      accountVersion: row.version,
    };
    return { ...(await this.tokens.issue(actor, at)), actor };
  }

  private read(state: StateCode, username: string): Promise<Row | undefined> {
    return inTransaction(this.db, { state, readOnly: true }, async (tx) => {
      return (await tx.prepared<Row>('access_sign_in', READ, [state, username]))[0];
    });
  }

  private succeed(state: StateCode, row: Row, at: Date, onOutcome?: OnOutcome): Promise<boolean> {
    return inTransaction(this.db, { state }, async (tx) => {
      const rows = await tx.prepared('access_sign_in_ok', SUCCEED, [state, row.id, row.version, at]);
      if (rows.length === 0) return false;
      await onOutcome?.(tx, { result: 'signed-in', state, accountId: row.id, at });
      return true;
    });
  }

  private fail(state: StateCode, row: Row | undefined, right: boolean, at: Date, onOutcome?: OnOutcome): Promise<void> {
    // A right password is no failure to count: locked or suspended, the attempt is refused and that is all.
    const reason = right ? 'suspended' : 'password';
    return inTransaction(this.db, { state }, async (tx) => {
      if (right && row) {
        if (row.status === 'suspended')
          await onOutcome?.(tx, { result: 'refused', reason, state, accountId: row.id, at });
        return;
      }
      const params = [state, row?.id ?? '00000000-0000-7000-8000-000000000000', at, FAILURES_ALLOWED];
      const [failed] = await tx.prepared<{ lockedUntil: Date | null }>('access_sign_in_failed', FAIL, params);
      if (!failed || !row) return;
      const locked = failed.lockedUntil !== null;
      const outcome = {
        result: locked ? ('locked' as const) : ('refused' as const),
        reason,
        state,
        accountId: row.id,
        at,
      } as const;
      await onOutcome?.(tx, { ...outcome, ...(locked && { lockedUntil: failed.lockedUntil! }) });
    });
  }
}
