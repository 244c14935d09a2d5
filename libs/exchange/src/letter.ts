import { unprocessable, type Json, type Problem, type StateCode } from '@comity/kernel';
import { CHANNELS, type Channel } from './handler.js';
import { OPENING_TYPE, type InboxThread } from './inbox-thread.js';

/** A letter of an off-network State, as an official read it. */
export interface Letter {
  /** The dialogue it belongs to; a request opens one, by the id it bears if a node has printed it. */
  threadId?: string;
  counterpart: StateCode;
  type: string;
  measure: number | null;
  body: Record<string, Json>;
  datedAt: Date;
  receivedAt: Date;
  channel: Channel;
  document: { id?: string; /** SHA-256, hex. */ sha256: string };
  /** Message number that the letter bears, if it was written by a node of this kind. */
  seq?: number;
  /** Highest own message it answers or shows knowledge of. Default: the highest dispatched or delivered so far. */
  ack?: number;
}

/** Refuses a letter that could not be taken in as it stands. @throws Problem 422 `transcription.*` */
export function checkLetter(letter: Letter, thread: InboxThread | undefined, at: Date): void {
  if (!CHANNELS.includes(letter.channel))
    throw refused('channel-unknown', '/channel', `Name the way it came: ${CHANNELS.join(', ')}.`);
  if (!/^[0-9a-f]{64}$/.test(letter.document.sha256))
    throw refused(
      'document-missing',
      '/document/sha256',
      'Attach the document: its SHA-256 (64 hexadecimal digits) is the proof.',
    );
  if (!(letter.receivedAt.getTime() <= at.getTime()))
    throw refused('received-in-future', '/receivedAt', 'A letter is transcribed when it has come in.');
  if (!(letter.datedAt.getTime() <= at.getTime()))
    throw refused('dated-in-future', '/datedAt', 'A letter cannot be dated after today.');
  if (letter.receivedAt < letter.datedAt)
    throw refused('received-before-dated', '/receivedAt', 'A letter cannot come in before it was written. Check both dates.');
  if (thread?.openedBy === 'own' && letter.datedAt < earliestDate(thread.openedAt))
    throw refused('dated-before-request', '/datedAt', 'An answer cannot be dated before the request was transmitted.');
  if (!thread && (letter.type !== OPENING_TYPE || letter.measure !== null)) {
    throw refused(
      'thread-needed',
      '/threadId',
      `Only a request (${OPENING_TYPE}) opens a dialogue. Name the file the letter belongs to.`,
    );
  }
  if ((letter.ack ?? 0) > (thread?.sentSeq ?? 0))
    throw refused('ack-unknown', '/ack', `Only ${thread?.sentSeq ?? 0} messages were sent in this dialogue.`);
  if (!thread && (letter.seq ?? 1) !== 1)
    throw refused('seq-unknown', '/seq', 'A request is the first message of its dialogue.');
}

const HOUR = 3_600_000;

/** Midnight of the day it was at that moment where it was the earliest day: twelve hours behind UTC. Letters bear a day, no hour. */
function earliestDate(moment: Date): Date {
  const west = moment.getTime() - 12 * HOUR;
  return new Date(west - (west % (24 * HOUR)));
}

function refused(reason: string, pointer: string, detail: string): Problem {
  const code = `transcription.${reason}`;
  return unprocessable(code, detail, undefined, [{ pointer, code, detail }]);
}
