import { Attempts, ATTEMPTS_A_MINUTE, networkOf } from './attempts.js';

const exhausted = (attempts: Attempts, address: string, now: number): void => {
  for (let n = 0; n < ATTEMPTS_A_MINUTE; n += 1) expect(attempts.wait(address, now)).toBe(0);
};

describe('attempts to sign in', () => {
  it('are thirty a minute from one address, and the rest is told how long to wait', () => {
    const attempts = new Attempts();
    exhausted(attempts, '192.0.2.1', 1_000);
    expect(attempts.wait('192.0.2.1', 1_000)).toBe(60);
    expect(attempts.wait('192.0.2.1', 60_500)).toBe(1);
    expect(attempts.wait('192.0.2.2', 60_500)).toBe(0);
    expect(attempts.wait('192.0.2.1', 61_000)).toBe(0);
  });

  it('that are refused do not lengthen the wait', () => {
    const attempts = new Attempts();
    exhausted(attempts, '192.0.2.1', 0);
    for (let now = 0; now < 60_000; now += 100) expect(attempts.wait('192.0.2.1', now)).toBeGreaterThan(0);
    expect(attempts.wait('192.0.2.1', 60_000)).toBe(0);
  });

  it('wait no longer than a minute when the clock is set back', () => {
    const attempts = new Attempts();
    exhausted(attempts, '192.0.2.1', 3_600_000);
    expect(attempts.wait('192.0.2.1', 0)).toBe(0);
  });

  it('from ever new addresses fill no more memory than there is for them, and keep out none that was there before', () => {
    const attempts = new Attempts();
    expect(attempts.wait('192.0.2.1', 0)).toBe(0);
    let refused = 0;
    for (let n = 0; n < 20_000; n += 1) if (attempts.wait(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, 1) > 0) refused += 1;
    expect(refused).toBe(10_001);
    expect(attempts.wait('192.0.2.1', 2)).toBe(0);
    expect(attempts.wait('198.51.100.1', 60_000)).toBe(0);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::1', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
  ])('of %s are counted as of %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
