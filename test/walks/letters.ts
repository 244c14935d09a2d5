import type { MeasureContent } from '@comity/treaty';
import { assistance } from '../support/assistance.js';
import { emergency, query } from '../support/network.js';
import { preservationMeasure } from '../support/preservation.js';
import { letter, measure } from '../support/stored-data.js';
import type { Letter } from './model-files.js';

const under = (instrument: string, article: string): Pick<MeasureContent, 'legalBases'> => ({ legalBases: [{ instrument, article, date: '2026-11-03', role: 'primary' }] });
const information = (useLimits?: string): MeasureContent => ({ form: 'spontaneous-information', what: 'Logs of an intrusion', items: [], ...(useLimits !== undefined && { useLimits }), ...under('uncc-2024', '40') });
const realTime = (): MeasureContent => ({ ...measure(under('uncc-2024', '45')), form: 'real-time-traffic', dataClass: 'traffic', necessity: 'Seen only live', periodReason: 'They come once a week', period: { from: '2026-11-10T00:00:00Z', to: '9000-11-10T00:00:00Z' } });

/** The longer a form's life, the oftener it is walked. */
const UNCC: MeasureContent[] = [
  measure(), measure(), measure(), measure(), preservationMeasure(), preservationMeasure(), emergency(), query(),
  assistance({ assistance: 'voluntary-appearance' }), assistance({ assistance: 'transfer-of-detained-person' }), information(), information('Not as evidence'), realTime(),
];
const BUDAPEST: MeasureContent[] = [
  measure(under('budapest-2001', '31')), preservationMeasure(under('budapest-2001', '29')), query(under('budapest-2001', '35')),
  { form: 'preserved-traffic-data', what: 'The path', items: [{ type: 'ipv4', value: '203.0.113.24' }], ...under('budapest-2001', '30') },
];

/** A letter of one to three measures, under one of two instruments, drafted in office or at the 24/7 desk. */
export function letterOf(random: () => number): { letter: Letter; desk: boolean } {
  const budapest = random() < 0.2;
  const desk = !budapest && random() < 0.25;
  const forms = budapest ? BUDAPEST : desk ? [preservationMeasure(), preservationMeasure(), emergency(), emergency(), query()] : UNCC;
  const measures = Array.from({ length: [1, 1, 1, 2, 3][Math.floor(random() * 5)]! }, () => forms[Math.floor(random() * forms.length)]!);
  // A path is asked for with the preservation it is of.
  if (measures.some((m) => m.form === 'preserved-traffic-data')) measures.unshift(BUDAPEST[1]!);
  const [requesting, requested] = budapest ? ['US', 'IS'] : ['KZ', 'VN'];
  return { desk, letter: { content: letter(), measures, instrument: budapest ? 'budapest-2001' : 'uncc-2024', requesting: requesting!, requested: requested! } };
}
