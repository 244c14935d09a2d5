import type { Form, FormProfile, Instrument, Rule } from '../../libs/treaty/src/instrument.js';
import { PRACTICE, PRACTICE_KINDS } from './practice.js';

/**
 * Instruments that can be offered to an official, and not yet rested on: no contents, no grounds, parties not in the
 * data. Everything here is to be compared with the texts before it becomes a full profile.
 */
const unverified = (id: string, title: string, text: string, date: string, source: string): Rule => ({
  id,
  title,
  text,
  force: 'binding',
  date,
  source,
  verified: false,
});

const stubForm = (article: string): FormProfile => ({
  article,
  articles: [article],
  contents: [],
  groundsRule: article,
  grounds: {},
  consultBefore: {
    refuse: {
      when: 'advised',
      rule: 'practice:consultation-for-others',
      force: 'practice',
      verified: false,
      why: 'Not yet read for this instrument.',
    },
    postpone: {
      when: 'advised',
      rule: 'practice:consultation-for-others',
      force: 'practice',
      verified: false,
      why: 'Not yet read for this instrument.',
    },
  },
  reasonsFor: {
    refuse: { rule: article, force: 'practice' },
    postpone: { rule: 'practice:reasons-for-postponement', force: 'practice' },
  },
  postponement: {
    allowed: false,
    rule: 'practice:legal-basis',
    force: 'practice',
    note: 'The profile is not complete.',
  },
  clocks: [],
});

const forms = (article: string, ...names: Form[]): Instrument['forms'] =>
  Object.fromEntries(names.map((n) => [n, stubForm(article)]));

const STUB = {
  version: '2026-11-22.1',
  asOf: '2026-06-30',
  verified: false,
  depth: 'stub',
  participation: 'to-be-checked',
  parties: [],
  ratifications: [],
  declarations: [],
  kinds: PRACTICE_KINDS,
  useLimitation: 'always',
  grounds: [],
} as const satisfies Partial<Instrument>;

const copy = () => ({ ...STUB, parties: [], ratifications: [], declarations: [], grounds: [] });

export const UNTOC_2000: Instrument = {
  ...copy(),
  id: 'untoc-2000',
  name: 'UN Convention against Transnational Organized Crime',
  prefix: 'UNTOC',
  kind: 'treaty',
  adopted: '2000-11-15',
  inForceFrom: '2003-09-29',
  source: 'from memory; in force nearly everywhere, the parties to be looked up with the depositary',
  rules: [
    unverified(
      'UNTOC 18',
      'Mutual legal assistance',
      'Contents, grounds, consultation and reasons much as in UNCC 40.',
      '2000-11-15',
      'A/RES/55/25, annex I, Art 18',
    ),
    unverified(
      'UNTOC 18(1)',
      'When it applies',
      'A transnational offence and an organized criminal group.',
      '2000-11-15',
      'A/RES/55/25, annex I, Art 18(1)',
    ),
    ...PRACTICE,
  ],
  forms: forms('UNTOC 18', 'stored-data', 'mutual-legal-assistance'),
  note: 'Needs a transnational offence and an organized criminal group (UNTOC 18(1)).',
};

export const UNCAC_2003: Instrument = {
  ...copy(),
  id: 'uncac-2003',
  name: 'UN Convention against Corruption',
  prefix: 'UNCAC',
  kind: 'treaty',
  adopted: '2003-10-31',
  inForceFrom: '2005-12-14',
  source:
    'in force nearly everywhere, the parties to be looked up with the depositary; day of entry into force from memory',
  rules: [
    unverified(
      'UNCAC 46',
      'Mutual legal assistance',
      'Contents, grounds, consultation and reasons much as in UNCC 40.',
      '2003-10-31',
      'A/RES/58/4, annex, Art 46',
    ),
    unverified(
      'UNCAC 46(9)(b)',
      'Help without dual criminality',
      'Assistance that is not coercive is given even without dual criminality.',
      '2003-10-31',
      'A/RES/58/4, annex, Art 46(9)(b)',
    ),
    ...PRACTICE,
  ],
  forms: forms('UNCAC 46', 'stored-data', 'mutual-legal-assistance'),
  note: 'Needs a corruption offence; non-coercive help even without dual criminality (UNCAC 46(9)(b)).',
};

const ASSURANCE = 'practice:reciprocity';

export const RECIPROCITY: Instrument = {
  ...copy(),
  id: 'reciprocity',
  name: 'Reciprocity and comity',
  prefix: 'Reciprocity',
  kind: 'reciprocity',
  adopted: null,
  inForceFrom: null,
  source: 'practice of States; no instrument',
  participation: 'listed',
  rules: [
    {
      id: ASSURANCE,
      title: 'Assurance of reciprocity',
      text: 'Where no instrument binds both States, assistance is asked as a matter of reciprocity, with an assurance recorded on the request.',
      force: 'practice',
      date: '2026-11-01',
      source: 'practice of States',
      verified: false,
    },
    ...PRACTICE,
  ],
  forms: forms(
    ASSURANCE,
    'stored-data',
    'preservation',
    'real-time-traffic',
    'interception',
    'emergency-disclosure',
    'mutual-legal-assistance',
  ),
  note: 'An assurance of reciprocity is recorded on the request.',
};
