import { Injectable } from '@nestjs/common';
import type { Tx } from '@comity/database';
import { conflict, forbidden, newId, notFound, unprocessable, type Official } from '@comity/kernel';
import type { CalendarDto } from './calendar.dto.js';
import { DirectoryService } from './directory.service.js';
import { assertSaid } from './said-on.js';

/** Working days of an authority for a period; they count once an administrator has confirmed them. */
export interface CalendarRow {
  id: string;
  authorityId: string;
  weekend: number[];
  holidays: string[];
  coversFrom: string;
  coversTo: string;
  source: string;
  asOf: string;
  recordedAt: Date;
  confirmedAt: Date | null;
  /** UTC day of the confirmation. */
  confirmedOn: string | null;
}

const COLUMNS = `id, authority_id AS "authorityId", weekend, holidays, covers_from::text AS "coversFrom", covers_to::text AS "coversTo", source,
  as_of::text AS "asOf", recorded_at AS "recordedAt", confirmed_at AS "confirmedAt", (confirmed_at AT TIME ZONE 'UTC')::date::text AS "confirmedOn"`;

/** Calendars of the own State's authorities: its only reader and writer. They are added and confirmed, never changed. */
@Injectable()
export class Calendars {
  constructor(private readonly directory: DirectoryService) {}

  /**
   * The calendars to count by from a day on, the one confirmed last first. So that a refusal can say what is lacking:
   * unconfirmed ones after them, and where none reaches that day the last that were.
   */
  inForce(tx: Tx, authorityId: string, day: string): Promise<CalendarRow[]> {
    const sql = `SELECT ${COLUMNS} FROM authority_calendar c WHERE state = $1 AND authority_id = $2
      AND covers_to >= LEAST($3::date, (SELECT max(covers_to) FROM authority_calendar WHERE state = $1 AND authority_id = $2))
      ORDER BY c.confirmed_at DESC NULLS LAST, c.recorded_at DESC, id DESC`;
    return tx.prepared('directory_calendar', sql, [tx.state, authorityId, day]);
  }

  list(tx: Tx): Promise<CalendarRow[]> {
    return tx.prepared('directory_calendars', `SELECT ${COLUMNS} FROM authority_calendar WHERE state = $1 ORDER BY recorded_at DESC, id DESC LIMIT 500`, [tx.state]);
  }

  /** @throws Problem 403 `permission.lacking`; 422 `authority.unknown`, `source.says-later`, `calendar.period`, `calendar.holiday-outside` */
  async record(tx: Tx, actor: Official, dto: CalendarDto, at: Date): Promise<CalendarRow> {
    assertAdministrator(tx, actor);
    if (!(await this.directory.authority(tx, actor.state, dto.authorityId))) throw refused('authority.unknown', '/authorityId', `${actor.state} has no authority ${dto.authorityId}.`);
    assertSaid(dto, at);
    if (dto.coversTo < dto.coversFrom) throw refused('calendar.period', '/coversTo', 'The last day covered lies before the first.');
    const outside = dto.holidays.findIndex((day) => day < dto.coversFrom || day > dto.coversTo);
    if (outside >= 0) throw refused('calendar.holiday-outside', `/holidays/${outside}`, `${dto.holidays[outside]!} lies outside of the period covered.`);
    const { authorityId, weekend, coversFrom, coversTo, source, asOf } = dto;
    const rows = await tx.query<CalendarRow>(
      `INSERT INTO authority_calendar (state, id, authority_id, weekend, holidays, covers_from, covers_to, source, as_of, recorded_by, recorded_at)
       VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) RETURNING ${COLUMNS}`,
      [actor.state, newId(at.getTime()), authorityId, weekend, JSON.stringify([...dto.holidays].sort()), coversFrom, coversTo, source, asOf, actor.accountId, at],
    );
    return rows[0]!;
  }

  /** @throws Problem 403 `permission.lacking`, 404 `calendar.unknown`, 409 `calendar.confirmed` */
  async confirm(tx: Tx, actor: Official, id: string, at: Date): Promise<CalendarRow> {
    assertAdministrator(tx, actor);
    const rows = await tx.query<CalendarRow>(
      `UPDATE authority_calendar SET confirmed_by = $3, confirmed_at = $4 WHERE state = $1 AND id = $2 AND confirmed_at IS NULL RETURNING ${COLUMNS}`,
      [actor.state, id, actor.accountId, at],
    );
    if (rows[0]) return rows[0];
    const known = await tx.query('SELECT 1 FROM authority_calendar WHERE state = $1 AND id = $2', [actor.state, id]);
    throw known.length > 0 ? conflict('calendar.confirmed', 'It is confirmed already.') : notFound('calendar.unknown', 'There is no such calendar in your State.');
  }
}

function assertAdministrator(tx: Tx, actor: Official): void {
  if (actor.roles.includes('administrator') && actor.state === tx.state) return;
  throw forbidden('permission.lacking', "Calendars are kept by an administrator, of the own State's authorities only.");
}

const refused = (code: string, pointer: string, detail: string) => unprocessable(code, detail, undefined, [{ pointer, code, detail }]);
