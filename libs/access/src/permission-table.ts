import { ROLES, type Role, type Side } from '@comity/kernel';
import { EVENT_PERMISSIONS, type EventSubject } from './event-permissions.js';
import { EVIDENCE_ACCESS, PERMISSIONS } from './permissions.js';

export interface PermissionRow {
  kind: 'event' | 'evidence' | 'route';
  /** Event type, `upload` or `download`, or permission name. */
  name: string;
  on?: EventSubject;
  side?: Side;
  roles: readonly Role[];
}

/** Every grant there is: role x side x event, evidence by side, and the permissions of routes. */
export function permissionTable(): PermissionRow[] {
  return [
    ...EVENT_PERMISSIONS.map(({ event, on, side, roles }) => ({
      kind: 'event' as const,
      name: event,
      on,
      side,
      roles,
    })),
    ...Object.entries(EVIDENCE_ACCESS).flatMap(([name, sides]) =>
      Object.entries(sides).map(([side, roles]) => ({ kind: 'evidence' as const, name, side: side as Side, roles })),
    ),
    ...Object.entries(PERMISSIONS).map(([name, roles]) => ({ kind: 'route' as const, name, roles })),
  ];
}

/** The table as Markdown: docs/reference/permissions.md is this text, compared by a test. */
export function renderPermissionTable(): string {
  const rows = permissionTable();
  const part = (kind: PermissionRow['kind'], first: string[], cells: (row: PermissionRow) => string[]): string =>
    markdown(
      [...first, ...ROLES],
      rows.filter((row) => row.kind === kind),
      cells,
    );
  return [
    '# Permissions',
    '',
    'Generated from `libs/access/src/permissions.ts` and `event-permissions.ts`; a test compares it. What is not marked is denied.',
    '',
    '## Events: role x side x event',
    '',
    part('event', ['on', 'side', 'event'], (row) => [row.on!, row.side!, `\`${row.name}\``]),
    '',
    '## Evidence: who handles the bytes',
    '',
    part('evidence', ['side', 'act'], (row) => [row.side!, row.name]),
    '',
    '## Routes',
    '',
    'A route declares one of these with `@Allow`, or spells out that it is `public`.',
    '',
    part('route', ['permission'], (row) => [`\`${row.name}\``]),
    '',
  ].join('\n');
}

function markdown(head: string[], rows: PermissionRow[], cells: (row: PermissionRow) => string[]): string {
  const marks = (row: PermissionRow): string[] => ROLES.map((role) => (row.roles.includes(role) ? 'yes' : ''));
  const line = (parts: string[]): string => `| ${parts.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line([...cells(row), ...marks(row)]))].join(
    '\n',
  );
}
