import { IsBooleanString, IsOptional, IsString, MaxLength } from 'class-validator';

export class DossierQuery {
  /**
   * What is left out, by commas: `contents` (what was said in acts, kept by the log as commitments), `messages`,
   * `attachments`, `evidence`, or single ones: `message:<id>`, `entry:<id>`. What is left out keeps its hashes.
   */
  @IsOptional() @IsString() @MaxLength(8000) withhold?: string;
  /** `true`: with the bytes of documents. */
  @IsOptional() @IsBooleanString() attachments?: string;
  /** `true`: with the bytes of evidence; for the central authority only. */
  @IsOptional() @IsBooleanString() evidence?: string;
}
