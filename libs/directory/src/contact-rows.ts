import type { StateCode } from '@comity/kernel';
import type { Dated } from './rows.js';

/** 24/7 networks this version knows: UNCC 41 and Budapest 35. The directory may hold others. */
export const NETWORKS = ['uncc-41', 'budapest-35'] as const;

export const CONTACT_KINDS = ['telephone', 'email', 'fax', 'secure-messaging'] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];

export const AT_ANY_HOUR = 'at-any-hour';

/** One way in which a State's point of contact is reached. */
export interface ContactChannelRow extends Dated {
  /** Who says so: the State itself, or of a State without a node one that has it from the circulated register. */
  recordedState: StateCode;
  id: string;
  speaksOf: StateCode;
  authorityId: string;
  network: string;
  kind: ContactKind;
  /** A telephone number as E.164 has it: `+` and digits. */
  value: string;
  /** BCP 47. */
  languages: string[];
  /** `at-any-hour`, or `HH:MM-HH:MM` in the authority's time zone. */
  hours: string;
  /** Whether a sender may be called back over it. */
  callBack: boolean;
}

/** A place on the duty list of one's own desk; rank 1 is called first. */
export interface DutyTurnRow extends Dated {
  state: StateCode;
  id: string;
  authorityId: string;
  network: string;
  rank: number;
  /** An office, never a person's name. */
  office: string;
  kind: ContactKind;
  value: string;
  hours: string;
}

/** A telephone number without the signs people write between its digits. */
export const plainNumber = (written: string): string => written.replace(/[\s().\/-]/g, '').replace(/^00/, '+');

/** E.164: country code and number, 7 to 15 digits. */
export const isTelephone = (number: string): boolean => /^\+[1-9]\d{6,14}$/.test(number);
