/** A file derived from the code, committed, and compared in CI. */
export interface Generator {
  /** Relative to the project's root. */
  path: string;
  /** The whole text of the file; the same every time. */
  make(): string | Promise<string>;
}
