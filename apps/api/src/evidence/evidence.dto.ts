import { IsOptional, IsString, Matches } from 'class-validator';

export class UploadQuery {
  /** Name of the file, without a folder. */
  @IsString()
  name: string;

  /** As in application/pdf. */
  @IsString()
  mediaType: string;

  /** What the file must hash to (SHA-256, 64 hex digits), where the sender knows it. */
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/)
  sha256?: string;
}
