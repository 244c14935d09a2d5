import type { AccountChange, AccountView } from '@comity/access';
import { entryActor, type EntryDraft } from '@comity/audit';
import type { Official } from '@comity/kernel';
import type { AccountDto } from './account.dto.js';

/** An account as it goes over the wire. */
export function accountView({ id, username, authorityId, roles, status, version, lockedUntil, createdAt, changedAt }: AccountView): AccountDto {
  const times = { lockedUntil: lockedUntil?.toISOString() ?? null, createdAt: createdAt.toISOString(), changedAt: changedAt.toISOString() };
  return { id, username, authorityId, roles, status, version, ...times };
}

export function accountEntry(actor: Official, { account, entry }: AccountChange, at: Date): EntryDraft {
  return { subject: `account:${account.id}`, at, actor: entryActor(actor), ...entry };
}
