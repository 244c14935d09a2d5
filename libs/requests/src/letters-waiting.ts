import type { Tx } from '@comity/database';
import { proposedLetters } from '@comity/exchange';
import type { MeasureContent } from '@comity/treaty';
import type { OpenFile } from './files.js';

const FOR_THE_DATA = ['REQUESTED', 'EXTENSION_REQUESTED', 'NEW_PRESERVATION_REQUESTED'];

/**
 * Whether a letter has come that asks for what the preservation keeps, and waits for the second person who confirms its
 * transcription. The request is received when the letter comes (UNCC 42(8)), not when two officials have read it.
 */
export async function letterWaits(tx: Tx, { row }: OpenFile, preservation: number): Promise<boolean> {
  const waiting = await proposedLetters(tx, row.counterpart, FOR_THE_DATA);
  const follows = (body: object): boolean =>
    ((body as { measures?: MeasureContent[] }).measures ?? []).some((m) => m.followsPreservation?.requestId === row.id && m.followsPreservation.measure === preservation);
  return waiting.some(({ type, threadId, measure, body }) => (type === 'REQUESTED' ? follows(body) : threadId === row.id && measure === preservation));
}
