import type { DossierHeader } from './format.js';
import type { DossierReport } from './report.js';

type Found = Pick<DossierReport, 'messages' | 'unheldPackages'> & { namesCounterpart: boolean };

/** What a verdict that a dossier holds does not say, in words: whoever reads the verdict alone would take it as proved. */
export function* dossierNotes({ state, counterpart }: DossierHeader, { messages, unheldPackages, namesCounterpart }: Found): Generator<string> {
  if (!namesCounterpart && Object.keys(messages.signed).length === 0) yield `that the request was exchanged with ${counterpart} is held by nothing: no entry and no message that is shown names it, only ${state} does`;
  if (unheldPackages > 0) yield `${unheldPackages} packages of evidence are held by nothing: neither the log nor a message that is shown tells of them, only ${state} does`;
}
