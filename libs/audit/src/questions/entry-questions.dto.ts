/** Who did it, and the entry that says so: its proof is at `/audit/proofs/inclusion?entry=`. */
export class LoggedDto {
  /** RFC 3339, UTC, milliseconds. */
  at: string;
  /** Null where nobody was signed in. */
  accountId: string | null;
  authorityId: string | null;
  roles: string[];
  /** Id of the entry in one's own State's log. */
  entryId: string;
  /** RFC 6962 leaf hash, hex. */
  leafHash: string;
}

/** Somebody saw evidence. */
export class EvidenceReading extends LoggedDto {
  requestId: string;
  /**
   * `bytes`: the file itself was taken out, or every file with a dossier; `manifest`: names were read, in the package, the message that
   * carried it, the request or its timeline, a dossier, or opened entries of the log.
   */
  seen: 'bytes' | 'manifest';
  /** Null where several packages of the request were read at once, or what was read does not say. */
  packageId: string | null;
  /** Number of the file in its package; null unless its bytes alone were taken. */
  fileNumber: number | null;
  /** Of the file, hex. */
  sha256: string | null;
  /** Number in the request's chain; null of opened entries, whose reading is in the reader's own. */
  seq: number | null;
}

/** What an official did. */
export class ActOfOfficial extends LoggedDto {
  /** One of the audit events. */
  type: string;
  /** `file:<id>`, `account:<id>`, `peer:<State>` or `node`. */
  subject: string;
  requestId: string | null;
  /** Event of the statecharts, where it was one. */
  event: string | null;
  measure: number | null;
  rule: string | null;
  /** Package, attachment, hash or question that it concerned. */
  about: string | null;
  /** Messages to the other State that it sent. */
  messages: number;
}

/** A permission that was refused. */
export class RefusedPermission extends LoggedDto {
  /** `permission.lacking` or `account.suspended`. */
  code: string;
  /** Of the route. */
  permission: string | null;
  method: string | null;
  route: string | null;
  /** Event that was tried, where it was one. */
  event: string | null;
  requestId: string | null;
  measure: number | null;
}
