import { Injectable } from '@nestjs/common';
import { NODE_STATE, type StateCode } from '@comity/kernel';
import { inTransaction } from '@comity/database';
import { DataSource } from 'typeorm';
import { DirectoryService } from './directory.service.js';

/** Public keys by State, read each time, so that a key withdrawn now verifies nothing from now on. */
@Injectable()
export class DirectoryKeyRing {
  constructor(
    private readonly db: DataSource,
    private readonly directory: DirectoryService,
  ) {}

  publicKeys(state: StateCode, at: Date): Promise<{ kid: string; jwk: Record<string, unknown> }[]> {
    return inTransaction(this.db, { state: NODE_STATE, readOnly: true }, async (tx) => {
      const rows = await this.directory.publicKeys(tx, state, at);
      return rows.map(({ kid, jwk }) => ({ kid, jwk }));
    });
  }
}
