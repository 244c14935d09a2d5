import { legalDueDate, profile } from '@comity/treaty';
import type { Facts } from './machine-parts.js';
import { actNameOf } from './particulars.js';
import type { Term } from './terms.js';

type Stated = { informedAt?: unknown; until?: unknown };

/** The least end the instrument allows, counted from when the person was told; nothing where it sets no period. */
export function leastSafeConduct({ instrument, form }: Pick<Facts, 'instrument' | 'form'>, { informedAt }: Stated) {
  const from = new Date(String(informedAt));
  if (Number.isNaN(from.getTime())) return undefined;
  return legalDueDate(profile(instrument.id, instrument.version), form, 'safe-conduct-end', from);
}

/** UNCC 40(29): safe conduct ends 15 consecutive days after the person was told, or later where the States agreed so. */
export function safeConductTerm(type: string, payload: Stated, facts: Pick<Facts, 'instrument' | 'form'>, rule: string | null): Term | undefined {
  if (actNameOf(type) !== 'RELEASE_FROM_PRESENCE') return undefined;
  const cited = rule === null ? {} : { rule };
  const agreed = payload.until;
  if (typeof agreed === 'string') return { code: 'safe-conduct-end', kind: 'agreed', dueAt: agreed, working: 'agreed when the person was told that the presence is no longer required', ...cited };
  const least = leastSafeConduct(facts, payload);
  return least && { code: 'safe-conduct-end', kind: 'legal', dueAt: least.at, working: least.working, ...cited };
}

/** End of the safe conduct as told in the particulars of a measure. */
export const safeConductUntil = (said: Stated | undefined, facts: Pick<Facts, 'instrument' | 'form'>): string | undefined =>
  said && (typeof said.until === 'string' ? said.until : leastSafeConduct(facts, said)?.at);
