import { generateKeyPairSync, sign } from 'node:crypto';
import { canonicalBytes, newId, Problem, type Json } from '@comity/kernel';
import { flattenedVerify, importJWK } from 'jose';
import { openSealed, readEnvelope, seal, type Envelope, type SigningKey } from './envelope.js';
import { signDetached } from './jws.js';
import { newKeyPair, thumbprint, unwrapKey, wrapKey } from './key-wrap.js';

const pair = newKeyPair();
const key: SigningKey = { state: 'KZ', kid: pair.kid, privateKey: pair.privateKey };
const keys = [{ kid: pair.kid, jwk: pair.jwk }];

const envelope = (over: Partial<Envelope> = {}): Envelope => ({
  v: 1,
  id: newId(),
  from: 'KZ',
  to: 'VN',
  thread: newId(),
  seq: 1,
  ack: 0,
  type: 'REQUESTED',
  measure: null,
  sentAt: '2026-11-02T08:00:00.000Z',
  body: { subject: 'Điều 40, 支持, العربية 😀' },
  ...over,
});

/** Signed as a State would sign anything; what is wrong is in the bytes. */
const open = (bytes: Buffer): Envelope => openSealed(bytes, signDetached(bytes, key), keys);
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'no problem';
};
const changed = (change: (fields: Record<string, unknown>) => void): Buffer => {
  const fields = { ...envelope() } as Record<string, unknown>;
  change(fields);
  return canonicalBytes(fields);
};

describe('a sealed message', () => {
  it('opens to the envelope that was sealed, and its bytes are canonical JSON', () => {
    const original = envelope();
    const sealed = seal(original, key);
    expect(openSealed(sealed.bytes, sealed.signature, keys)).toEqual(original);
    expect(sealed.bytes).toEqual(canonicalBytes(original));
  });

  it('carries a JWS that another library verifies (RFC 7515 F, RFC 7797, RFC 8037)', async () => {
    const { bytes, signature } = seal(envelope(), key);
    const [header, , value] = signature.split('.');
    const verified = await flattenedVerify(
      { protected: header!, payload: bytes, signature: value! },
      await importJWK({ ...pair.jwk }, 'EdDSA'),
    );
    expect(verified.protectedHeader).toEqual({
      alg: 'EdDSA',
      b64: false,
      crit: ['b64'],
      kid: pair.kid,
      typ: 'comity-message',
    });
    const other = Buffer.from(bytes.toString('utf8').replace('REQUESTED', 'WITHDRAWN'));
    await expect(
      flattenedVerify(
        { protected: header!, payload: other, signature: value! },
        await importJWK({ ...pair.jwk }, 'EdDSA'),
      ),
    ).rejects.toThrow();
  });

  it('does not open when one byte differs, with a key not known, or with another key under the same kid', () => {
    const { bytes, signature } = seal(envelope(), key);
    const altered = Buffer.from(bytes.toString('utf8').replace('"seq":1', '"seq":2'));
    const stranger = newKeyPair();
    expect(codeOf(() => openSealed(altered, signature, keys))).toBe('message.bad-signature');
    expect(codeOf(() => openSealed(bytes, signature, []))).toBe('message.unknown-key');
    expect(codeOf(() => openSealed(bytes, signature, [{ kid: stranger.kid, jwk: stranger.jwk }]))).toBe(
      'message.unknown-key',
    );
    expect(codeOf(() => openSealed(bytes, signature, [{ kid: pair.kid, jwk: stranger.jwk }]))).toBe(
      'message.bad-signature',
    );
  });

  it('is refused with any other protected header: alg none, no typ, another typ, an extra member, a missing crit', () => {
    const bytes = canonicalBytes(envelope());
    const good = { alg: 'EdDSA', b64: false, crit: ['b64'], kid: pair.kid, typ: 'comity-message' };
    const with_ = (header: object): string => {
      const text = Buffer.from(JSON.stringify(header)).toString('base64url');
      return `${text}..${sign(null, Buffer.concat([Buffer.from(`${text}.`), bytes]), key.privateKey).toString('base64url')}`;
    };
    const { typ: _, ...untyped } = good;
    const { crit: __, ...uncritical } = good;
    expect(codeOf(() => openSealed(bytes, with_(good), keys))).toBe('no problem');
    for (const header of [
      { ...good, alg: 'none' },
      { ...good, typ: 'comity-checkpoint' },
      { ...good, jku: 'https://x' },
      untyped,
      uncritical,
      { ...good, b64: true },
    ]) {
      expect(codeOf(() => openSealed(bytes, with_(header), keys))).toBe('message.bad-signature');
    }
  });

  it('is refused when the signature is spelled otherwise: attached payload, padding, rubbish, nothing', () => {
    const { bytes, signature } = seal(envelope(), key);
    for (const bad of [
      '',
      '..',
      'a',
      `${signature}=`,
      signature.replace('..', `.${bytes.toString('base64url')}.`),
      `${signature}.x`,
      ` ${signature}`,
      'x'.repeat(5000),
    ]) {
      expect(codeOf(() => openSealed(bytes, bad, keys))).toBe('message.bad-signature');
    }
  });
});

