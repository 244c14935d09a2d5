import { inOrder } from './stored-message.js';

const at = new Date(0);
const m = (name: string, seq: number, ack: number, when = at) => ({ name, seq, ack, at: when });
const names = (list: { name: string }[]): string => list.map((x) => x.name).join(' ');

describe('the order of messages in a thread', () => {
  it('follows what each side had processed, also when all clocks say the same', () => {
    expect(
      names(inOrder([m('s1', 1, 0), m('s2', 2, 2), m('s3', 3, 3)], [m('r1', 1, 1), m('r2', 2, 1), m('r3', 3, 2)])),
    ).toBe('s1 r1 r2 s2 r3 s3');
    expect(names(inOrder([m('s1', 1, 1)], [m('r1', 1, 0)]))).toBe('r1 s1');
  });

  it('goes by the clock where messages crossed', () => {
    expect(names(inOrder([m('s1', 1, 0, new Date(5))], [m('r1', 1, 0, new Date(3))]))).toBe('r1 s1');
    expect(names(inOrder([m('s1', 1, 0, new Date(2))], [m('r1', 1, 0, new Date(3))]))).toBe('s1 r1');
  });

  it('loses nothing when a transcribed ack is mistaken on both sides', () => {
    expect(names(inOrder([m('s1', 1, 9)], [m('r1', 1, 9)]))).toBe('s1 r1');
  });
});
