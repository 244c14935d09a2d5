import { actsOfOfficial, evidenceReadings, refusedPermissions, type ActOfOfficial, type EvidenceReading, type RefusedPermission } from '@comity/audit';
import { transcribedActs, type TranscribedAct } from '@comity/exchange';
import {
  cellKey, consentsWithUses, MILESTONES, OUTCOME_FIGURES, overdueRequests, preservationPeriods, refusalsByGround, statistics, usesWithConsents,
  type ConsentFound, type OverdueRequest, type PreservationPeriod, type RefusalFound, type StatisticsRow, type UseFound,
} from '@comity/requests';
import type { CursorKey } from '../../http/paging.js';
import { plainly, type Question } from './question.js';

type Filter<T extends (tx: never, filter: never, ...rest: never[]) => unknown> = Parameters<T>[1];
type Key<K> = K | undefined;

const PERSON = ['accountId', 'username', 'authorityId', 'roles'] as const;
const REQUEST = ['requestId', 'ownReference', 'counterpartReference', 'counterpart', 'side', 'training'] as const;
const PROOF = ['entryId', 'leafHash'] as const;
/** With the user name that stands beside an account in answers. */
type Named<R> = R & { username?: string | null };

export const EVIDENCE_READINGS: Question<Filter<typeof evidenceReadings>, Named<EvidenceReading>> = {
  name: 'evidence-readings',
  shape: ['time', 'id'],
  keyOf: ({ at, entryId }) => [at, entryId],
  page: (tx, filter, after, limit) => evidenceReadings(tx, filter, after as Key<[string, string]>, limit),
  accounts: ['accountId'],
  ...plainly<Named<EvidenceReading>>(['at', ...PERSON, 'seen', 'requestId', 'packageId', 'fileNumber', 'sha256', 'seq', ...PROOF]),
};

export const OFFICIAL_ACTS: Question<Filter<typeof actsOfOfficial>, Named<ActOfOfficial>> = {
  name: 'official-acts',
  shape: ['time', 'id'],
  keyOf: ({ at, entryId }) => [at, entryId],
  page: (tx, filter, after, limit) => actsOfOfficial(tx, filter, after as Key<[string, string]>, limit),
  accounts: ['accountId'],
  ...plainly<Named<ActOfOfficial>>(['at', ...PERSON, 'type', 'event', 'subject', 'requestId', 'measure', 'rule', 'about', 'messages', ...PROOF]),
};

export const REFUSED_PERMISSIONS: Question<Filter<typeof refusedPermissions>, Named<RefusedPermission>> = {
  name: 'refused-permissions',
  shape: ['time', 'id'],
  keyOf: ({ at, entryId }) => [at, entryId],
  page: (tx, filter, after, limit) => refusedPermissions(tx, filter, after as Key<[string, string]>, limit),
  accounts: ['accountId'],
  ...plainly<Named<RefusedPermission>>(['at', ...PERSON, 'code', 'permission', 'method', 'route', 'event', 'requestId', 'measure', ...PROOF]),
};

export const REFUSALS: Question<Filter<typeof refusalsByGround>, Named<RefusalFound>> = {
  name: 'refusals',
  shape: ['time', 'id', 'integer'],
  keyOf: ({ at, requestId, eventSeq }) => [at, requestId, eventSeq],
  page: (tx, filter, after, limit) => refusalsByGround(tx, filter, after as Key<[string, string, number]>, limit),
  accounts: ['accountId'],
  ...plainly<Named<RefusalFound>>(['at', ...REQUEST, 'measure', 'form', 'instrument', 'ground', 'rule', 'refusedBy', 'what', 'reasoned', 'accountId', 'username', 'provenance', 'eventSeq']),
};

export const OVERDUE: Question<Filter<typeof overdueRequests>, OverdueRequest> = {
  name: 'overdue-requests',
  shape: ['time', 'id'],
  keyOf: ({ dueAt, termId }) => [dueAt, termId],
  page: (tx, filter, after, limit) => overdueRequests(tx, filter, after as Key<[string, string]>, limit),
  ...plainly<OverdueRequest>(['dueAt', ...REQUEST, 'working', 'urgent', 'overall', 'answeredAt', 'daysLate', 'termId']),
};

