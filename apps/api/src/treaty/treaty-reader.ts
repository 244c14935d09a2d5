import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inTransaction } from '@comity/database';
import { dayOf } from '@comity/directory';
import { badRequest, CLOCK, notFound, type Clock, type Official } from '@comity/kernel';
import { FactsLoader, REQUESTS_SETTINGS, type RequestsSettings } from '@comity/requests';
import { formProfile, groundsOf, instruments, resolveLegalBases, type Form, type Instrument } from '@comity/treaty';
import type { GroundsDto, GroundsQuery, LegalBasesDto, LegalBasesQuery } from './legal-bases.dto.js';
import type { InstrumentDto, InstrumentsDto } from './instrument.dto.js';

/** The law as this node knows it, for officials to look up. */
@Injectable()
export class TreatyReader {
  constructor(
    private readonly db: DataSource,
    private readonly facts: FactsLoader,
    @Inject(REQUESTS_SETTINGS) private readonly settings: RequestsSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  instruments(): InstrumentsDto {
    return {
      items: instruments().map(({ id, version, name, kind, adopted, inForceFrom, asOf, source, verified, depth, participation, note, forms }) => ({
        id, version, name, kind, adopted, inForceFrom, asOf, source, verified, depth, participation,
        ...(note !== undefined && { note }), forms: Object.keys(forms) as Form[],
      })),
    };
  }

  /** @throws Problem 404 `instrument.unknown` */
  instrument(id: string, version?: string): InstrumentDto {
    return find(id, version);
  }

  /** @throws Problem 400 `query.invalid` for a State asking itself */
  async legalBases(actor: Official, { requesting, requested, form, on = dayOf(this.clock.now()) }: LegalBasesQuery): Promise<LegalBasesDto> {
    if (requesting === requested) throw sameState();
    const question = { requesting, requested, form, on };
    // As the requests' room takes them into account when it checks a letter.
    const arrangements = await inTransaction(this.db, { state: actor.state, readOnly: true }, (tx) => this.facts.arrangements(tx, requesting, requested, on));
    return { ...question, training: this.settings.training, ...resolveLegalBases({ ...question, arrangements }) };
  }

  /** @throws Problem 404 `instrument.unknown`, `form.not-in-instrument` */
  grounds(id: string, { form, requested, conventionOffence, version, on = dayOf(this.clock.now()) }: GroundsQuery): GroundsDto {
    const instrument = find(id, version);
    if (!formProfile(instrument, form)) throw notFound('form.not-in-instrument', `${instrument.name} has no form ${form}.`);
    const offence = conventionOffence === undefined ? {} : { conventionOffence: conventionOffence === 'true' };
    return { instrument: id, version: instrument.version, form, items: groundsOf(instrument, form, { on, ...offence, ...(requested !== undefined && { requested }) }) };
  }
}

function find(id: string, version?: string): Instrument {
  const found = instruments().filter((i) => i.id === id && (version === undefined || i.version === version)).at(-1);
  if (!found) throw notFound('instrument.unknown', 'There is no such profile. They are listed at /treaty/instruments.');
  return found;
}

function sameState() {
  const detail = 'A request goes from one State to another: name two.';
  return badRequest('query.invalid', detail, [{ pointer: '/requested', code: 'states.same', detail }]);
}
