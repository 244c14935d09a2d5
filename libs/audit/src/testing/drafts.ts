import { newId } from '@comity/kernel';
import type { EntryDraft } from '../draft.js';

export const newFile = (): string => `file:${newId()}`;

/** A draft that says something, to be changed where a test cares. */
export const draftOf = (subject: string, change: Partial<EntryDraft> = {}): EntryDraft => ({
  subject,
  type: 'request.transmitted',
  at: new Date('2027-01-02T03:04:05.678Z'),
  actor: { kind: 'official', state: 'IS', accountId: newId(), roles: ['central-authority'] },
  body: { measures: 2 },
  ...change,
});
