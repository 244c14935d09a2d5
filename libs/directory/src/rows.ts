import type { StateCode } from '@comity/kernel';

/** When a fact holds and where it comes from. Days are `YYYY-MM-DD`; `validTo` is the first day it no longer holds. */
export interface Dated {
  validFrom: string;
  validTo: string | null;
  source: string;
  /** The day on which the source said so. */
  asOf: string;
  /** Whether somebody of that State confirmed it. */
  verified: boolean;
}

export interface StateRow extends Dated {
  code: StateCode;
  /** Whether this node keeps that State's files; the others are off-network. */
  hosted: boolean;
}

export const AUTHORITY_KINDS = ['central', 'competent', 'issuing', 'point-of-contact'] as const;
export type AuthorityKind = (typeof AUTHORITY_KINDS)[number];

export interface AuthorityRow extends Dated {
  state: StateCode;
  /** `XX-words-in-lower-case`; the same on every node. */
  id: string;
  kind: AuthorityKind;
  name: string;
  /** IANA name, for example `Asia/Almaty`. */
  timeZone: string;
  /** BCP 47. */
  languages: string[];
  /** Networks a point of contact serves: `uncc-41`, `budapest-35`, `interpol`. */
  networks: string[];
  territory: string | null;
}

export interface AcceptedLanguageRow extends Dated {
  state: StateCode;
  language: string;
}

export const STAGES = ['issue', 'transmit', 'receive', 'decide', 'execute'] as const;

export interface CompetenceRow extends Dated {
  state: StateCode;
  id: string;
  authorityId: string;
  /** null: any. */
  instrument: string | null;
  stage: (typeof STAGES)[number];
  form: string | null;
  territory: string | null;
}

export interface StateKeyRow {
  state: StateCode;
  kid: string;
  /** Public JWK (Ed25519). */
  jwk: Record<string, unknown>;
  validFrom: Date;
  validTo: Date | null;
  source: string;
  asOf: string;
  verified: boolean;
}

export const ARRANGEMENT_MODES = ['training', 'arrangement'] as const;

/** A treaty applied though it is not in force; it holds for the files of the State that recorded it. */
export interface ArrangementRow {
  recordedState: StateCode;
  id: string;
  requesting: StateCode;
  requested: StateCode;
  instrument: string;
  mode: (typeof ARRANGEMENT_MODES)[number];
  reason: string;
  /** Authority that recorded it. */
  recordedBy: string;
  validFrom: string;
  validTo: string | null;
}
