import { forbidden, type Official, type Role, type Side } from '@comity/kernel';

const everyone: readonly Role[] = [
  'case-officer',
  'central-authority',
  'competent-authority',
  'point-of-contact',
  'auditor',
  'administrator',
];
const caseRoles: readonly Role[] = ['case-officer', 'central-authority', 'competent-authority', 'point-of-contact'];
const caseReaders: readonly Role[] = [...caseRoles, 'auditor'];
const drafters: readonly Role[] = ['case-officer', 'central-authority'];
const desk: readonly Role[] = ['central-authority', 'point-of-contact'];
/** The 24/7 desk drafts what it may send alone, and nothing else: libs/requests asks for the form. */
const drafting: readonly Role[] = [...drafters, 'point-of-contact'];

/**
 * Which roles hold which permission of a route. A role not named does not hold it.
 * `request.act` only opens the door: {@link mayFire} decides on the event.
 */
export const PERMISSIONS = {
  'request.create': drafting,
  'request.read': caseReaders,
  'request.write': drafting,
  'emergency.read': ['central-authority', 'point-of-contact', 'auditor'],
  'duty-review.read': ['central-authority', 'point-of-contact', 'auditor'],
  'request.act': caseRoles,
  'message.read': caseReaders,
  'correspondence.write': ['central-authority'],
  'attachment.read': caseReaders,
  // All documents of a draft cross with it, so there libs/requests asks for request.write, too.
  'attachment.write': caseRoles,
  // Manifest and custody; the bytes themselves by EVIDENCE_ACCESS, which leaves the auditor out.
  'evidence.read': ['case-officer', 'central-authority', 'competent-authority', 'point-of-contact', 'auditor'],
  'evidence.write': ['central-authority', 'competent-authority', 'point-of-contact'],
  'transcription.propose': desk,
  // A transcription has the legal effect of a message, so a second person of the central authority stands for it.
  'transcription.confirm': ['central-authority'],
  'message.dispatch': desk,
  'changes.read': caseReaders,
  'deadline.read': caseReaders,
  'deadline.write': caseRoles,
  'alarm.read': caseReaders,
  'alarm.acknowledge': caseRoles,
  'alarm.configure': ['administrator'],
  'treaty.read': everyone,
  'directory.read': everyone,
  'directory.write': ['administrator'],
  'duty-list.read': ['central-authority', 'point-of-contact', 'administrator', 'auditor'],
  'arrangement.write': ['administrator'],
  'check.run': ['case-officer', 'central-authority', 'point-of-contact'],
  'audit.read': ['auditor'],
  'audit.export': ['auditor'],
  'witness.settle': ['administrator'],
  'dossier.export': ['central-authority', 'auditor'],
  // Refusals, terms, transcriptions, statistics: nothing of the log itself, nor of who read what.
  'question.read': ['auditor', 'central-authority'],
  'retention.read': ['central-authority', 'auditor', 'administrator'],
  // What is due and what is held speaks of cases, which the administrator does not see.
  'erasure.read': ['central-authority', 'auditor'],
  'retention.set': ['administrator'],
  'retention.hold': ['central-authority'],
  // Four eyes: one proposes, another confirms.
  'erasure.write': ['central-authority'],
  'account.read': ['administrator', 'auditor'],
  'account.manage': ['administrator'],
  'operations.read': ['operator'],
  'profile.read': [...everyone, 'operator'],
} as const satisfies Record<string, readonly Role[]>;

/** A permission of a route, `noun.verb`. */
export type Permission = keyof typeof PERMISSIONS;

/** Spelled out on routes open to anybody, signed in or not. */
export const PUBLIC = 'public';

export function isPermission(name: unknown): name is Permission {
  return typeof name === 'string' && Object.hasOwn(PERMISSIONS, name);
}

/** Whether one of the roles holds the permission. Unknown role or permission: no. */
export function holds(roles: readonly Role[], permission: Permission): boolean {
  if (!isPermission(permission)) return false;
  const allowed: readonly Role[] = PERMISSIONS[permission];
  return roles.some((role) => allowed.includes(role));
}

/** @throws Problem 403 `permission.lacking` */
export function assertHolds(actor: Official, permission: Permission): void {
  if (holds(actor.roles, permission)) return;
  throw forbidden('permission.lacking', `This needs the permission ${permission}, which your roles do not give.`);
}

export type EvidenceAct = 'upload' | 'download';

/** Who may put evidence into a package, and who may take the bytes out, by the side of the file. */
export const EVIDENCE_ACCESS: Record<EvidenceAct, Partial<Record<Side, readonly Role[]>>> = {
  upload: {
    // What came on a disk from a State without a node.
    requesting: ['central-authority'],
    requested: ['central-authority', 'competent-authority'],
  },
  download: {
    requesting: ['case-officer', 'central-authority'],
    requested: ['central-authority', 'competent-authority'],
  },
};

/** @param form of the measure: in an emergency the 24/7 desk handles the evidence itself (UNCC 41(3)(e)) */
export function mayHandleEvidence(roles: readonly Role[], side: Side, act: EvidenceAct, form?: string): boolean {
  if (form === 'emergency-disclosure' && roles.includes('point-of-contact')) return true;
  const allowed = EVIDENCE_ACCESS[act]?.[side] ?? [];
  return roles.some((role) => allowed.includes(role));
}
