import type { LetterContent, MeasureContent } from '@comity/treaty';
import { demoNumber } from '../../config/demo/states.js';

const basis = (article: string): MeasureContent['legalBases'] => [{ instrument: 'uncc-2024', article, date: '2026-11-03', role: 'primary' }];

/** A complete emergency (UNCC 41(3)(e), 2(o)). */
export function emergency(patch: Partial<MeasureContent> = {}): MeasureContent {
  return {
    form: 'emergency-disclosure',
    what: 'Subscriber and last connection address of the account',
    items: [{ type: 'account', value: 'threat-account-7', timeZone: 'UTC+07:00' }],
    emergency: { risk: 'life', statement: 'The account announces for tonight an attack on a school', proof: 'Screenshots of the announcement, attached', answerWithinHours: 6 },
    requestToFollow: true,
    legalBases: basis('41'),
    ...patch,
  };
}

export function query(patch: Partial<MeasureContent> = {}): MeasureContent {
  return { form: 'network-query', queryKind: 'where-the-provider-is', what: 'Which provider uses the address 203.0.113.24?', items: [], legalBases: basis('41'), ...patch };
}

export function preservation(patch: Partial<MeasureContent> = {}): MeasureContent {
  return {
    form: 'preservation', what: 'Disk contents and logs of two virtual servers', items: [{ type: 'ipv4', value: '203.0.113.24' }], custodian: 'A hosting provider',
    relation: 'Source of the intrusion', necessity: 'The provider deletes unpaid servers after 14 days', requestToFollow: true, legalBases: basis('42'), ...patch,
  };
}

/** What a letter of one desk to the other says. */
export const deskLetter = (patch: Partial<LetterContent> = {}): Partial<LetterContent> => ({
  authority: { name: '24/7 point of contact of Kazakhstan' }, subject: 'From the desk', offences: [], persons: [], language: 'en', ...patch,
});

/** The number the directory holds for a State's desk in the network of UNCC 41. */
export const deskNumber = (state: string): string => demoNumber(state, '41');
