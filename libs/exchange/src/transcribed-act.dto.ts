/** A message that officials typed from a letter of a State without a node, with both persons who stand for it. */
export class TranscribedAct {
  id: string;
  requestId: string;
  counterpart: string;
  /** Type of the message. */
  type: string;
  measure: number | null;
  channel: string;
  /** Date of the letter, RFC 3339. */
  datedAt: string;
  receivedAt: string;
  /** Of the document it rests on, hex. */
  documentSha256: string;
  /** proposed, confirmed or declined. */
  status: 'proposed' | 'confirmed' | 'declined';
  proposedBy: string;
  proposedAt: string;
  /** The second person, who confirmed or declined it; null while nobody did. */
  decidedBy: string | null;
  decidedAt: string | null;
  /** The message it became. */
  messageId: string | null;
}
