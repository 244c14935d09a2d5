import type { AssistanceEntry, AssistanceKind } from '../../libs/treaty/src/instrument.js';

/**
 * What can be asked for under 40(3), beside what has a form of its own: (d) stored data, (e) traffic data in real time,
 * (f) interception. The transfer of a detained person stands in 40(9) and not in 40(3): that it needs another basis for
 * a serious crime that is no Convention offence is read by analogy with (k).
 */
const kind = (
  article: string,
  title: string,
  forSeriousCrime: AssistanceEntry['forSeriousCrime'] = 'electronic-evidence',
  verified = true,
): AssistanceEntry => ({ rule: `UNCC ${article}`, title, forSeriousCrime, verified });

export const ASSISTANCE: Record<AssistanceKind, AssistanceEntry> = {
  'evidence-or-statements': kind('40(3)(a)', 'Evidence or statements from persons'),
  'service-of-documents': kind('40(3)(b)', 'Service of judicial documents', 'closed'),
  'searches-seizures-freezing': kind('40(3)(c)', 'Searches, seizures and freezing'),
  'objects-and-sites': kind('40(3)(g)', 'Examination of objects and sites'),
  'information-and-evaluations': kind('40(3)(h)', 'Information, evidence and expert evaluations'),
  'documents-and-records': kind('40(3)(i)', 'Originals or certified copies of documents and records'),
  'tracing-proceeds': kind('40(3)(j)', 'Identifying or tracing proceeds, property and instrumentalities'),
  'voluntary-appearance': kind('40(3)(k)', 'Voluntary appearance of persons', 'closed'),
  'recovery-of-proceeds': kind('40(3)(l)', 'Recovery of proceeds', 'closed'),
  'transfer-of-detained-person': kind('40(9)', 'Transfer of a detained person', 'closed', false),
  other: kind('40(3)(m)', 'Any other assistance the law of the requested State does not forbid'),
};
