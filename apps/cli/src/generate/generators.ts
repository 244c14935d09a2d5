import { AUDIT_EVENTS, AUDIT_TYPE_OF_EVENT } from '@comity/audit';
import { renderPermissionTable } from '@comity/access';
import { renderAuditEvents } from './audit-events.js';
import { crossings } from './crossings.js';
import { events } from './events.js';
import type { Generator } from './generator.js';
import { renderOpenApi } from './openapi.js';
import { renderSettings } from './settings.js';
import { statecharts } from './statecharts.js';
import { statisticsFigures } from './statistics.js';

/** Add a line, then run `npm run generate`. */
export const generators: readonly Generator[] = [
  { path: 'docs/reference/openapi.json', make: renderOpenApi },
  { path: 'docs/reference/settings.md', make: renderSettings },
  { path: 'docs/reference/permissions.md', make: renderPermissionTable },
  { path: 'docs/reference/audit-events.md', make: () => renderAuditEvents(AUDIT_EVENTS, AUDIT_TYPE_OF_EVENT) },
  statecharts,
  crossings,
  events,
  statisticsFigures,
];
