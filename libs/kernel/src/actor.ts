/** ISO 3166-1 alpha-2 code of a State, upper case. */
export type StateCode = string;

/** Stands where a State's code is expected for the node itself (operators, node-wide log). ZZ is user-assigned in ISO 3166. */
export const NODE_STATE: StateCode = 'ZZ';

export const ROLES = [
  'case-officer',
  'central-authority',
  'competent-authority',
  'point-of-contact',
  'auditor',
  'administrator',
  'operator',
] as const;
export type Role = (typeof ROLES)[number];

/** Which of the two files of a request a State keeps. */
export type Side = 'requesting' | 'requested';

/** A person signed in: belongs to one authority of one State. */
export interface Official {
  kind: 'official';
  state: StateCode;
  accountId: string;
  authorityId: string;
  username: string;
  roles: readonly Role[];
}

/** The other State, speaking through a message that was verified, or transcribed by officials (off-network). */
export interface Counterpart {
  kind: 'counterpart';
  /** Whose file is acted on. */
  state: StateCode;
  counterpart: StateCode;
  provenance: 'exchange' | 'transcribed';
  messageId: string;
}

/** A deadline that fell due. */
export interface ClockActor {
  kind: 'clock';
  state: StateCode;
}

export type Actor = Official | Counterpart | ClockActor;
