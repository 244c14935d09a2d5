import type { Tx } from '@comity/database';
import type { DirectoryService } from '@comity/directory';
import type { Lacking } from '@comity/treaty';
import { chosenEntries, consentsOf, disclosureOf, leadsOf, type Particulars, type PathEntry, type PathFacts } from './domain/index.js';
import { readFile, type OpenFile } from './files.js';

type Followed = { state?: string; requestId?: string }[];

/** Where a request that was opened by following a path came from. */
export interface OpenedFrom {
  requestId: string;
  measure: number;
  disclosedBy: string;
  /** As it was said with the path: kept here, since the file of the path may be erased before the request goes out. */
  onwardTransfer?: string;
}

/**
 * What keeps a request to the third State from being transmitted: the State that disclosed the path asked to be asked
 * before it goes on (UNCC 36(3)), and has granted no transfer to that State. `disclosed` is what one's own file says of the
 * path: nothing once it was erased, which opens nothing.
 */
export function onwardLacking({ requestId, measure, disclosedBy, onwardTransfer }: OpenedFrom, disclosed: Particulars, to: string, cited: Pick<Lacking, 'rule' | 'force'>): Lacking[] {
  if (onwardTransfer !== 'ask-first') return [];
  const asked = consentsOf(disclosed).filter(({ kind, personalData, destination }) => kind === 'onward-transfer' && personalData === true && (destination as { state?: string } | undefined)?.state === to);
  // Of several answers the last one counts: what was granted for a part may have been declined for the whole.
  if (asked.findLast(({ answer }) => answer !== undefined)?.['answer'] === 'granted') return [];
  const stands = asked.length === 0 ? 'Ask it' : asked.at(-1)!['answer'] === 'declined' ? 'It declined; ask it anew if something has changed' : 'It was asked and has not answered; remind it';
  return [{
    code: 'onward-transfer.consent-lacking', pointer: '/requestedState', ...cited, blocks: true,
    detail: `${disclosedBy} asked to be asked before this path goes on to ${to}. ${stands}: REQUEST_USE_CONSENT (onward-transfer of personal data, destination ${to}) on measure ${measure} of request ${requestId}. This request can be transmitted once it is granted.`,
  }];
}

/** The path as it was disclosed; empty before. */
export function pathOf(particulars: Particulars): PathEntry[] {
  return disclosureOf(particulars).path ?? [];
}

/** Where the path of a measure leads; undefined before it was disclosed, and in the file of the State that disclosed it. */
export function pathFacts({ row, measures }: OpenFile, no: number | null, payload: Record<string, unknown> = {}): PathFacts | undefined {
  const measure = measures.find((m) => m.no === no);
  if (measure?.form !== 'preserved-traffic-data' || row.side !== 'requesting') return undefined;
  const path = pathOf(measure.particulars);
  const asked = payload['entries'] as number[] | undefined;
  const unknownEntry = asked?.findIndex((n) => n > path.length) ?? -1;
  return {
    ...leadsOf(chosenEntries(path, asked), { requesting: row.state, requested: row.counterpart }, payload['state'] as string | undefined),
    ...(unknownEntry >= 0 && { unknownEntry }),
  };
}

/** As {@link pathFacts}, with what the directory and one's own files say of the State it leads to. */
export async function followFacts(tx: Tx, directory: DirectoryService, file: OpenFile, no: number, payload: Record<string, unknown>, at: Date): Promise<PathFacts | undefined> {
  const found = pathFacts(file, no, payload);
  if (found?.leads !== 'on') return found;
  const known = (await directory.state(tx, found.state!, at.toISOString().slice(0, 10))) !== undefined;
  const followedBy = await openedTo(tx, file.measures.find((m) => m.no === no)!.particulars, found.state!);
  return { ...found, known, ...(followedBy && { followedBy }) };
}

/** The request to that State which was opened from this path, unless it was abandoned or withdrawn since. */
async function openedTo(tx: Tx, particulars: Particulars, state: string): Promise<string | undefined> {
  const followed = (particulars['followed'] as Followed | undefined) ?? [];
  for (const { requestId, state: asked } of followed) {
    if (asked !== state || requestId === undefined) continue;
    const opened = await readFile(tx, requestId);
    if (opened && !['abandoned', 'withdrawn'].includes(opened.overall)) return requestId;
  }
  return undefined;
}
