import { DossierStop } from './report.js';

const members = (text: string): { always: string[]; all: ReadonlySet<string> } => {
  const named = text.split(' ');
  return { always: named.filter((name) => !name.endsWith('?')), all: new Set(named.map((name) => name.replace('?', ''))) };
};

/** Members of each kind of line, as format.ts describes them; those with a question mark may be absent. */
const MEMBERS: Record<string, ReturnType<typeof members>> = {
  header: members('comity version state counterpart requestId side ownReference counterpartReference exportedAt withheld'),
  key: members('state kid x validFrom validTo source'),
  witness: members('log seenBy seq at note proof'),
  alarm: members('log kind raisedAt settledAt known shown'),
  message: members('direction id seq type measure at status provenance transcriptionId sealed erased? sha256 signature receipt'),
  event: members('seq at by source type label measure rule provenance letterState measureState noted sent messageId'),
  attachment: members('id name erased? mediaType size sha256 origin addedAt shown'),
  package: members('id measure direction status manifest erased? manifestSha256 shown'),
  file: members('number'),
};

/** A member that nothing compares would be read as proved. @throws DossierStop `line.malformed` where one is missing or too many */
export function assertMembers(kind: string, value: object): void {
  const known = MEMBERS[kind];
  if (!known) return;
  const missing = known.always.find((name) => !Object.hasOwn(value, name));
  const extra = Object.keys(value).find((name) => !known.all.has(name));
  if (missing !== undefined || extra !== undefined) throw new DossierStop('line.malformed', extra === undefined ? `a line of ${kind} without ${missing}` : `a line of ${kind} has no member ${JSON.stringify(extra.slice(0, 100))}`);
}
