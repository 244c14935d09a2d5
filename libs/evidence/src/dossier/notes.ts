import type { DossierHeader } from './format.js';
import type { DossierReport } from './report.js';

type Found = Pick<DossierReport, 'messages' | 'unheldPackages' | 'outOfPeriod' | 'notShown' | 'log'> & { namesCounterpart: boolean; untold: number };

/** What a verdict that a dossier holds does not say, in words: whoever reads the verdict alone would take it as proved. */
export function* dossierNotes({ state, counterpart }: DossierHeader, { messages, unheldPackages, outOfPeriod, notShown, log, namesCounterpart, untold }: Found): Generator<string> {
  if (!namesCounterpart && Object.keys(messages.signed).length === 0) yield `that the request was exchanged with ${counterpart} is held by nothing: no entry and no message that is shown names it, only ${state} does`;
  const [last, later] = log?.tree && log.tree.covered > 0 ? ['after the last one that the checkpoint proves', log.tree.later] : ['at its end', log?.entries ?? 0];
  yield `that entries of this request, with their messages and evidence, were left out ${last} cannot be excluded: ${state} may have cut its chain off there and made the ${later} that no checkpoint holds for this dossier`;
  const unsaid = messages.withheld + messages.erased;
  if (unsaid > 0) yield `hashes and signatures of ${unsaid} messages that are withheld or erased are held by nothing until their text is laid beside them, but for the hashes of sent ones that the log names; of those that wait, also number and type`;
  if (unheldPackages > 0) yield `${unheldPackages} packages of evidence are held by nothing: neither the log nor a message that is shown tells of them, only ${state} does`;
  if (notShown.documents + notShown.files > 0) yield `${notShown.documents} documents and ${notShown.files} files of evidence are not shown, though the log says that they were exported with their bytes: taken out, not yet come, not as they should be, or left out`;
  if (untold > 0) yield `names and media types of ${untold} documents of ${state} are held by nothing: the log has their hashes, and no message that is shown encloses them`;
  if (outOfPeriod > 0) yield `${outOfPeriod} signatures were made outside the period that this dossier gives for their key: ask the directory of that State`;
  yield `held by nothing but the word of ${state}: references in the header; when messages came in, how sending them went, and receipts that reject one; status of packages; periods and sources of keys; numbers and times of showings, except where ${counterpart} cosigned; times of alarms`;
}
