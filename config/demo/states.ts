/** A State of the demo. Modelled data: no real agency, address or person. */
export interface DemoState {
  code: string;
  /** Whether the demo's node keeps its files; the others are off-network. */
  hosted: boolean;
  /** English short name as it stands in the names of authorities. */
  of: string;
  timeZone: string;
  languagesAccepted: string[];
}

export const DEMO_STATES: readonly DemoState[] = [
  {
    code: 'US',
    hosted: true,
    of: 'the United States of America',
    timeZone: 'America/New_York',
    languagesAccepted: ['en'],
  },
  { code: 'IS', hosted: true, of: 'Iceland', timeZone: 'Atlantic/Reykjavik', languagesAccepted: ['is', 'en'] },
  { code: 'KZ', hosted: true, of: 'Kazakhstan', timeZone: 'Asia/Almaty', languagesAccepted: ['kk', 'ru', 'en'] },
  { code: 'VN', hosted: true, of: 'Viet Nam', timeZone: 'Asia/Ho_Chi_Minh', languagesAccepted: ['vi', 'en'] },
  { code: 'SG', hosted: true, of: 'Singapore', timeZone: 'Asia/Singapore', languagesAccepted: ['en'] },
  { code: 'TH', hosted: false, of: 'Thailand', timeZone: 'Asia/Bangkok', languagesAccepted: ['th', 'en'] },
  { code: 'DE', hosted: false, of: 'Germany', timeZone: 'Europe/Berlin', languagesAccepted: ['de'] },
  { code: 'EE', hosted: false, of: 'Estonia', timeZone: 'Europe/Tallinn', languagesAccepted: ['et', 'en'] },
  { code: 'MY', hosted: false, of: 'Malaysia', timeZone: 'Asia/Kuala_Lumpur', languagesAccepted: ['ms', 'en'] },
  { code: 'BG', hosted: false, of: 'Bulgaria', timeZone: 'Europe/Sofia', languagesAccepted: ['bg', 'en'] },
];

/** Each State has these four. */
export const DEMO_AUTHORITIES = [
  {
    slug: 'central-authority',
    kind: 'central',
    name: (of: string) => `Central authority of ${of} for mutual legal assistance`,
    networks: [],
  },
  {
    slug: 'competent-authority',
    kind: 'competent',
    name: (of: string) => `Authority of ${of} competent to execute requests`,
    networks: [],
  },
  {
    slug: 'point-of-contact',
    kind: 'point-of-contact',
    name: (of: string) => `24/7 point of contact of ${of}`,
    networks: ['uncc-41', 'budapest-35'],
  },
  { slug: 'case-office', kind: 'issuing', name: (of: string) => `Investigating office of ${of}`, networks: [] },
] as const;

/**
 * How each point of contact is reached. Numbers of country code 999, which the numbering plan gives to nobody: the State's
 * two letters as numbers, then the line.
 */
export const DEMO_CHANNELS = [
  { network: 'uncc-41', line: '41', hours: 'at-any-hour' },
  { network: 'budapest-35', line: '35', hours: 'at-any-hour' },
] as const;
export const demoNumber = (code: string, line: string): string => `+999${[...code].map((letter) => letter.charCodeAt(0)).join('')}00${line}`;

/** Who is called in which order, by office. */
export const DEMO_DUTY_LIST = [
  { rank: 1, office: 'duty officer', line: '91' },
  { rank: 2, office: 'second duty officer', line: '92' },
  { rank: 3, office: 'head of the desk', line: '93' },
] as const;

/** Which authority does what, under any instrument. */
export const DEMO_COMPETENCES = [
  { slug: 'case-office', stage: 'issue' },
  { slug: 'central-authority', stage: 'transmit' },
  { slug: 'central-authority', stage: 'receive' },
  { slug: 'central-authority', stage: 'decide' },
  { slug: 'competent-authority', stage: 'execute' },
] as const;

/** Treaties applied between States of the demo before they are in force: recorded by both, each for its own files. */
export const DEMO_ARRANGEMENTS = [
  { requesting: 'KZ', requested: 'VN', instrument: 'uncc-2024' },
  { requesting: 'VN', requested: 'KZ', instrument: 'uncc-2024' },
  { requesting: 'KZ', requested: 'SG', instrument: 'uncc-2024' },
  { requesting: 'SG', requested: 'KZ', instrument: 'uncc-2024' },
] as const;

/** Dates and source of every fact above. */
export const DEMO_FACT = {
  validFrom: '2000-01-01',
  validTo: null,
  source: 'Comity demo data, modelled; not to be relied on',
  asOf: '2026-11-01',
  verified: false,
} as const;

export const DEMO_ARRANGEMENT_REASON = 'Demo: the Convention is applied in training mode before its entry into force';
