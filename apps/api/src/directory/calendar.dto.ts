/** Working days of an authority for a period. */
export class CalendarFactDto {
  id: string;
  authorityId: string;
  /** ISO weekdays without work: 1 Monday to 7 Sunday. */
  weekend: number[];
  /** Further days without work, YYYY-MM-DD. */
  holidays: string[];
  /** First and last day covered; nothing is counted beyond. */
  coversFrom: string;
  coversTo: string;
  source: string;
  /** The day on which the source said so. */
  asOf: string;
  recordedAt: string;
  /** null: not confirmed, and nothing is counted by it. */
  confirmedAt: string | null;
}

export class CalendarsDto {
  /** Newest first. */
  items: CalendarFactDto[];
}
