import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inTransaction } from '@comity/database';
import { DirectoryService } from '@comity/directory';
import type { Official } from '@comity/kernel';
import { REQUESTS_SETTINGS, type RequestsSettings } from '@comity/requests';
import { instruments, type Arrangement } from '@comity/treaty';

/** Arrangements of the official's own State, as the requests' room takes them into account when it checks a letter. */
@Injectable()
export class Arrangements {
  constructor(
    private readonly db: DataSource,
    private readonly directory: DirectoryService,
    @Inject(REQUESTS_SETTINGS) private readonly settings: RequestsSettings,
  ) {}

  /** Those recorded; in training mode every treaty not in force may be applied besides. */
  async between({ state }: Official, { requesting, requested, on }: { requesting: string; requested: string; on: string }): Promise<Arrangement[]> {
    const { training } = this.settings;
    const recorded = await inTransaction(this.db, { state, readOnly: true }, (tx) => this.directory.arrangements(tx, requesting, requested, on));
    const exercises = instruments()
      .filter(({ kind, inForceFrom }) => training && kind === 'treaty' && (inForceFrom === null || inForceFrom > on))
      .map(({ id }): Arrangement => ({ requesting, requested, instrument: id, mode: 'training', validFrom: on }));
    return [...recorded.filter(({ mode }) => mode === 'arrangement' || training), ...exercises];
  }
}
