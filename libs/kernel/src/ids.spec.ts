import { isId, newId } from './ids.js';

describe('ids (UUIDv7)', () => {
  it('are unique and in order within one process, also within one millisecond', () => {
    const ids = Array.from({ length: 20_000 }, () => newId(1_700_000_000_000));
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
  });

  it('carry version 7 and the RFC variant', () => {
    expect(isId(newId())).toBe(true);
    expect(newId()[14]).toBe('7');
  });
});
