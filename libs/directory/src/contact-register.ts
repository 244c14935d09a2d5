import { Injectable } from '@nestjs/common';
import { conflict, forbidden, newId, unprocessable, type Official } from '@comity/kernel';
import type { Tx } from '@comity/database';
import type { ContactChannelDto, DutyTurnDto } from './contact.dto.js';
import { isTelephone, plainNumber, type ContactChannelRow, type ContactKind, type DutyTurnRow } from './contact-rows.js';
import { DirectoryService } from './directory.service.js';
import { lastDayBegun, mayEnd, notEnded } from './ends.js';
import { facts } from './facts.js';
import { assertSaid } from './said-on.js';

const ENDED = {
  contactChannel: `UPDATE contact_channel SET valid_to = $3 WHERE recorded_state = $1 AND id::text = $2 AND ${mayEnd(3, 4)} RETURNING id`,
  dutyTurn: `UPDATE duty_turn SET valid_to = $3 WHERE state = $1 AND id::text = $2 AND ${mayEnd(3, 4)} RETURNING id`,
};

/** Told twice: who listens by both would be called twice, and ending one would leave the other. One that ended on its first day never held. */
const SAME_REACH = `authority_id = $2 AND network = $3 AND kind = $4 AND value = $5 AND hours = $6 AND (valid_to IS NULL OR (valid_to > $7::date AND valid_to > valid_from))`;
const SAME = {
  contactChannel: `SELECT 1 FROM contact_channel WHERE recorded_state = $1 AND ${SAME_REACH} AND speaks_of = $8`,
  dutyTurn: `SELECT 1 FROM duty_turn WHERE state = $1 AND ${SAME_REACH} AND rank = $8 AND office = $9`,
};

/**
 * The only writer of contact channels and duty lists: an administrator. A number over which senders are called back
 * must never come from a request, so nobody who handles requests writes here.
 * Each method throws Problem 403 `permission.lacking` to anybody else, before it reads anything, and 422 `source.says-later`.
 */
@Injectable()
export class ContactRegister {
  constructor(private readonly directory: DirectoryService) {}

  /** @throws Problem 409 `contact.speaks-for-itself`, `contact.exists`; 422 `authority.unknown`, `authority.not-a-contact`, `authority.ended`, `authority.not-yet`, `state.unknown`, `telephone.invalid` */
  async recordChannel(tx: Tx, actor: Official, { state, ...dto }: ContactChannelDto, at: Date): Promise<ContactChannelRow> {
    assertOwnAdministrator(tx, actor);
    assertSaid(dto, at);
    const speaksOf = state ?? actor.state;
    if (speaksOf !== actor.state) await this.assertSilent(tx, speaksOf, dto.validFrom);
    await this.assertContactPoint(tx, speaksOf, dto);
    if (dto.callBack && dto.kind !== 'telephone') throw unprocessable('contact.no-telephone', 'A sender is called back by telephone only.', undefined, [{ pointer: '/callBack', code: 'contact.no-telephone', detail: 'Not a telephone.' }]);
    const row = { ...dto, value: valueOf(dto), recordedState: actor.state, speaksOf, id: newId(at.getTime()), validTo: null };
    const { authorityId, network, kind, value, hours, validFrom } = row;
    assertNew(await tx.query(SAME.contactChannel, [actor.state, authorityId, network, kind, value, hours, validFrom, speaksOf]), 'contact.exists', 'channel');
    await facts.contactChannel(tx, row);
    return row;
  }

  /** @throws Problem 409 `duty.exists`; 422 as {@link recordChannel} */
  async recordTurn(tx: Tx, actor: Official, dto: DutyTurnDto, at: Date): Promise<DutyTurnRow> {
    assertOwnAdministrator(tx, actor);
    assertSaid(dto, at);
    await this.assertContactPoint(tx, actor.state, dto);
    const row = { ...dto, value: valueOf(dto), state: actor.state, id: newId(at.getTime()), validTo: null };
    const { authorityId, network, kind, value, hours, validFrom, rank, office } = row;
    assertNew(await tx.query(SAME.dutyTurn, [actor.state, authorityId, network, kind, value, hours, validFrom, rank, office]), 'duty.exists', 'turn');
    await facts.dutyTurn(tx, row);
    return row;
  }

  /** An end that lies ahead may be brought forward. @throws Problem 404 `fact.unknown` when none of that id may end on that day */
  async end(tx: Tx, actor: Official, kind: keyof typeof ENDED, id: string, on: string, at: Date): Promise<void> {
    assertOwnAdministrator(tx, actor);
    const ended = await tx.query(ENDED[kind], [actor.state, id, on, lastDayBegun(at)]);
    if (ended.length === 0) throw notEnded(on);
  }

  private async assertSilent(tx: Tx, state: string, on: string): Promise<void> {
    const row = await this.directory.state(tx, state, on);
    if (!row) throw unprocessable('state.unknown', `The directory does not know ${state} on ${on}.`);
    if (row.hosted) throw conflict('contact.speaks-for-itself', `${state} has a node and says itself how its point of contact is reached.`);
  }

  private async assertContactPoint(tx: Tx, state: string, { authorityId, network, validFrom }: { authorityId: string; network: string; validFrom: string }): Promise<void> {
    const authority = await this.directory.authority(tx, state, authorityId);
    if (!authority) throw unprocessable('authority.unknown', `${state} has no authority ${authorityId}.`);
    if (authority.kind !== 'point-of-contact' || !authority.networks.includes(network)) {
      throw unprocessable('authority.not-a-contact', `${authorityId} is no point of contact of the network ${network}.`);
    }
    if (authority.validTo !== null && authority.validTo <= validFrom) {
      throw unprocessable('authority.ended', `${authorityId} has ended on ${authority.validTo}. Name the point of contact that has taken its place, or a day before.`, undefined, [{ pointer: '/authorityId', code: 'authority.ended', detail: `Ended on ${authority.validTo}.` }]);
    }
    if (authority.validFrom > validFrom) {
      throw unprocessable('authority.not-yet', `${authorityId} is an authority from ${authority.validFrom} only. Give that day or a later one.`, undefined, [{ pointer: '/validFrom', code: 'authority.not-yet', detail: `Before ${authority.validFrom}.` }]);
    }
  }
}

function assertNew(same: readonly unknown[], code: string, what: string): void {
  if (same.length > 0) throw conflict(code, `The same ${what} stands in the directory already on that day or from a later one. End that one first, if this one is to take its place.`);
}

function valueOf({ kind, value }: { kind: ContactKind; value: string }): string {
  if (kind !== 'telephone' && kind !== 'fax') return value.trim();
  const number = plainNumber(value);
  if (isTelephone(number)) return number;
  throw unprocessable('telephone.invalid', 'Write the number with its country code: a plus sign and 7 to 15 digits.', undefined, [{ pointer: '/value', code: 'telephone.invalid', detail: 'No number of E.164.' }]);
}

function assertOwnAdministrator(tx: Tx, actor: Official): void {
  if (actor.roles.includes('administrator') && actor.state === tx.state) return;
  throw forbidden('permission.lacking', "Contacts are written by an administrator, of the own State's directory only.");
}
