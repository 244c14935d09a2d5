import { canonicalJson } from '@comity/kernel';
import { isInstant, isState } from './entry.js';
import { EXPORT_VERSION, LEAVES_VERSION, headerLine, type ExportHeader } from './export.js';
import { FILTER_MEMBERS, selectsAll, type EntryFilter } from './filter.js';
import { Stop } from './verify-report.js';

/**
 * Reads the first line of an export.
 * @throws Stop `header.malformed`, `header.version-unknown`
 */
export function readHeader(bytes: Buffer): ExportHeader {
  try {
    return takeHeader(bytes);
  } catch (error) {
    if (error instanceof Stop) throw error;
    // Too deep to be written again, or with half a letter in it: JSON, but none that has a canonical form.
    throw new Stop('header.malformed', 'a member of the header has no canonical form');
  }
}

function takeHeader(bytes: Buffer): ExportHeader {
  let line: Record<string, unknown>;
  try {
    line = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    if (line['comity'] !== 'audit-export') throw new SyntaxError();
  } catch {
    throw new Stop('header.malformed', 'the first line is not the header of an exported log');
  }
  if (line['version'] !== EXPORT_VERSION && line['version'] !== LEAVES_VERSION) {
    throw new Stop(
      'header.version-unknown',
      `format version ${JSON.stringify(line['version'])}; this verifier reads ${EXPORT_VERSION} and ${LEAVES_VERSION}`,
    );
  }
  const { state, exportedAt, count, checkpoint, key } = line;
  const filter = readFilter(line['filter']);
  const sound = isState(state) && isInstant(exportedAt) && Number.isSafeInteger(count) && filter !== null;
  if (sound && isTextOrNull(checkpoint) && isTextOrNull(key)) {
    const header: ExportHeader = { state, exportedAt, filter, count: count as number, checkpoint, key, leaves: line['version'] === LEAVES_VERSION };
    // A selection proves each entry by itself: the leaves of what it leaves out are none of it.
    if (header.leaves && !selectsAll(filter)) throw new Stop('header.malformed', 'leaves are for a whole log');
    // Made anew and compared: no member is left over, none is written in a second way.
    if (headerLine(header) === bytes.toString('utf8')) return header;
  }
  throw new Stop('header.malformed', 'a member of the header has a wrong form');
}
const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';

function readFilter(value: unknown): EntryFilter | null {
  if (typeof value !== 'object' || value === null) return null;
  const filter: EntryFilter = {};
  for (const name of FILTER_MEMBERS) {
    const member = (value as Record<string, unknown>)[name];
    if (member === undefined) continue;
    if (typeof member !== 'string') return null;
    if ((name === 'from' || name === 'to') && !isInstant(member)) return null;
    filter[name] = member;
  }
  return canonicalJson(filter) === canonicalJson(value) ? filter : null;
}
