import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AUDIT_EVENTS, AuditLog, AuditQueries, checkFilter, entryActor, requestOf, type EntryDraft, type EntryFilter, type ListedEntry } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { CLOCK, type Clock, type Json, type Official } from '@comity/kernel';
import type { AuditEntriesDto, AuditEventsDto, EntriesFilterQuery, EntriesQuery } from './audit.dto.js';

/** A State's own log, read by its auditors: each reading is itself an entry, committed before the first byte goes out. */
@Injectable()
export class AuditReader {
  constructor(
    private readonly db: DataSource,
    private readonly queries: AuditQueries,
    private readonly log: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** One page. Its own entry comes after it, so that it never shows itself. @throws Problem 400 `cursor.invalid` */
  entries(actor: Official, query: EntriesQuery): Promise<AuditEntriesDto> {
    const at = this.clock.now();
    const filter = filterOf(query);
    const open = query.open === 'true';
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      const { entries, next } = await this.queries.list(tx, filter, { after: query.after, limit: query.limit, open });
      await this.log.append(tx, reading(actor, 'audit.read', at, filter, { open, entries: entries.length, ...evidenceNamed(entries) }));
      return { items: entries, ...(next !== null && { next }) };
    });
  }

  /** JSON Lines that `comity verify` checks offline, and the name of the file. @throws Problem 429 `download.too-many` */
  async export(actor: Official, query: EntriesFilterQuery): Promise<{ lines: Readable; name: string }> {
    const at = this.clock.now();
    const filter = filterOf(query);
    const open = query.open === 'true';
    const first = () => this.log.appendAlone(actor.state, reading(actor, 'audit.exported', at, filter, { open }));
    const lines = await this.queries.exportStream({ state: actor.state, reader: actor.accountId, first }, { exportedAt: at, filter, open });
    return { lines, name: `audit-${actor.state}-${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z.jsonl` };
  }

  events(): AuditEventsDto {
    return { items: Object.entries(AUDIT_EVENTS).map(([type, about]) => ({ type, about })) };
  }
}

function filterOf({ subject, type, account, request, from, to }: EntriesFilterQuery): EntryFilter {
  const given = { subject, type, accountId: account, requestId: request, from, to };
  return checkFilter(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
}

/** Requests of which opened entries name files of evidence: who read those saw them. */
function evidenceNamed(entries: readonly ListedEntry[]): { evidenceOf?: string[] } {
  const naming = entries.filter(({ type, contents }) => (type === 'evidence.stored' ? 'name' in contents : (contents['payload'] as { manifest?: unknown } | undefined)?.manifest !== undefined));
  const of = naming.flatMap((entry) => requestOf(entry) ?? []);
  return of.length > 0 ? { evidenceOf: [...new Set(of)] } : {};
}

/** In the reader's own chain; a request that was asked for is named, so that the reading is found with the request. */
function reading(actor: Official, type: string, at: Date, filter: EntryFilter, more: Record<string, Json>): EntryDraft {
  const requestId = filter.requestId ?? /^file:(.+)$/.exec(filter.subject ?? '')?.[1];
  const body = { filter: { ...filter }, ...more, ...(requestId !== undefined && { requestId }) };
  return { subject: `account:${actor.accountId}`, type, at, actor: entryActor(actor), body };
}
