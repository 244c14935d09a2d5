import { Injectable } from '@nestjs/common';
import { conflict, forbidden, newId, unprocessable, type Official } from '@comity/kernel';
import type { Tx } from '@comity/database';
import type { AcceptedLanguageDto, ArrangementDto, AuthorityDto, CompetenceDto } from './directory.dto.js';
import { DirectoryService } from './directory.service.js';
import { lastDayBegun, mayEnd, notEnded } from './ends.js';
import { facts } from './facts.js';
import { assertSaid } from './said-on.js';
import type { AcceptedLanguageRow, ArrangementRow, AuthorityRow, CompetenceRow } from './rows.js';
import { isStateCode } from './state-names.js';

const ENDED = {
  authority: `UPDATE authority SET valid_to = $3 WHERE state = $1 AND id = $2 AND ${mayEnd(3, 4)} RETURNING id`,
  acceptedLanguage: `UPDATE accepted_language SET valid_to = $3 WHERE state = $1 AND language = $2 AND ${mayEnd(3, 4)} RETURNING language`,
  competence: `UPDATE competence SET valid_to = $3 WHERE state = $1 AND id::text = $2 AND ${mayEnd(3, 4)} RETURNING id`,
  arrangement: `UPDATE arrangement SET valid_to = $3 WHERE recorded_state = $1 AND id::text = $2 AND ${mayEnd(3, 4)} RETURNING id`,
};

/**
 * The directory's only writer: an administrator, of the own State's facts. Facts are added and ended, never rewritten.
 * Each method throws Problem 403 `permission.lacking` to anybody else, before it reads anything, and 422 `source.says-later`.
 */
@Injectable()
export class DirectoryRegister {
  constructor(private readonly directory: DirectoryService) {}

  /** @throws Problem 409 `authority.exists` */
  async recordAuthority(tx: Tx, actor: Official, { slug, ...dto }: AuthorityDto, at: Date): Promise<AuthorityRow> {
    assertOwnAdministrator(tx, actor);
    assertSaid(dto, at);
    const id = `${actor.state}-${slug}`;
    const row = { networks: [], territory: null, ...dto, state: actor.state, id, validTo: null };
    if (!(await facts.authority(tx, row)))
      throw conflict('authority.exists', `There is an authority ${id}. Choose another slug.`);
    return row;
  }

  /** @throws Problem 409 `language.exists` */
  async recordLanguage(tx: Tx, actor: Official, dto: AcceptedLanguageDto, at: Date): Promise<AcceptedLanguageRow> {
    assertOwnAdministrator(tx, actor);
    assertSaid(dto, at);
    const accepted = await this.directory.languagesAccepted(tx, actor.state, dto.validFrom);
    const row = { ...dto, state: actor.state, validTo: null };
    if (accepted.includes(dto.language) || !(await facts.acceptedLanguage(tx, row))) {
      throw conflict('language.exists', `${dto.language} is accepted already on ${dto.validFrom}.`);
    }
    return row;
  }

  /** @throws Problem 422 `authority.unknown` */
  async recordCompetence(tx: Tx, actor: Official, dto: CompetenceDto, at: Date): Promise<CompetenceRow> {
    assertOwnAdministrator(tx, actor);
    assertSaid(dto, at);
    if (!(await this.directory.authority(tx, actor.state, dto.authorityId))) {
      throw unprocessable('authority.unknown', `${actor.state} has no authority ${dto.authorityId}.`);
    }
    const any = { instrument: null, form: null, territory: null };
    const row = { ...any, ...dto, state: actor.state, id: newId(at.getTime()), validTo: null };
    await facts.competence(tx, row);
    return row;
  }

  /**
   * Records that a treaty is applied between the two though it is not in force; for the files of this State only.
   * @throws Problem 422 `arrangement.not-own` when this State is neither side, `state.unknown`; 409 `arrangement.exists`
   */
  async recordArrangement(tx: Tx, actor: Official, dto: ArrangementDto, at: Date): Promise<ArrangementRow> {
    assertOwnAdministrator(tx, actor);
    const pair = [dto.requesting, dto.requested];
    const unknown = pair.find((code) => !isStateCode(code));
    if (unknown) throw unprocessable('state.unknown', `${unknown} is no ISO 3166-1 code of a State.`);
    if (!pair.includes(actor.state) || dto.requesting === dto.requested) {
      throw unprocessable('arrangement.not-own', `An arrangement is between ${actor.state} and another State.`);
    }
    const own = { recordedState: actor.state, recordedBy: actor.authorityId, id: newId(at.getTime()), validTo: null };
    const row = { ...dto, ...own };
    if (!(await facts.arrangement(tx, row))) {
      throw conflict('arrangement.exists', 'The same arrangement from the same day is recorded already.');
    }
    return row;
  }

  /**
   * Ends a fact of the own State: it stays readable for days before `on`. An end that lies ahead may be brought forward.
   * @param key authority id, language, or the id of the competence or arrangement
   * @throws Problem 404 `fact.unknown` when none of that key may end on that day
   */
  async end(tx: Tx, actor: Official, kind: keyof typeof ENDED, key: string, on: string, at: Date): Promise<void> {
    assertOwnAdministrator(tx, actor);
    const ended = await tx.query(ENDED[kind], [actor.state, key, on, lastDayBegun(at)]);
    if (ended.length === 0) throw notEnded(on);
  }
}

function assertOwnAdministrator(tx: Tx, actor: Official): void {
  if (actor.roles.includes('administrator') && actor.state === tx.state) return;
  throw forbidden(
    'permission.lacking',
    "Facts of the directory are written by an administrator, of the own State's only.",
  );
}
