import { OfRequest } from './case-questions.dto.js';

/** What stands alike in a use and in a consent to one. */
export class OfData extends OfRequest {
  measure: number;
  /** Where the data are used, or are to be used. */
  proceeding: string;
  /** Which of the data. */
  data: string;
  /** ISO 3166-1 alpha-2, of an onward transfer to a State. */
  destinationState: string | null;
  destinationOrganisation: string | null;
}

/** A use, an onward transfer or an exculpatory disclosure, with the consent that it rests on (UNCC 40(19), 36(3)). */
export class UseFound extends OfData {
  /** Of the use. */
  id: string;
  /** When it was recorded, RFC 3339. */
  at: string;
  kind: 'use' | 'onward-transfer' | 'exculpatory-disclosure';
  /** Null, as `personalData`, of an exculpatory disclosure. */
  purpose: string | null;
  personalData: boolean | null;
  /** Number of the notice of an exculpatory disclosure (UNCC 40(19)). */
  notice: number | null;
  /** Who recorded it. */
  accountId: string | null;
  /** Number of the consent; null where the letter or a notice covers the use. */
  consent: number | null;
  /** What was consented to; these are null where there is no consent. */
  consentPurpose: string | null;
  consentAskedAt: string | null;
  consentAnswer: string | null;
  consentAnsweredAt: string | null;
  /** Texts of the conditions it was given on. */
  conditions: string[];
  limitedTo: string | null;
  reference: string | null;
}

/** A consent that was asked for, what was answered, and what rests on it (UNCC 40(19), 36(3)). */
export class ConsentFound extends OfData {
  /** From 1 for each measure, alike in both files. */
  no: number;
  /** When it was asked for, RFC 3339. */
  at: string;
  kind: 'other-use' | 'onward-transfer';
  purpose: string;
  personalData: boolean;
  /** Asked to be given in writing. */
  inWriting: boolean;
  /** `granted` or `declined`; null while it is open. */
  answer: string | null;
  answeredAt: string | null;
  conditions: string[];
  limitedTo: string | null;
  /** Of a refusal. */
  reasons: string | null;
  grantedInWriting: boolean | null;
  /** Of the written consent. */
  reference: string | null;
  /** Uses recorded on it: the requesting State's own, so 0 in the requested State's file. */
  uses: number;
}
