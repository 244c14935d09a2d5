import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../content.dto.js';

/** What an administrator sets of a kind of alarm; what is left out stays as it is. */
export class AlarmSettingDto {
  @MayBeAbsent() @IsBoolean() enabled?: boolean;
  /** In the kind's own unit: days or hours before, minutes after. */
  @MayBeAbsent() @IsInt() @Min(0) @Max(10_000) lead?: number;
  /** Minutes until the next on duty is called. */
  @MayBeAbsent() @IsInt() @Min(1) @Max(10_000) stepMinutes?: number;
}
