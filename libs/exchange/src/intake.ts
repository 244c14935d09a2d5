import type { Tx } from '@comity/database';
import { canonicalJson, conflict, newId, unprocessable, type Problem } from '@comity/kernel';
import type { Envelope } from './envelope.js';
import type { Alarm, MessageHandler } from './handler.js';
import { insertArrival, knownRows, type Arrival, type KnownRow } from './inbox-row.js';
import { lockThread, OPENING_TYPE, openInboundThread, type InboxThread } from './inbox-thread.js';
import type { Receipt } from './receipt.dto.js';
import { rejectedReceipt } from './receipt.js';
import { takeKept, takeTurn } from './turns.js';

/** How far ahead of its turn a message is kept. A sender in order is never ahead; one gone wrong must not fill the disk. */
const WINDOW = 100;

/** Carries a refusal of the message out of `keep`, apart from whatever else may throw a Problem. */
class Rejected extends Error {
  constructor(
    readonly problem: Problem,
    /** Of a message that contradicts the record. */ readonly kind?: Alarm['kind'],
  ) {
    super(problem.message);
  }
}

/** Takes a verified message in, inside the transaction of the receiving State. */
export async function intake(tx: Tx, handler: MessageHandler, arrival: Arrival, at: Date): Promise<Receipt> {
  try {
    return await keep(tx, handler, arrival, at);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return reject(tx, handler, arrival, error, at);
  }
}

async function keep(tx: Tx, handler: MessageHandler, arrival: Arrival, at: Date): Promise<Receipt> {
  const { envelope } = arrival;
  // One packet, in this order: the file is locked before its thread, and what is known is read under both locks.
  const [, found, known] = await Promise.all([
    handler.lock?.(tx, envelope.thread),
    lockThread(tx, envelope.thread),
    knownRows(tx, envelope),
  ]);
  const before = alreadyKept(known, found, arrival);
  if (before) return before;
  checkPlace(found, envelope);
  const thread = found ?? (await openInboundThread(tx, envelope.thread, envelope.from, at));
  // Opened by another delivery in between: what that brought is on record now, perhaps this very message.
  if (!thread) return keep(tx, handler, arrival, at);
  const itsTurn = thread.parkedSeq === null && envelope.seq === thread.receivedSeq + 1;
  const receipt = receiptFor(arrival, itsTurn ? 'taken-in' : 'waiting', at);
  void insertArrival(tx, arrival, itsTurn ? 'applied' : 'waiting', receipt);
  if (!itsTurn) return receipt;
  const handled = await takeTurn(tx, handler, thread, arrival, at, true);
  // Under the thread's lock nothing can have been added to what was seen at first.
  if (handled && known.some((row) => row.seq === envelope.seq + 1)) await takeKept(tx, handler, thread, at);
  return receipt;
}

const receiptFor = (arrival: Arrival, status: 'taken-in' | 'waiting', at: Date): Receipt => ({
  status,
  messageId: arrival.envelope.id,
  sha256: arrival.sha256.toString('hex'),
  at: at.toISOString(),
});

/** @throws Rejected when the record holds something else under this id or in this place */
function alreadyKept(
  known: readonly KnownRow[],
  thread: InboxThread | undefined,
  { envelope, bytes, sha256 }: Arrival,
): Receipt | undefined {
  if (thread && thread.counterpart !== envelope.from) {
    throw new Rejected(unprocessable('message.wrong-thread', 'This thread belongs to a dialogue with another State.'));
  }
  const sameId = known.find((row) => row.id === envelope.id);
  if (sameId?.bytes.equals(bytes)) return sameId.receipt;
  if (sameId) throw contradiction('same-id', 'Another message with this id was taken in before.');
  const sameSeq = known.find((row) => row.seq === envelope.seq && row.thread === envelope.thread);
  if (!sameSeq) return undefined;
  // The letter came first, its sealed twin after it: one act, taken in once. A receipt for other bytes than those sent
  // would be none to the sender.
  if (sameSeq.provenance === 'transcribed' && saysTheSame(sameSeq.bytes, envelope))
    return { ...sameSeq.receipt, messageId: envelope.id, sha256: sha256.toString('hex') };
  throw contradiction('same-seq', `Another message number ${envelope.seq} of this thread was taken in before.`);
}

function saysTheSame(transcribed: Buffer, envelope: Envelope): boolean {
  const said = ({ type, measure, body }: Envelope): string => canonicalJson({ type, measure, body });
  return said(JSON.parse(transcribed.toString('utf8')) as Envelope) === said(envelope);
}

function checkPlace(thread: InboxThread | undefined, envelope: Envelope): void {
  const { openedBy, sentSeq, receivedSeq } = thread ?? { openedBy: 'counterpart', sentSeq: 0, receivedSeq: 0 };
  // A thread that the counterpart opens begins with its request; messages ahead of it wait for it.
  if (
    openedBy === 'counterpart' &&
    envelope.seq === 1 &&
    (envelope.type !== OPENING_TYPE || envelope.measure !== null)
  ) {
    throw new Rejected(
      unprocessable('message.not-an-opening', `The first message of a thread must be ${OPENING_TYPE}, for the letter.`),
    );
  }
  if (envelope.ack > sentSeq) {
    throw contradiction(
      'ack-ahead',
      `The message acknowledges number ${envelope.ack}, but only ${sentSeq} were sent from here: one of the two records is older than the other.`,
    );
  }
  if (envelope.seq > receivedSeq + WINDOW) {
    throw new Rejected(
      unprocessable(
        'message.too-far-ahead',
        `Number ${receivedSeq + 1} of this thread is still missing. Send the messages in order.`,
      ),
    );
  }
}

const contradiction = (kind: Alarm['kind'], detail: string): Rejected =>
  new Rejected(conflict(`message.${kind}`, detail), kind);

/** Answers a refusal and leaves its trace; nothing of the message itself takes effect. */
async function reject(
  tx: Tx,
  handler: MessageHandler,
  arrival: Arrival,
  { problem, kind }: Rejected,
  at: Date,
): Promise<Receipt> {
  const { from, id: messageId } = arrival.envelope;
  const digest = arrival.sha256.toString('hex');
  if (kind) await raiseAlarm(tx, handler, arrival, kind, at);
  else
    await handler.rejected?.(tx, {
      from,
      messageId,
      code: problem.code,
      detail: problem.detail,
      sha256: digest,
      authentic: true,
      at,
    });
  return rejectedReceipt(problem, messageId, digest, at);
}

async function raiseAlarm(
  tx: Tx,
  handler: MessageHandler,
  arrival: Arrival,
  kind: Alarm['kind'],
  at: Date,
): Promise<void> {
  const { id, thread, seq, from } = arrival.envelope;
  const raised = await tx.query(
    `INSERT INTO message_alarm (state, id, kind, message_id, thread_id, seq, counterpart, bytes, sha256, signature, raised_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING id`,
    [tx.state, newId(), kind, id, thread, seq, from, arrival.bytes, arrival.sha256, arrival.signature, at],
  );
  // A sender that repeats the contradiction is not a second one.
  if (raised.length === 0) return;
  await handler.alarm?.(tx, {
    kind,
    threadId: thread,
    messageId: id,
    seq,
    counterpart: from,
    sha256: arrival.sha256.toString('hex'),
    at,
  });
}
