import type { Tx } from '@comity/database';
import { formProfile, hasProfile, type LegalBasis, type MeasureContent } from '@comity/treaty';
import { overallOf, type Act, type FileState } from './domain/index.js';
import { insertMeasure, type OpenFile } from './files.js';
import type { Measure } from './measure.entity.js';

const FORM = 'preserved-traffic-data';

/**
 * Rows for measures that the decision added to a letter under way: the disclosure of preserved traffic data, which the
 * requested State opens from a preservation (UNCC 43(1); Budapest 30). Both files make the same content of it.
 */
export function openMeasures(tx: Tx, file: OpenFile, decided: FileState, act: Act, at: Date): void {
  const from = file.measures.find((m) => m.no === act.measure);
  for (const { no, state } of decided.measures.slice(file.measures.length)) {
    const content = disclosureContent(from!, file.row.id, String(act.payload['finding']), at);
    const measure: Measure = { state: file.row.state, fileId: file.row.id, no, form: FORM, content, chart: state, outcome: null, particulars: {} };
    insertMeasure(tx, measure);
    file.measures.push(measure);
    file.row.overall = overallOf(file.row.letter, file.measures.map((m) => m.chart));
  }
}

function disclosureContent({ no, content }: Measure, requestId: string, finding: string, at: Date): MeasureContent {
  const legalBases = content.legalBases.flatMap((basis): LegalBasis[] => {
    const form = hasProfile(basis.instrument) ? formProfile(basis.instrument, FORM) : undefined;
    return form ? [{ ...basis, article: form.article.replace(/^\S+ /, ''), date: at.toISOString().slice(0, 10) }] : [];
  });
  return { form: FORM, what: finding, dataClass: 'traffic', items: content.items, legalBases, followsPreservation: { requestId, measure: no } };
}

