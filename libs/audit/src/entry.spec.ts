import { createHash } from 'node:crypto';
import { canonicalJson } from '@comity/kernel';
import { ChainWalk } from './chain.js';
import { commit, commitmentHash } from './commitment.js';
import { entryActor, entryBytes, leafHash, readEntry, type Entry } from './entry.js';
import { AUDIT_EVENTS, AUDIT_TYPE_OF_EVENT, isAuditEvent } from './events.js';
import { sampleChains } from './testing/sample-log.js';

const sample = (): Entry => [...sampleChains(1, 1).values()][0]![0]!.entry;

describe('an audit entry', () => {
  it('has the bytes that RFC 8785 gives it', () => {
    const entry = { ...sample(), body: { z: 1e21, a: ['\u20ac', null, { y: true, x: '"\\\n' }] } };
    expect(entryBytes(entry).toString('utf8')).toBe(canonicalJson(entry));
    expect(readEntry(entryBytes(entry).toString('utf8'))).toEqual(entry);
  });

  it('is of a time of the calendar, to the millisecond', () => {
    const read = (at: string) => () => readEntry(entryBytes({ ...sample(), at }).toString('utf8'));
    for (const at of ['2027-12-31T23:59:59.999Z', '2028-02-29T00:00:00.000Z', '0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']) expect(read(at)).not.toThrow();
    for (const at of ['2026-99-99T99:99:99.999Z', '2027-02-29T00:00:00.000Z', '2027-04-31T00:00:00.000Z', '2027-01-01T24:00:00.000Z', '2027-01-01T23:59:60.000Z', '2027-01-01T00:00:00Z']) {
      expect(read(at)).toThrow('a member of the entry has a wrong form');
    }
  });

  it('keeps its bytes: the leaf hash of a fixed entry is the one written here', () => {
    const entry: Entry = {
      v: 1,
      state: 'IS',
      id: '018f2f00-0000-7000-8000-000000000001',
      subject: 'node',
      seq: 1,
      prev: null,
      at: '2027-01-01T00:00:00.000Z',
      type: 'session.refused',
      actor: { kind: 'nobody' },
      body: {},
      commitments: {},
    };
    const bytes = Buffer.from(
      '{"actor":{"kind":"nobody"},"at":"2027-01-01T00:00:00.000Z","body":{},"commitments":{},' +
        '"id":"018f2f00-0000-7000-8000-000000000001","prev":null,"seq":1,"state":"IS","subject":"node",' +
        '"type":"session.refused","v":1}',
    );
    expect(entryBytes(entry)).toEqual(bytes);
    const byHand = createHash('sha256')
      .update(Buffer.concat([Buffer.of(0), bytes]))
      .digest();
    expect(leafHash(entryBytes(entry))).toEqual(byHand);
  });

  it('RFC 6962 2.1: hashes the empty leaf as the published vector says', () => {
    expect(leafHash(Buffer.alloc(0)).toString('hex')).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
  });

  it('is refused when its text could be read in two ways', () => {
    const text = entryBytes(sample()).toString('utf8');
    expect(() => readEntry(text)).not.toThrow();
    expect(() => readEntry(text.replace('"body":{', '"body":{"version":9,'))).toThrow(/canonical/);
    expect(() => readEntry(text.replace('"body":', '"body": '))).toThrow(/canonical/);
    expect(() => readEntry(text.replace('"v":1', '"v":1,"w":1'))).toThrow(/members/);
    expect(() => readEntry(text.replace('"v":1', '"v":2'))).toThrow(/form/);
  });

  it('names the official by ids, never by username', () => {
    const actor = entryActor({
      kind: 'official',
      state: 'IS',
      accountId: 'a',
      authorityId: 'IS-moj',
      username: 'jon.thor',
      roles: ['auditor'],
    });
    expect(JSON.stringify(actor)).not.toContain('jon.thor');
  });
});

describe('a commitment', () => {
  it('is SHA-256 over salt and canonical content, under a fresh 128-bit salt each time', () => {
    const one = commit({ b: 1, a: 'x' });
    expect(one.content.toString()).toBe('{"a":"x","b":1}');
    expect(one.salt).toHaveLength(16);
    expect(one.hash).toEqual(commitmentHash(one.salt, Buffer.from('{"a":"x","b":1}')));
    expect(commit({ b: 1, a: 'x' }).hash).not.toEqual(one.hash);
  });
});

describe('a chain', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((x) => x.repeat(64)) as [string, string, string];

  it('starts at 1 with nothing before it and names the hash before each entry', () => {
    const walk = new ChainWalk(true);
    expect(walk.step({ seq: 1, prev: null, leaf: a })).toBeUndefined();
    expect(walk.step({ seq: 2, prev: a, leaf: b })).toBeUndefined();
    expect(walk.step({ seq: 3, prev: a, leaf: c })).toBe('chain.broken');
  });

  it('as a whole has no gap; as a selection may, and counts them', () => {
    expect(new ChainWalk(true).step({ seq: 2, prev: a, leaf: b })).toBe('chain.gap');
    const selection = new ChainWalk(false);
    expect(selection.step({ seq: 2, prev: a, leaf: b })).toBeUndefined();
    expect(selection.step({ seq: 3, prev: a, leaf: c })).toBe('chain.broken');
    expect(selection.step({ seq: 2, prev: a, leaf: b })).toBe('chain.order');
    expect(selection.gaps).toBe(1);
  });
});

describe('the catalogue of audit events', () => {
  it('describes every type, in one sentence, and every event of the statecharts has a type of it', () => {
    for (const [type, text] of Object.entries(AUDIT_EVENTS)) {
      expect(type).toMatch(/^[a-z]+\.[a-z-]+$/);
      expect(text).toMatch(/^[A-Z].*\.$/);
    }
    for (const type of Object.values(AUDIT_TYPE_OF_EVENT)) expect(isAuditEvent(type)).toBe(true);
    expect(isAuditEvent('toString')).toBe(false);
  });
});
