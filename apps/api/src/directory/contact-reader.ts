import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inTransaction } from '@comity/database';
import { AT_ANY_HOUR, ContactBook, dayOf, DirectoryService, type OnDay } from '@comity/directory';
import { CLOCK, type Clock, type Official } from '@comity/kernel';
import { dayIn } from '@comity/treaty';
import type { ContactPointDto, ContactPointsDto, ContactsQuery, DutyListDto } from './contact.dto.js';

/** UNCC 41(2): the register is brought up to date and sent round every year. */
const yearBefore = (day: string): string => `${String(Number(day.slice(0, 4)) - 1).padStart(4, '0')}${day.slice(4)}`;

/** Points of contact of the 24/7 networks as the directory has them on a day. */
@Injectable()
export class ContactReader {
  constructor(
    private readonly db: DataSource,
    private readonly directory: DirectoryService,
    private readonly contacts: ContactBook,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  points(actor: Official, { network, state, on: asked }: ContactsQuery): Promise<ContactPointsDto> {
    const on = asked ?? dayOf(this.clock.now());
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => {
      const states = state === undefined ? (await this.directory.states(tx, on)).map(({ code }) => code) : [state];
      const [channels, ...authorities] = await Promise.all([this.contacts.channels(tx, this.day(asked), { state: state ?? null, network: network ?? null }), ...states.map((code) => this.directory.authorities(tx, code, on))]);
      const items = authorities.flat().filter(({ kind }) => kind === 'point-of-contact').flatMap((authority) =>
        authority.networks.filter((name) => network === undefined || name === network).map((name): ContactPointDto => {
          const own = channels.filter((c) => c.speaksOf === authority.state && c.authorityId === authority.id && c.network === name);
          return {
            state: authority.state, network: name, authorityId: authority.id, name: authority.name, timeZone: authority.timeZone, languages: authority.languages,
            atAnyHour: own.some(({ hours }) => hours === AT_ANY_HOUR), outOfDate: own.some(({ asOf }) => asOf < yearBefore(on)), channels: own,
          };
        }));
      return { on, items };
    });
  }

  /** One's own. */
  dutyList(actor: Official, { network, on }: ContactsQuery): Promise<DutyListDto> {
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => ({
      on: on ?? dayOf(this.clock.now()), items: (await this.contacts.dutyList(tx, this.day(on), network ?? null)).map(({ state: _, ...turn }) => turn),
    }));
  }

  /** Where none is asked for, the day that it is at each point of contact: by that its numbers count. */
  private day(asked: string | undefined): OnDay {
    const at = this.clock.now();
    return asked ?? ((timeZone) => dayIn(at, timeZone));
  }
}
