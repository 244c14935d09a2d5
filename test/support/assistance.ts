import type { MeasureContent } from '@comity/treaty';

/** A complete measure of mutual legal assistance (UNCC 40): a statement of a witness unless said otherwise. */
export function assistance(patch: Partial<MeasureContent> = {}): MeasureContent {
  return {
    form: 'mutual-legal-assistance', assistance: 'evidence-or-statements', what: 'Statement of the keeper of the servers', items: [],
    legalBases: [{ instrument: 'uncc-2024', article: '40', date: '2026-11-03', role: 'primary' }], ...patch,
  };
}
