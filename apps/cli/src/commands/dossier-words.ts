import type { DossierReport } from '@comity/evidence';

/** The one answer first: that it holds, or the first thing that does not. */
export function* dossierInWords(report: DossierReport): Generator<string> {
  const { ok, state, counterpart, requestId, exportedAt, withheld, erased, messages, events, otherLabels, attachments, packages, files, log, witnesses, alarms, keysGiven, notes, sha256, firstFault } = report;
  yield `${ok ? 'holds' : 'FAULT'}    dossier of request ${requestId ?? '?'} as ${state ?? 'an unknown State'} has it, with ${counterpart ?? '?'}, exported ${exportedAt ?? 'at an unknown time'}`;
  if (firstFault) {
    yield `line ${firstFault.line}: ${firstFault.what}: ${firstFault.detail}`;
    return;
  }
  const signed = Object.entries(messages.signed).map(([of, n]) => `${n} signed by ${of}`).join(', ') || 'none signed';
  yield `checked  messages: ${signed}, ${messages.transcribed} typed from letters, ${messages.withheld} withheld, ${messages.erased} erased; ${events} events of the timeline`;
  yield `checked  ${attachments.listed} documents, ${attachments.shown} with their bytes; ${packages} packages of evidence, ${files} files with their bytes`;
  if (otherLabels > 0) yield `note     ${otherLabels} events bear another label than this version gives to their type: go by the type`;
  if (attachments.unheld > 0) yield `note     ${attachments.unheld} documents of ${counterpart} are held by nothing: its messages are withheld or erased, and only ${state} says that they came from it`;
  if (log) yield `checked  ${log.entries} entries of the log; ${log.opened} contents opened, ${log.closed} closed`;
  if (log?.tree) yield `signed   checkpoint of ${log.tree.size} entries as of ${log.tree.at}: ${log.tree.covered} of these entries are in it, ${log.tree.later} came later`;
  if (log?.tree && log.unsigned > 0) yield `note     ${log.unsigned} entries are held by no checkpoint, but by the signature of ${state} under this dossier alone`;
  if (!log?.tree) yield `note     no checkpoint: nothing but the signature of ${state} under this dossier holds these entries, and it could have made them today`;
  for (const { log: of, seenBy, size, at } of witnesses) yield `witness  ${seenBy} saw the log of ${of} at ${size} entries, ${at}`;
  if (!witnesses.some((one) => one.log === state && one.size > 0)) yield `note     ${counterpart} confirmed no checkpoint of the log of ${state}`;
  for (const { log: of, kind, settled, proved } of alarms) {
    const since = settled ? '; settled since' : '';
    yield proved ? `ALARM    the log of ${of} contradicted what was seen of it (${kind}): it signed two histories${since}` : `note     that the log of ${of} contradicted what was seen of it (${kind}) is claimed, not proved by what is here${since}`;
  }
  for (const { kind, at, entryId } of erased) yield `note     ${kind} erased ${at}: entry ${entryId}`;
  if (withheld.length > 0) yield `note     withheld: ${withheld.join(', ')}`;
  for (const note of notes) yield `note     ${note}`;
  yield keysGiven ? 'key      those given' : "note     keys are the dossier's own: compare them with the directory's, or give them by --key";
  yield `sha256   ${sha256}`;
}
