import type { LetterContent, MeasureContent } from '@comity/treaty';

/** A complete letter with one measure for stored data, as the Convention's 40(15) asks for it. */
export function letter(patch: Partial<LetterContent> = {}): LetterContent {
  return {
    subject: 'Unlawful access to a bank by rented servers',
    authority: { name: 'Central authority of Kazakhstan' },
    proceeding: { nature: 'Pre-trial investigation of unlawful access', authority: 'Investigating authority of the interior', functions: 'Investigates offences against information systems' },
    offences: [{ label: 'unlawful access to an information system', law: 'KZ', conventionOffence: 'UNCC 7', maxPenalty: { kind: 'years', years: 5, law: 'KZ' } }],
    cooperationGround: '35(1)(b)',
    facts: "A bank's customer system was entered at night from rented servers; card data of 61,000 customers were copied.",
    purpose: 'Evidence before a criminal court',
    persons: [{ role: 'renter of the servers' }],
    language: 'en',
    confidential: { requested: true },
    ...patch,
  };
}

export function measure(patch: Partial<MeasureContent> = {}): MeasureContent {
  return {
    form: 'stored-data',
    what: 'Forensic images of two virtual servers',
    procedure: 'Images certified with hashes by the executing authority',
    dataClass: 'content',
    items: [{ type: 'ipv4', value: '203.0.113.24' }],
    period: { from: '2026-10-01T00:00:00Z', to: '2026-11-10T00:00:00Z' },
    relation: 'The servers are the source of the intrusion',
    legalBases: [{ instrument: 'uncc-2024', article: '44', date: '2026-11-03', role: 'primary' }],
    ...patch,
  };
}
