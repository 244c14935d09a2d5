/**
 * What the receiver answers to one delivery. Transport only: a receipt never changes the legal state of a file.
 * - `taken-in`: kept and processed, or kept with its thread parked
 * - `waiting`: kept; an earlier message of the thread is missing or parked
 * - `rejected`: not kept; sending the same bytes again would not help
 */
export class Receipt {
  status: 'taken-in' | 'waiting' | 'rejected';
  /** Id of the message; null when it could not be read. */
  messageId: string | null;
  /** SHA-256 (hex) of the bytes received. */
  sha256: string;
  /** When the receiver took it in or rejected it. */
  at: string;
  code?: string;
  detail?: string;
}
