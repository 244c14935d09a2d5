/** What has become of a request for consent; the first has number 1. Only the requesting State opens one, so both files count alike. */
export type ConsentStatus = 'asked' | 'granted' | 'declined';

/** Memory of the dialogue on use, for forms that furnish data. */
export interface UseContext {
  consents?: ConsentStatus[];
  /** Notices of exculpatory disclosure given; the first has number 1. */
  notices?: number;
}

export const freshUse = (): Required<UseContext> => ({ consents: [], notices: 0 });

/** What a use that is to be recorded is like, beside the letter and the consent it names. */
export interface UseFacts {
  /** For another proceeding than the one the letter states. */
  other: boolean;
  /** Whether the instrument limits the use here: by itself, or since it was asked for and accepted (Budapest 28). */
  limited: boolean;
  /** An onward transfer that the State authorised when it disclosed the path: to a State that the path names (UNCC 36(3), 43). */
  authorised?: true;
  /** How the use compares with the consent it names; absent where it names none that is on record. */
  consent?: 'fits' | 'other-kind' | 'other-proceeding' | 'other-destination' | 'other-data';
}
