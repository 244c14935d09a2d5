import { readEntry } from './entry.js';
import { scanEntry } from './entry-scan.js';
import { sampleChains, seeded } from './testing/sample-log.js';

const scan = (text: string) => {
  const bytes = Buffer.from(`::${text}}`, 'latin1');
  return scanEntry(bytes, 2, bytes.length - 1);
};
const plain = [...sampleChains(2, 4).values()].flat().map(({ bytes }) => bytes.toString('latin1').replace('l\u00c3\u00adnea', 'linea'));
const known = (text: string) => {
  const { state, subject, seq, prev, commitments } = readEntry(Buffer.from(text, 'latin1').toString('utf8'));
  return { state, subject, seq, prev, commitments: Object.keys(commitments).length };
};

describe('an entry scanned by its bytes', () => {
  it('is what the entry made of them says', () => {
    for (const text of plain) expect(scan(text)).toEqual(known(text));
  });

  it.each([
    ['letters beyond ASCII', (t: string) => t.replace('linea', 'l\u00c3\u00adnea')],
    ['an escape', (t: string) => t.replace('linea', 'li\\nea')],
    ['a fraction', (t: string) => t.replace('"version":1', '"version":1.5')],
    ['a day that only some years have', (t: string) => t.replace(/"at":"[^"]*"/, '"at":"2028-02-29T00:00:00.000Z"')],
    ['a large number', (t: string) => t.replace('"version":1', '"version":1e+21')],
  ])('is left to the reader that makes it where it has %s', (_, change) => {
    const text = change(plain[0]!);
    expect(text).not.toBe(plain[0]);
    expect(scan(text)).toBeNull();
    expect(() => readEntry(Buffer.from(text, 'latin1').toString('utf8'))).not.toThrow();
  });

  it.each([
    ['members out of order', (t: string) => t.replace('"note":"linea","version":1', '"version":1,"note":"linea"')],
    ['a member twice', (t: string) => t.replace('"note":"linea",', '"note":"linea","note":"linea",')],
    ['white space', (t: string) => t.replace('"version":1', '"version": 1')],
    ['a zero before a number', (t: string) => t.replace('"version":1', '"version":01')],
    ['minus zero', (t: string) => t.replace('"version":1', '"version":-0')],
    ['a time of no calendar', (t: string) => t.replace(/"at":"[^"]*"/, '"at":"2026-99-99T99:99:99.999Z"')],
    ['month 0', (t: string) => t.replace(/"at":"[^"]*"/, '"at":"2027-00-01T00:00:00.000Z"')],
    ['day 0', (t: string) => t.replace(/"at":"[^"]*"/, '"at":"2027-01-00T00:00:00.000Z"')],
    ['the 31st of April', (t: string) => t.replace(/"at":"[^"]*"/, '"at":"2027-04-31T00:00:00.000Z"')],
    ['hour 24', (t: string) => t.replace(/"at":"[^"]*"/, '"at":"2027-01-01T24:00:00.000Z"')],
    ['seq 0', (t: string) => t.replace('"seq":1,', '"seq":0,')],
    ['a negative seq', (t: string) => t.replace('"seq":1,', '"seq":-1,')],
    ['another version', (t: string) => t.replace('"v":1}', '"v":2}')],
    ['a member more', (t: string) => t.replace('"v":1}', '"v":1,"w":1}')],
    ['text after it', (t: string) => `${t},"position":3}`],
    ['nothing', () => ''],
  ])('is not accepted with %s', (_, change) => expect(scan(change(plain[0]!))).toBeNull());

  it('accepts nothing that the reader refuses: 20,000 seeded changes of a byte, each also cut off and doubled', () => {
    const below = seeded(20270117);
    let accepted = 0;
    for (let n = 0; n < 20_000; n += 1) {
      const text = plain[n % plain.length]!;
      const at = below(text.length);
      const char = below(3) === 0 ? '"{}[],:0-\\ '[below(11)]! : String.fromCharCode(below(256));
      const changed = [text.slice(0, at) + char + text.slice(at + 1), text.slice(0, at), text.slice(0, at) + text[at] + text.slice(at)][n % 3]!;
      const found = scan(changed);
      if (found === null) continue;
      accepted += 1;
      expect(found).toEqual(known(changed));
    }
    // Negative control: letters within texts may change, and those are accepted.
    expect(accepted).toBeGreaterThan(2000);
  });
});