describe('the shape of an envelope', () => {
  it('refuses a member it does not know, and names it', () => {
    const bytes = changed((f) => (f['x/y'] = 1));
    expect(codeOf(() => open(bytes))).toBe('message.shape');
    try {
      open(bytes);
    } catch (error) {
      expect((error as Problem).errors).toEqual([
        { pointer: '/x~1y', code: 'member.unknown', detail: 'not a member of a message' },
      ]);
    }
  });

  it.each<[string, (f: Record<string, unknown>) => void]>([
    ['no ack', (f) => delete f.ack],
    ['another version', (f) => (f.v = 2)],
    ['an id that is no UUID', (f) => (f.id = 'x')],
    ['an id in capitals', (f) => (f.id = (f.id as string).toUpperCase())],
    ['a thread that is no UUID', (f) => (f.thread = 7)],
    ['a State in small letters', (f) => (f.from = 'kz')],
    ['the node in place of a State', (f) => (f.to = 'ZZ')],
    ['one State writing to itself', (f) => (f.to = 'KZ')],
    ['seq 0', (f) => (f.seq = 0)],
    ['seq with a fraction', (f) => (f.seq = 1.5)],
    ['seq beyond an integer', (f) => (f.seq = 2 ** 31)],
    ['seq as text', (f) => (f.seq = '1')],
    ['a negative ack', (f) => (f.ack = -1)],
    ['measure 0', (f) => (f.measure = 0)],
    ['a type in small letters', (f) => (f.type = 'granted')],
    ['a time with an offset', (f) => (f.sentAt = '2026-11-02T08:00:00.000+06:00')],
    ['a time without milliseconds', (f) => (f.sentAt = '2026-11-02T08:00:00Z')],
    ['the 30th of February', (f) => (f.sentAt = '2026-02-30T08:00:00.000Z')],
    ['a body that is a list', (f) => (f.body = [])],
    ['a body that is null', (f) => (f.body = null)],
  ])('refuses %s', (_, change) => {
    expect(codeOf(() => open(changed(change)))).toBe('message.shape');
  });

  it('is checked when sealing too: what the receiver would refuse never leaves', () => {
    expect(codeOf(() => seal(envelope({ seq: 0 }), key))).toBe('message.shape');
    expect(codeOf(() => seal(envelope({ body: { text: 'x'.repeat(1024 * 1024) } }), key))).toBe('message.too-large');
    expect(codeOf(() => seal(envelope({ body: { text: '\ud800' } }), key))).toBe('message.not-canonical');
    expect(codeOf(() => seal(envelope({ body: { n: Number.NaN } }), key))).toBe('message.not-canonical');
    expect(() => seal(envelope({ from: 'IS' }), key)).toThrow(/cannot be sealed with a key of KZ/);
  });
});

