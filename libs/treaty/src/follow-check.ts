import type { Lacking, MeasureContent } from './content.js';
import { ruleFor } from './profiles.js';

/**
 * The path of traffic is disclosed from data that are being preserved (UNCC 43(1); Budapest 30): a measure that asks
 * for it names the preservation, or stands in one letter with it.
 */
export function checkFollows(measure: MeasureContent, measures: readonly MeasureContent[], instrument: string, at: string): Lacking[] {
  if (measure.form !== 'preserved-traffic-data' || measure.followsPreservation) return [];
  if (measures.some((m) => m.form === 'preservation')) return [];
  const rule = ruleFor(instrument, measure.form, 'path-disclosure');
  const detail = 'Name the preservation whose traffic data are to be disclosed, or ask for the preservation in the same letter.';
  return [{ code: 'preservation.missing', pointer: `${at}/followsPreservation`, rule: rule?.id ?? 'practice:preservation', force: rule?.force ?? 'practice', detail, blocks: true }];
}
