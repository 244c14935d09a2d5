/** What this room needs to know of the node's settings; `config/settings.ts` satisfies it. */
export interface AccessSettings {
  /** At least 32 bytes; signs the tokens of officials (HS256). */
  jwtSecret: string;
  /** How long a token is good for. Default 8. */
  tokenHours?: number;
  /** Hours for which the answer to an act is kept under its Idempotency-Key. Default 24. */
  answerHours?: number;
  /** A refused sign-in is answered no sooner than this, whatever the reason. Default 250. */
  refusedAfterMs?: number;
}

export const ACCESS_SETTINGS = Symbol('AccessSettings');
