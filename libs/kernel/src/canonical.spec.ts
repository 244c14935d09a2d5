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
});
