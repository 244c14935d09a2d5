import { newId } from '@comity/kernel';
import { attachmentHeaders } from './download.js';
import { decodeCursor, encodeCursor, nextLink } from './paging.js';
import { constraintCode } from './validation.js';

const SHAPE = ['time', 'id'] as const;
const key = ['2026-11-03T09:00:00.000Z', newId()] as const;

describe('a cursor', () => {
  it('gives back the key it was made of', () => {
    expect(decodeCursor('requests', SHAPE, encodeCursor('requests', key))).toEqual([...key]);
  });

  it('is refused when it is of another list, of another shape, changed or made up', () => {
    const raw = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const wrong = [
      '', 'x', '%%%', encodeCursor('accounts', key), encodeCursor('requests', [key[0]]), encodeCursor('requests', [...key, 1]),
      encodeCursor('requests', [key[0], "' OR 1=1"]), encodeCursor('requests', ['2026-13-45T00:00:00.000Z', key[1]]), encodeCursor('requests', ['2026-02-30T00:00:00.000Z', key[1]]), encodeCursor('requests', ['0000-01-01T00:00:00.000Z', key[1]]), encodeCursor('requests', [0, key[1]]),
      `${encodeCursor('requests', key)}=`, ` ${encodeCursor('requests', key)}`, raw({ 0: 'requests' }), raw('requests'), raw(null), 'A'.repeat(5000),
    ];
    for (const cursor of wrong) {
      expect(() => decodeCursor('requests', SHAPE, cursor)).toThrow(expect.objectContaining({ status: 400, code: 'cursor.invalid' }));
    }
    expect(() => decodeCursor('q', ['text'], encodeCursor('q', ['a\0']))).toThrow();
    expect(() => decodeCursor('q', ['integer'], encodeCursor('q', [1.5]))).toThrow();
  });

  it('goes into a Link to the next page of the same query', () => {
    expect(nextLink('/api/v1/requests?side=requested&after=old', 'new')).toBe('</api/v1/requests?side=requested&after=new>; rel="next"');
    expect(nextLink('/api/v1/requests?q=who?&side=requested', 'c')).toBe('</api/v1/requests?q=who%3F&side=requested&after=c>; rel="next"');
    expect(nextLink('/api/v1/requests', 'c')).toBe('</api/v1/requests?after=c>; rel="next"');
  });
});

describe('headers of a download', () => {
  it('carry any name without letting it end the header, and the hash', () => {
    const headers = attachmentHeaders({ name: `образ "1"\\'(%).img`, sha256: '00'.repeat(32) });
    expect(headers['content-disposition']).toBe(
      `attachment; filename="_____ _1__'(_).img"; filename*=UTF-8''%D0%BE%D0%B1%D1%80%D0%B0%D0%B7%20%221%22%5C%27%28%25%29.img`,
    );
    expect(headers['repr-digest']).toBe(`sha-256=:${'A'.repeat(43)}=:`);
  });
});

describe('codes of fields', () => {
  it('are derived from the constraint, so that each has one', () => {
    const names = ['isString', 'isUUID', 'maxLength', 'whitelistValidation', 'isNotEmpty', 'nestedValidation', 'arrayMaxSize', 'matches'];
    expect(names.map(constraintCode)).toEqual(['field.not-string', 'field.not-uuid', 'field.max-length', 'field.unknown', 'field.empty', 'field.not-object', 'field.array-max-size', 'field.not-matching']);
  });
});
