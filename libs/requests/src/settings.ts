/** What this room needs to know of the node's settings; `config/settings.ts` satisfies it. */
export interface RequestsSettings {
  /** An instrument that is not in force may be applied, as an exercise; shown on every view. */
  training: boolean;
  /** Practice: days that preserved data are kept after the request that continued the preservation was refused. */
  graceDays: number;
}

export const REQUESTS_SETTINGS = Symbol('RequestsSettings');
