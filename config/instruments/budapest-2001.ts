import type { Instrument } from '../../libs/treaty/src/instrument.js';
import { BUDAPEST_FORMS, GROUND_CODES } from './budapest-2001.forms.js';
import { PARTIES } from './budapest-2001.parties.js';
import { RULES } from './budapest-2001.rules.js';
import { PRACTICE, PRACTICE_KINDS } from './practice.js';

export const BUDAPEST_2001: Instrument = {
  id: 'budapest-2001',
  version: '2026-11-22.1',
  name: 'Convention on Cybercrime (Budapest, 2001)',
  prefix: 'Budapest',
  kind: 'treaty',
  adopted: '2001-11-23',
  inForceFrom: '2004-07-01',
  asOf: '2026-06-30',
  source: 'ETS 185, Arts 23-35',
  verified: true,
  depth: 'full',
  participation: 'listed',
  parties: PARTIES,
  ratifications: [],
  // Reservations under 29(4) exist and are to be added with their dates.
  declarations: [],
  rules: [...RULES, ...PRACTICE],
  kinds: {
    ...PRACTICE_KINDS,
    'central-authority': 'Budapest 27(2)',
    contents: 'practice:checklist-d',
    execution: 'Budapest 27(3)',
    'use-limitation': 'Budapest 28',
    confidentiality: 'Budapest 27(8)',
    'confidentiality-lost': 'Budapest 27(8)',
    'confidentiality-hold': 'Budapest 27(8)',
    reasons: 'Budapest 27(7)',
    'network-query': 'Budapest 35',
    'spontaneous-information': 'Budapest 26',
    preservation: 'Budapest 29(3)',
    'preservation-period': 'Budapest 29(7)',
    'preservation-warning': 'Budapest 29(6)',
    'path-disclosure': 'Budapest 30',
    postponement: 'Budapest 27(5)',
    consultation: 'Budapest 27(6)',
    conditions: 'Budapest 28',
    referral: 'Budapest 27(9)',
  },
  // 28(2): only as a condition that was asked for and accepted.
  useLimitation: 'if-asked',
  grounds: GROUND_CODES,
  forms: BUDAPEST_FORMS,
  note: 'Articles 27 and 28 apply where no mutual assistance treaty binds the two Parties.',
};
