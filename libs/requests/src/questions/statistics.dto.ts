import { ApiProperty } from '@nestjs/swagger';

export class DaysDto {
  /** Measures that reached the milestone. */
  measures: number;
  /** The day in the middle; a value that occurred. */
  median: number;
  /** Nine in ten took no longer; a value that occurred. */
  p90: number;
}

/** One row of statistics. What each figure means: docs/reference/statistics.md. */
export class StatisticsRow {
  /** First day of the period, YYYY-MM-DD. */
  period: string;
  counterpart: string;
  side: 'requesting' | 'requested';
  instrument: string;
  form: string;
  kind: 'first' | 'returned' | 'supplementary';
  training: boolean;
  requests: number;
  measures: number;
  urgent: number;
  /** Outcome to measures with it; `open` where there is none yet. Outcomes that no measure has are absent. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' } }) outcomes: Record<string, number>;
  /** Milestone to the days it took; milestones that no measure reached are absent. */
  @ApiProperty({ type: 'object', additionalProperties: { $ref: '#/components/schemas/DaysDto' } }) days: Record<string, DaysDto>;
}
