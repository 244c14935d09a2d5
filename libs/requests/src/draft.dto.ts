import { ArrayMaxSize, IsArray, IsObject, IsString, IsUUID, Matches, MaxLength, MinLength, ValidateNested } from 'class-validator';
import { InSmallLetters } from '@comity/access';
import { Type } from 'class-transformer';
import { LetterContentDto, MayBeAbsent, MeasureContentDto } from './content.dto.js';

/** What a draft says; the whole of it is sent with each autosave. */
export class SaveDraftDto {
  @IsObject() @ValidateNested() @Type(() => LetterContentDto) letter: LetterContentDto;
  @IsArray() @ArrayMaxSize(100) @IsObject({ each: true }) @ValidateNested({ each: true }) @Type(() => MeasureContentDto) measures: MeasureContentDto[];
  /** One's own reference; made up by the node where left out. */
  @MayBeAbsent() @IsString() @MinLength(1) @MaxLength(100) ownReference?: string;
}

export class CreateDraftDto extends SaveDraftDto {
  /** ISO 3166-1 alpha-2. */
  @Matches(/^[A-Z]{2}$/) requestedState: string;
  /** An earlier request of one's own that this one supplements; its contents are inherited where left out here. */
  @MayBeAbsent() @IsUUID() @InSmallLetters() supplements?: string;
}

/** The check of contents that are not kept: what would be wrong or lacking. */
export class CheckDto {
  /** One's own draft they are meant for: what binds that one, and links between its measures, are looked at, too. */
  @MayBeAbsent() @IsUUID() @InSmallLetters() requestId?: string;
  @Matches(/^[A-Z]{2}$/) requestedState: string;
  @IsObject() @ValidateNested() @Type(() => LetterContentDto) letter: LetterContentDto;
  @IsArray() @ArrayMaxSize(100) @IsObject({ each: true }) @ValidateNested({ each: true }) @Type(() => MeasureContentDto) measures: MeasureContentDto[];
}
