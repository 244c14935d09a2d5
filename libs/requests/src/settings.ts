/** What this room needs to know of the node's settings; `config/settings.ts` satisfies it. */
export interface RequestsSettings {
  /** An instrument that is not in force may be applied, as an exercise; shown on every view. */
  training: boolean;
  /** Practice: hours within which a second person reviews what one duty officer did alone. */
  dutyReviewHours?: number;
  /** Practice: days within which the formal request after an emergency is awaited. */
  formalRequestDays?: number;
  /** Practice: days that preserved data are kept after the request that continued the preservation was refused. */
  graceDays: number;
}

export const REQUESTS_SETTINGS = Symbol('RequestsSettings');
