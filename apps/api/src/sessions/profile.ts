import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { holds, PERMISSIONS, type Permission } from '@comity/access';
import { inTransaction } from '@comity/database';
import { DirectoryService, stateNames, type AuthorityRow } from '@comity/directory';
import type { Official } from '@comity/kernel';
import { REQUESTS_SETTINGS, type RequestsSettings } from '@comity/requests';
import type { MeDto, OwnAccountDto, OwnAuthorityDto } from './session.dto.js';

/** Who is signed in, and what they may do here. */
@Injectable()
export class Profile {
  constructor(
    private readonly db: DataSource,
    private readonly directory: DirectoryService,
    @Inject(REQUESTS_SETTINGS) private readonly settings: RequestsSettings,
  ) {}

  async of(actor: Official): Promise<MeDto> {
    const { state, authorityId, roles } = actor;
    const authority = await inTransaction(this.db, { state, readOnly: true }, (tx) => this.directory.authority(tx, state, authorityId));
    return {
      account: ownAccount(actor),
      authority: authority ? ownAuthority(authority) : null,
      stateNames: stateNames(state) ?? null,
      roles,
      permissions: (Object.keys(PERMISSIONS) as Permission[]).filter((permission) => holds(roles, permission)),
      training: this.settings.training,
    };
  }
}

export const ownAccount = ({ accountId, state, username, authorityId, roles }: Official): OwnAccountDto => ({ id: accountId, state, username, authorityId, roles });

const ownAuthority = ({ id, kind, name, timeZone, languages }: AuthorityRow): OwnAuthorityDto => ({ id, kind, name, timeZone, languages });
