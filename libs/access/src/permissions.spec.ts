import { readFileSync, writeFileSync } from 'node:fs';
import { ROLES, type Role, type Side } from '@comity/kernel';
import { EVENT_PERMISSIONS, mayFire, rolesFor } from './event-permissions.js';
import { permissionTable, renderPermissionTable } from './permission-table.js';
import { holds, isPermission, mayHandleEvidence, PERMISSIONS, type Permission } from './permissions.js';

const GOLDEN = new URL('../../../docs/reference/permissions.md', import.meta.url);
const SIDES: Side[] = ['requesting', 'requested'];
const EVENTS = [...new Set(EVENT_PERMISSIONS.map((row) => row.event))];

/** What the committed page says, read back: `role side event` of every cell marked yes. */
function cellsOfPage(): Set<string> {
  const section = readFileSync(GOLDEN, 'utf8')
    .split('## ')
    .find((part) => part.startsWith('Events'))!;
  const rows = section.split('\n').filter((line) => line.startsWith('| letter') || line.startsWith('| measure'));
  return new Set(
    rows.flatMap((line) => {
      const [, , side, event, ...marks] = line.split('|').map((cell) => cell.trim().replaceAll('`', ''));
      return ROLES.filter((_, i) => marks[i] === 'yes').map((role) => `${role} ${side} ${event}`);
    }),
  );
}

describe('the permission table', () => {
  it('is the page in docs/reference (UPDATE_GOLDEN=1 writes it)', () => {
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(GOLDEN, renderPermissionTable());
    expect(renderPermissionTable()).toBe(readFileSync(GOLDEN, 'utf8'));
  });

  it('decides every role x side x event as the page shows it', () => {
    const page = cellsOfPage();
    expect(page.size).toBeGreaterThan(60);
    for (const role of ROLES)
      for (const side of SIDES)
        for (const event of EVENTS) {
          expect([role, side, event, mayFire([role], side, event)]).toEqual([
            role,
            side,
            event,
            page.has(`${role} ${side} ${event}`),
          ]);
        }
  });

  it('names each event once per side, and no role twice', () => {
    const keys = EVENT_PERMISSIONS.map((row) => `${row.side} ${row.event}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { roles } of permissionTable()) expect(new Set(roles).size).toBe(roles.length);
  });

  it.each(['auditor', 'administrator', 'operator'] as const)(
    'lets the %s fire nothing and touch no evidence',
    (role) => {
      for (const side of SIDES) {
        expect(EVENTS.filter((event) => mayFire([role], side, event))).toEqual([]);
        expect(mayHandleEvidence([role], side, 'upload') || mayHandleEvidence([role], side, 'download')).toBe(false);
      }
    },
  );

  it('denies an unknown role, event, side or permission', () => {
    expect(mayFire(['minister' as Role], 'requested', 'GRANT')).toBe(false);
    for (const event of ['PARDON', 'grant', '', '__proto__', 'constructor'])
      expect(mayFire([...ROLES], 'requested', event)).toBe(false);
    for (const side of ['transit', '__proto__'] as unknown as Side[]) expect(rolesFor(side, 'GRANT')).toEqual([]);
    for (const name of ['case.burn', '__proto__', 'toString', 'public']) {
      expect(isPermission(name)).toBe(false);
      expect(holds([...ROLES], name as Permission)).toBe(false);
    }
    expect(mayFire([], 'requested', 'GRANT')).toBe(false);
  });

  it('UNCC 40(12): the central authority answers for the State, so that every event of the other side of a letter is its own', () => {
    for (const { side, event } of EVENT_PERMISSIONS) expect(rolesFor(side, event)).toContain('central-authority');
  });

  it('keeps cases from administrator and operator, and acts from the auditor', () => {
    const of = (role: Role): string[] => Object.keys(PERMISSIONS).filter((name) => holds([role], name as Permission));
    expect(of('operator').sort()).toEqual(['operations.read', 'profile.read']);
    expect(
      of('administrator').some((name) =>
        /^(request|message|correspondence|attachment|evidence|transcription|changes|check|audit)\./.test(name),
      ),
    ).toBe(false);
    expect(of('auditor').filter((name) => !/\.(read|export)$/.test(name))).toEqual([]);
  });
});