export const PRESERVATIONS: Question<Filter<typeof preservationPeriods>, PreservationPeriod> = {
  name: 'preservations',
  shape: ['time', 'id'],
  keyOf: ({ until, termId }) => [until, termId],
  page: (tx, filter, after, limit) => preservationPeriods(tx, filter, after as Key<[string, string]>, limit),
  ...plainly<PreservationPeriod>(['until', ...REQUEST, 'measure', 'kind', 'rule', 'setAt', 'fate', 'extendedUntil', 'extendedLate', 'settledAt', 'held', 'termId']),
};

const DATA = ['measure', 'kind', 'purpose', 'proceeding', 'data', 'personalData', 'destinationState', 'destinationOrganisation'] as const;

export const USES: Question<Filter<typeof usesWithConsents>, Named<UseFound>> = {
  name: 'uses',
  shape: ['time', 'id'],
  keyOf: ({ at, id }) => [at, id],
  page: (tx, filter, after, limit) => usesWithConsents(tx, filter, after as Key<[string, string]>, limit),
  accounts: ['accountId'],
  ...plainly<Named<UseFound>>([
    'at', 'id', ...REQUEST, ...DATA, 'notice', 'accountId', 'username', 'consent', 'consentPurpose', 'consentAskedAt', 'consentAnswer', 'consentAnsweredAt', 'conditions', 'limitedTo',
    'reference',
  ], '; '),
};

export const USE_CONSENTS: Question<Filter<typeof consentsWithUses>, ConsentFound> = {
  name: 'use-consents',
  shape: ['time', 'id', 'integer', 'integer'],
  keyOf: ({ at, requestId, measure, no }) => [at, requestId, measure, no],
  page: (tx, filter, after, limit) => consentsWithUses(tx, filter, after as Key<[string, string, number, number]>, limit),
  ...plainly<ConsentFound>([
    'at', ...REQUEST, 'no', ...DATA, 'inWriting', 'answer', 'answeredAt', 'conditions', 'limitedTo', 'reasons', 'grantedInWriting', 'reference', 'uses',
  ], '; '),
};

type Persons = { proposedByName?: string | null; decidedByName?: string | null };
export const TRANSCRIBED: Question<Filter<typeof transcribedActs>, TranscribedAct & Persons> = {
  name: 'transcribed-acts',
  shape: ['time', 'id'],
  keyOf: ({ proposedAt, id }) => [proposedAt, id],
  page: (tx, filter, after, limit) => transcribedActs(tx, filter, after as Key<[string, string]>, limit),
  accounts: ['proposedBy', 'decidedBy'],
  ...plainly<TranscribedAct & Persons>([
    'proposedAt', 'id', 'requestId', 'counterpart', 'type', 'measure', 'channel', 'datedAt', 'receivedAt', 'documentSha256', 'status', 'proposedBy', 'proposedByName', 'decidedBy',
    'decidedByName', 'decidedAt', 'messageId',
  ]),
};

const CELL = ['period', 'counterpart', 'side', 'instrument', 'form', 'kind', 'training'] as const;

/** Made as a whole, since a median is one of all; its pages are cut out of it. */
export const STATISTICS: Question<Filter<typeof statistics>, StatisticsRow> = {
  name: 'statistics',
  shape: ['text', 'text', 'text', 'text', 'text', 'text', 'text'],
  keyOf: (row): CursorKey => cellKey(row),
  page: async (tx, filter, after, limit) => {
    const rows = await statistics(tx, filter);
    const from = after === undefined ? 0 : rows.findIndex((row) => inOrder(after as string[], cellKey(row)));
    return from < 0 ? [] : rows.slice(from, from + limit);
  },
  columns: [
    ...CELL, 'requests', 'measures', 'urgent', ...OUTCOME_FIGURES.map((name) => `outcome.${name}`),
    ...MILESTONES.flatMap(({ name }) => ['measures', 'median', 'p90'].map((figure) => `days.${name}.${figure}`)),
  ],
  cells: (row) => [
    ...CELL.map((name) => row[name]), row.requests, row.measures, row.urgent, ...OUTCOME_FIGURES.map((name) => row.outcomes[name] ?? 0),
    ...MILESTONES.flatMap(({ name }) => [row.days[name]?.measures ?? 0, row.days[name]?.median, row.days[name]?.p90]),
  ],
};

/** Whether key `a` comes before key `b`, part by part. */
function inOrder(a: readonly string[], b: readonly string[]): boolean {
  const at = a.findIndex((part, i) => part !== b[i]);
  return at >= 0 && a[at]! < b[at]!;
}
