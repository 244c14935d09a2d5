import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

export class DossierQuery {
  /**
   * What is left out, by commas: `contents` (what was said in acts, kept by the log as commitments), `messages`,
   * `attachments`, `evidence`, or single ones: `message:<id>`, `entry:<id>`. What is left out keeps its hashes.
   */
  @IsOptional() @IsString() @MaxLength(8000) withhold?: string;
  /** `true`: with the bytes of documents. */
  @IsOptional() @IsIn(['true', 'false']) attachments?: 'true' | 'false';
  /** `true`: with the bytes of evidence; for the central authority only. */
  @IsOptional() @IsIn(['true', 'false']) evidence?: 'true' | 'false';
}
