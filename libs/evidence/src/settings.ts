export const EVIDENCE_SETTINGS = Symbol('EvidenceSettings');

/** What this room needs to know of the node's settings. */
export interface EvidenceSettings {
  /** Folder of the blob store. */
  blobFolder: string;
  /** Largest single file in bytes. Default 10 GiB. */
  maxFileBytes?: number;
}

export const DEFAULT_MAX_FILE_BYTES = 10 * 1024 ** 3;
