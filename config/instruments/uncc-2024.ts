import type { Instrument } from '../../libs/treaty/src/instrument.js';
import { PRACTICE, PRACTICE_KINDS } from './practice.js';
import { ASSISTANCE } from './uncc-2024.assistance.js';
import { GROUND_CODES, UNCC_FORMS } from './uncc-2024.forms.js';
import { RULES } from './uncc-2024.rules.js';

const OFFENCES: Record<string, string> = {
  '7': 'illegal access',
  '8': 'illegal interception',
  '9': 'interference with electronic data',
  '10': 'interference with an ICT system',
  '11': 'misuse of devices',
  '12': 'ICT-related forgery',
  '13': 'ICT-related theft or fraud',
  '14': 'child sexual abuse or exploitation material',
  '15': 'solicitation or grooming of a child',
  '16': 'non-consensual dissemination of intimate images',
  '17': 'laundering of proceeds',
  '19': 'participation or attempt',
};

const AS_OF = '2026-06-30';
const reported = (state: string) => ({
  state,
  asOf: AS_OF,
  source: 'reported ratification; to be compared with the depositary',
  verified: false,
});

export const UNCC_2024: Instrument = {
  id: 'uncc-2024',
  version: '2026-11-22.1',
  name: 'UN Convention against Cybercrime',
  prefix: 'UNCC',
  kind: 'treaty',
  adopted: '2024-12-24',
  // In force on the 90th day after the 40th ratification; three were reported.
  inForceFrom: null,
  asOf: AS_OF,
  source: 'A/RES/79/243, annex; 76 signatures and three ratifications reported by mid-2026',
  verified: true,
  depth: 'full',
  participation: 'listed',
  parties: [],
  ratifications: [reported('QA'), reported('AZ'), reported('VN')],
  declarations: [],
  rules: [...RULES, ...PRACTICE],
  kinds: {
    ...PRACTICE_KINDS,
    'central-authority': 'UNCC 40(12)',
    language: 'UNCC 40(13)',
    'electronic-exchange': 'UNCC 40(14)',
    contents: 'UNCC 40(15)',
    'additional-information': 'UNCC 40(16)',
    execution: 'UNCC 40(17)',
    safeguards: 'UNCC 24(4)',
    'use-limitation': 'UNCC 40(19)',
    'onward-transfer': 'UNCC 36(3)',
    confidentiality: 'UNCC 40(20)',
    'confidentiality-lost': 'UNCC 40(20)',
    reasons: 'UNCC 40(25)',
    emergency: 'UNCC 41(3)(e)',
    'network-query': 'UNCC 41(3)',
    preservation: 'UNCC 42(4)',
    'preservation-period': 'UNCC 42(8)',
    'preservation-warning': 'UNCC 42(7)',
    'preservation-extension': 'UNCC 42(9)',
    'path-disclosure': 'UNCC 43(1)',
    status: 'UNCC 40(26)',
    'suggested-deadline': 'UNCC 40(26)',
    'no-longer-required': 'UNCC 40(26)',
    postponement: 'UNCC 40(27)',
    consultation: 'UNCC 40(28)',
    conditions: 'UNCC 40(28)',
    costs: 'UNCC 40(30)',
    'transfer-of-person': 'UNCC 40(9)',
    'custody-of-person': 'UNCC 40(10)',
    'safe-conduct': 'UNCC 40(29)',
    'spontaneous-information': 'UNCC 40(4)',
    'hearing-by-video': 'UNCC 40(18)',
  },
  // 40(19).
  useLimitation: 'always',
  grounds: GROUND_CODES,
  forms: UNCC_FORMS,
  scope: {
    offences: Object.entries(OFFENCES).map(([article, title]) => ({ id: `UNCC ${article}`, title })),
    seriousCrime: { ground: '35(1)(c)', years: 4, rule: 'UNCC 2(h)' },
    assistance: { rule: 'UNCC 35(2)', kinds: ASSISTANCE },
  },
};
