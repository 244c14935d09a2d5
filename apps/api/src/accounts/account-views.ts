import type { AccountChange, AccountView } from '@comity/access';
import { entryActor, type EntryDraft } from '@comity/audit';
import type { Official } from '@comity/kernel';
import type { AccountDto } from './account.dto.js';

/** An account as it goes over the wire. */
export function accountView({ id, username, authorityId, roles, status, version, lockedUntil, createdAt, changedAt }: AccountView): AccountDto {
  const times = { lockedUntil: lockedUntil?.toISOString() ?? null, createdAt: createdAt.toISOString(), changedAt: changedAt.toISOString() };
  return { id, username, authorityId, roles, status, version, ...times };
}

/** What libs/access calls a change, where the list of audit events has another word for it. */
const RECORDED_AS: Record<string, string> = { 'account.resumed': 'account.reinstated', 'account.password-reset': 'account.password-changed' };

/** The entry of a change. A user name can be a person's, so it is committed to and not written. */
export function accountEntry(actor: Official, { account, entry }: AccountChange, at: Date): EntryDraft {
  const { username, ...body } = entry.body;
  const personal = { ...entry.personal, ...(username !== undefined && { username }) };
  return { subject: `account:${account.id}`, type: RECORDED_AS[entry.type] ?? entry.type, at, actor: entryActor(actor), body, ...(Object.keys(personal).length > 0 && { personal }) };
}
