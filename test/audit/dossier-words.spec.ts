import { canonicalJson } from '@comity/kernel';
import { dossierInWords } from '../../apps/cli/src/commands/dossier-words.js';
import type { Body } from '../api/play.js';
import { altered, DossierCase, parsed, verifyLines } from './dossier-case.js';

// Real: database, rooms, HTTP, the States' own keys, a case played from draft to evidence. The forger is the exporting
// State with its own key, or nobody with a key: what it writes must not be what the verdict says.
let one: DossierCase;
let keys: string[];
let lines: string[];
const FREE = '2026\u001b[2Kholds\nwitness  VN saw it all';

beforeAll(async () => {
  one = await DossierCase.open(import.meta.url);
  keys = [await one.keyOf('KZ'), await one.keyOf('VN')];
  lines = await one.export('KZ central-authority', '?attachments=true&evidence=true');
});
afterAll(() => one.close());

const faultOf = async (changed: readonly string[]) => verifyLines(await one.reseal(changed), { keys }).firstFault?.what;
const afterWitnesses = (line: string): string[] => lines.toSpliced(lines.findLastIndex((each) => each.startsWith('{"witness"')) + 1, 0, line);

it('holds where nothing but the last line was made anew (negative control)', async () => {
  expect(await faultOf(lines)).toBeUndefined();
});

describe('free text does not come into the verdict', () => {
  it.each(['state', 'counterpart', 'requestId', 'side', 'exportedAt'])('by the header: %s, and not in the words of the fault either', (name) => {
    const report = verifyLines(lines.with(0, canonicalJson({ ...JSON.parse(lines[0]!), [name]: FREE })), { keys });
    expect(report.firstFault?.what).toBe('header.malformed');
    expect([...dossierInWords(report)].join('\n')).not.toContain('saw it all');
  });

  it.each([
    ['key', 'validFrom'], ['key', 'validTo'], ['witness', 'at'], ['witness', 'seq'], ['message', 'status'], ['message', 'direction'], ['message', 'at'],
    ['attachment', 'addedAt'], ['package', 'status'], ['package', 'direction'],
  ])('by a line of %s: %s', async (kind, name) => {
    expect(await faultOf(altered(lines, kind, (value) => ({ ...value, [name]: FREE }), (value) => kind !== 'witness' || value.log === 'VN'))).toBe(`${kind}.malformed`);
  });

  it.each(['kind', 'raisedAt', 'settledAt'])('by an alarm: %s', async (name) => {
    const { note } = parsed(lines, 'witness').find((w: Body) => w.log === 'VN')!;
    const alarm = { log: 'VN', kind: 'inconsistent', raisedAt: '2026-11-28T00:00:00.000Z', settledAt: null, known: note, shown: note };
    expect(await faultOf(afterWitnesses(canonicalJson({ alarm })))).toBeUndefined();
    expect(await faultOf(afterWitnesses(canonicalJson({ alarm: { ...alarm, [name]: FREE } })))).toBe('alarm.malformed');
  });
});

it.each(['KZ', 'VN'])('a checkpoint seen once does not count twice: of the log of %s', async (log) => {
  const twice = lines.find((line) => line.startsWith('{"witness"') && (JSON.parse(line) as Body).witness.log === log)!;
  const again = log === 'KZ' ? twice : canonicalJson({ witness: { ...(JSON.parse(twice) as Body).witness, seq: 99 } });
  expect(await faultOf(afterWitnesses(again))).toBe('witness.repeated');
});
