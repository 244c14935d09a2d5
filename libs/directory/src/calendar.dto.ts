import { ArrayMaxSize, ArrayUnique, IsArray, IsInt, IsISO8601, Length, Matches, Max, Min } from 'class-validator';
import { IsPlainText } from './plain-text.js';

const DAY = { message: 'must be a day, YYYY-MM-DD' };
const DAYS = { each: true, message: 'must be days, YYYY-MM-DD' };

/** Working days of an authority, as its State's law and its list of holidays have them. */
export class CalendarDto {
  @Matches(/^[A-Z]{2}-[a-z0-9-]{1,60}$/)
  authorityId: string;

  /** Days of the week without work, ISO: 1 Monday to 7 Sunday. */
  @IsArray()
  @ArrayMaxSize(6)
  @ArrayUnique()
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(7, { each: true })
  weekend: number[];

  /** Further days without work, YYYY-MM-DD, all within the period covered. */
  @IsArray()
  @ArrayMaxSize(1000)
  @ArrayUnique()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, DAYS)
  @IsISO8601({ strict: true }, { each: true })
  holidays: string[];

  /** First day for which the holidays are known. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, DAY)
  @IsISO8601({ strict: true })
  coversFrom: string;

  /** Last day for which they are known: nothing is counted beyond it. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, DAY)
  @IsISO8601({ strict: true })
  coversTo: string;

  /** Where it is written: a decree, a gazette. */
  @Length(1, 500)
  @IsPlainText()
  source: string;

  /** The day on which the source said so. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, DAY)
  @IsISO8601({ strict: true })
  asOf: string;
}
