import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inTransaction } from '@comity/database';
import { dayOf, DirectoryService, stateNames, type ArrangementRow, type Dated, type StateKeyRow, type StateRow } from '@comity/directory';
import { CLOCK, notFound, type Clock, type Official, type StateCode } from '@comity/kernel';
import type { ArrangementsDto, OnDayQuery, RecordedArrangementDto } from './directory-query.dto.js';
import type { FactDto, PublicKeyDto, StateDto, StateProfileDto, StatesDto } from './state-fact.dto.js';

/** What States have told about themselves, for anybody of a State to read. */
@Injectable()
export class DirectoryReader {
  constructor(
    private readonly db: DataSource,
    private readonly directory: DirectoryService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  states(actor: Official, { on = dayOf(this.clock.now()) }: OnDayQuery): Promise<StatesDto> {
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => ({ items: (await this.directory.states(tx, on)).map(stateView) }));
  }

  /** @throws Problem 404 `state.unknown` for a State the directory does not know on that day */
  state(actor: Official, code: StateCode, query: OnDayQuery): Promise<StateProfileDto> {
    const at = this.clock.now();
    const on = query.on ?? dayOf(at);
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => {
      const [row, languages, authorities, competences, keys] = await Promise.all([
        this.directory.state(tx, code, on),
        this.directory.acceptedLanguages(tx, code, on),
        this.directory.authorities(tx, code, on),
        this.directory.competences(tx, code, on),
        this.directory.publicKeys(tx, code, at),
      ]);
      if (!row) throw notFound('state.unknown', 'The directory does not know such a State on that day. Its States are listed at /directory/states.');
      const ofState = authorities.map(({ id, kind, name, timeZone, languages: spoken, networks, territory, ...fact }) => ({ id, kind, name, timeZone, languages: spoken, networks, territory, ...dated(fact) }));
      return {
        ...stateView(row),
        on,
        languagesAccepted: languages.map(({ language, ...fact }) => ({ language, ...dated(fact) })),
        authorities: ofState,
        contactPoints: ofState.filter(({ kind }) => kind === 'point-of-contact'),
        competences: competences.map(({ id, authorityId, instrument, stage, form, territory, ...fact }) => ({ id, authorityId, instrument, stage, form, territory, ...dated(fact) })),
        publicKeys: keys.map(keyView),
      };
    });
  }

  /** Those the own State recorded. */
  arrangements(actor: Official): Promise<ArrangementsDto> {
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => ({ items: (await this.directory.arrangementsOf(tx, actor.state)).map(arrangementView) }));
  }
}

export function arrangementView({ recordedState: _, ...arrangement }: ArrangementRow): RecordedArrangementDto {
  return arrangement;
}

const dated = ({ validFrom, validTo, source, asOf, verified }: Dated): FactDto => ({ validFrom, validTo, source, asOf, verified });

const stateView = ({ code, hosted, ...fact }: StateRow): StateDto => ({ code, names: stateNames(code) ?? {}, hosted, ...dated(fact) });

const keyView = ({ kid, jwk, validFrom, validTo, source, asOf, verified }: StateKeyRow): PublicKeyDto => ({
  kid, jwk, validFrom: validFrom.toISOString(), validTo: validTo?.toISOString() ?? null, source, asOf, verified,
});