describe('hostile bytes', () => {
  const text = (change: (json: string) => string): Buffer =>
    Buffer.from(change(canonicalBytes(envelope({ body: { a: 1 } })).toString('utf8')), 'utf8');

  it.each<[string, string, Buffer]>([
    ['no JSON', 'message.not-json', Buffer.from('{')],
    ['nothing', 'message.not-json', Buffer.alloc(0)],
    ['a byte order mark', 'message.not-json', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), text((t) => t)])],
    ['a list', 'message.shape', Buffer.from('[]')],
    ['null', 'message.shape', Buffer.from('null')],
    ['white space', 'message.not-canonical', text((t) => t.replace('{', '{ '))],
    ['members out of order', 'message.not-canonical', text((t) => `{"v":1,${t.slice(1).replace(',"v":1', '')}`)],
    ['a member twice', 'message.not-canonical', text((t) => t.replace('"ack":0', '"ack":0,"ack":0'))],
    ['another spelling of a number', 'message.not-canonical', text((t) => t.replace('"ack":0', '"ack":0.0'))],
    ['minus zero', 'message.not-canonical', text((t) => t.replace('"ack":0', '"ack":-0'))],
    ['a number beyond a double', 'message.not-canonical', text((t) => t.replace('"a":1', '"a":9007199254740993'))],
    ['an infinite number', 'message.not-canonical', text((t) => t.replace('"a":1', '"a":1e999'))],
    ['an escape not needed', 'message.not-canonical', text((t) => t.replace('"a":1', '"\\u0061":1'))],
    ['a lone surrogate', 'message.not-canonical', text((t) => t.replace('"a":1', '"a":"\\ud800"'))],
    ['a lone surrogate in a name', 'message.not-canonical', text((t) => t.replace('"a":1', '"\\udc00":1'))],
    [
      'bytes that are not UTF-8',
      'message.not-canonical',
      Buffer.from(text((t) => t.replace('"a":1', '"a":"\xff"')).toString('utf8'), 'latin1'),
    ],
    ['U+0000', 'message.character-refused', text((t) => t.replace('"a":1', '"a":"x\\u0000"'))],
    ['__proto__', 'message.name-refused', text((t) => t.replace('"a":1', '"__proto__":{"admin":true}'))],
    ['__proto__ at the top', 'message.name-refused', text((t) => t.replace('{', '{"__proto__":{},'))],
    ['constructor', 'message.name-refused', text((t) => t.replace('"a":1', '"constructor":{"prototype":{}}'))],
    [
      'toJSON, whose members would not be put in order',
      'message.name-refused',
      text((t) => t.replace('"a":1', '"z":1,"toJSON":1')),
    ],
    ['100,000 levels', 'message.too-deep', Buffer.from('['.repeat(100_000))],
    ['25 levels', 'message.too-deep', text((t) => t.replace('"a":1', `"a":${'['.repeat(23)}${']'.repeat(23)}`))],
    ['more than 1 MiB', 'message.too-large', Buffer.alloc(1024 * 1024 + 1, 0x20)],
  ])('refuses %s', (_, code, bytes) => {
    expect(codeOf(() => readEnvelope(bytes))).toBe(code);
    expect(({} as Record<string, Json>).admin).toBeUndefined();
  });

  it('takes what only looks hostile: brackets and quotes in text, escaped backslashes, 24 levels', () => {
    const body = { a: '[[[[{{{{"\\', b: `${'['.repeat(1000)}`, c: '\\u0000 and \\ud800 as letters', d: '\u202e' };
    expect(open(canonicalBytes(envelope({ body }))).body).toEqual(body);
    expect(codeOf(() => readEnvelope(text((t) => t.replace('"a":1', `"a":${'['.repeat(22)}${']'.repeat(22)}`))))).toBe(
      'no problem',
    );
  });
});

describe('a stored private key', () => {
  it('unwraps with its secret, State and kid only', () => {
    const wrapped = wrapKey(pair.privateKey, 'a secret of thirty-two characters', 'KZ', pair.kid);
    expect(unwrapKey(wrapped, 'a secret of thirty-two characters', 'KZ', pair.kid).equals(pair.privateKey)).toBe(true);
    expect(() => unwrapKey(wrapped, 'another secret', 'KZ', pair.kid)).toThrow(/cannot be unwrapped/);
    expect(() => unwrapKey(wrapped, 'a secret of thirty-two characters', 'VN', pair.kid)).toThrow(
      /cannot be unwrapped/,
    );
    wrapped[20]! ^= 1;
    expect(() => unwrapKey(wrapped, 'a secret of thirty-two characters', 'KZ', pair.kid)).toThrow(
      /cannot be unwrapped/,
    );
  });

  it('has the thumbprint of RFC 8037 A.3 for the key of RFC 8037 A.2', () => {
    expect(thumbprint({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' })).toBe(
      'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    );
  });

  it('of another kind than Ed25519 in the directory verifies nothing', () => {
    const { x } = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });
    const { bytes, signature } = seal(envelope(), key);
    expect(
      codeOf(() => openSealed(bytes, signature, [{ kid: pair.kid, jwk: { kty: 'OKP', crv: 'X25519', x: x! } }])),
    ).toBe('message.unknown-key');
  });
});
