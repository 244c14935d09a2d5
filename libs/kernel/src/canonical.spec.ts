import fc from 'fast-check';
import { canonicalize } from 'json-canonicalize';
import { canonicalBytes, canonicalJson } from './canonical.js';

describe('canonical JSON (RFC 8785)', () => {
  it('orders members by UTF-16 code units and writes no white space', () => {
    expect(canonicalJson({ b: 1, a: { d: [1, 2], c: 'x' } })).toBe('{"a":{"c":"x","d":[1,2]},"b":1}');
  });

  it('refuses a lone surrogate, whose UTF-8 bytes two readers would not agree on', () => {
    expect(() => canonicalJson({ a: '\ud800' })).toThrow(/surrogate/);
    expect(() => canonicalJson({ a: 'x\\\udfff' })).toThrow(/surrogate/);
  });

  it('takes a pair of surrogates, and a backslash followed by the letters of one', () => {
    expect(canonicalBytes({ a: '😀' }).toString('utf8')).toBe('{"a":"😀"}');
    expect(() => canonicalJson({ a: '\\ud800' })).not.toThrow();
  });

  it('refuses numbers JSON cannot carry', () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow();
    expect(() => canonicalJson({ a: Infinity })).toThrow();
  });

  const name = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', '10', '9', '0x', '-1', '01', '\u{10000}', '\uffff'), fc.nat().map(String));
  const leaf = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined), fc.constant(-0), fc.date({ noInvalidDate: true }));
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('any'), { maxLength: 4 }), fc.array(fc.tuple(name, tie('any')), { maxLength: 5 }).map((members) => Object.fromEntries(members))),
  })).any;
  /** The text, or that there is none. */
  const textOf = (write: () => string | undefined): string | undefined => {
    try {
      return write();
    } catch {
      return undefined;
    }
  };

  // A member named toJSON is left out: the library then writes the object's members in the order they came.
  it('is what the library writes, for whatever value', () => {
    fc.assert(
      fc.property(value, (made) => {
        const text = textOf(() => canonicalize(made) as string | undefined);
        const whole = text === undefined || /\\ud[89a-f]/i.test(text) ? undefined : text;
        if (whole !== undefined) expect(canonicalJson(made)).toBe(whole);
        else expect(() => canonicalJson(made)).toThrow();
      }),
      { numRuns: 3_000, seed: 8785 },
    );
  });
});
