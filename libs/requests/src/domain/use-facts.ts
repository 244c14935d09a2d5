import type { Json } from '@comity/kernel';
import type { LetterContent, RuleKind, UseLimitation } from '@comity/treaty';
import type { Particulars } from './particulars.js';
import { disclosureOf } from './path.js';
import type { UseFacts } from './use-memory.js';

type Payload = Record<string, Json>;

/** Consents of a measure, in the order of their numbers. */
export const consentsOf = (particulars: Particulars): readonly Payload[] => (particulars['consents'] as Payload[] | undefined) ?? [];

/** Two people name one proceeding alike but for spaces and capitals. */
const same = (a: unknown, b: unknown): boolean => typeof a === 'string' && typeof b === 'string' && plain(a) === plain(b);
const plain = (text: string): string => text.normalize('NFC').replace(/\s+/gu, ' ').trim().toLocaleLowerCase('en');

/** What the letter states of the proceeding it serves (UNCC 40(15)(b)): a use named so is a use it was asked for. */
export const statedProceedings = ({ proceeding, subject }: LetterContent): string[] => [proceeding?.nature, subject].filter((text) => text !== undefined && text.trim() !== '') as string[];

/** What the rules ask of a use: read from the letter, the conditions accepted and the consent that is named. */
export function useFacts(content: LetterContent, particulars: Particulars, payload: Record<string, unknown>, limitation: UseLimitation): UseFacts {
  const consent = typeof payload['consent'] === 'number' ? consentsOf(particulars)[payload['consent'] - 1] : undefined;
  return {
    other: !statedProceedings(content).some((stated) => same(stated, payload['proceeding'])),
    limited: limitation === 'always' || limitedByCondition(particulars),
    ...(authorised(particulars, payload) && { authorised: true }),
    ...(consent && { consent: comparison(consent, payload) }),
  };
}

/** What was authorised with the path goes to the State in which an entry of it lies, and to no other. */
function authorised(particulars: Particulars, { kind, destination }: Record<string, unknown>): boolean {
  const { onwardTransfer, path = [] } = disclosureOf(particulars);
  const { state } = (destination ?? {}) as { state?: string };
  return kind === 'onward-transfer' && onwardTransfer === 'authorised' && state !== undefined && path.some((entry) => entry.state === state);
}

/** A condition on the use that was offered and accepted. */
function limitedByCondition(particulars: Particulars): boolean {
  const offers = (particulars['conditions'] as { answer?: string; conditions: { kind: string }[] }[] | undefined) ?? [];
  return offers.some(({ answer, conditions }) => answer === 'accepted' && conditions.some(({ kind }) => kind === 'use'));
}

function comparison(consent: Payload, use: Record<string, unknown>): NonNullable<UseFacts['consent']> {
  const transfer = use['kind'] === 'onward-transfer';
  if (transfer !== (consent['kind'] === 'onward-transfer')) return 'other-kind';
  if (!same(consent['proceeding'], use['proceeding'])) return 'other-proceeding';
  if (use['personalData'] === true && consent['personalData'] !== true) return 'other-data';
  if (!transfer) return 'fits';
  const [given, meant] = [consent['destination'], use['destination']] as ({ state?: string; organisation?: string } | undefined)[];
  return given?.state === meant?.state && (given?.organisation === meant?.organisation || same(given?.organisation, meant?.organisation)) ? 'fits' : 'other-destination';
}

/** The kind of rule an act on use rests on: personal data that go on to others have one of their own (UNCC 36(3)). */
export function useRuleKind(payload: Record<string, unknown>, particulars: Particulars): RuleKind {
  const asked = typeof payload['consent'] === 'number' ? consentsOf(particulars)[payload['consent'] - 1] : undefined;
  const { kind, personalData } = (payload['kind'] === undefined ? (asked ?? {}) : payload) as { kind?: unknown; personalData?: unknown };
  return kind === 'onward-transfer' && personalData === true ? 'onward-transfer' : 'use-limitation';
}
