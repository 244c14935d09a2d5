import type { DossierHeader } from './format.js';
import type { DossierReport } from './report.js';

/** What a verdict that a dossier holds does not say, in words: whoever reads the verdict alone would take it as proved. */
export function* dossierNotes({ state }: DossierHeader, { unheldPackages }: Pick<DossierReport, 'unheldPackages'>): Generator<string> {
  if (unheldPackages > 0) yield `${unheldPackages} packages of evidence are held by nothing: neither the log nor a message that is shown tells of them, only ${state} does`;
}
