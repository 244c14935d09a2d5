import { businessDueDate, workingDayAfter, type WorkCalendar } from './calendar.js';
import { dayIn, endOfDay, localTime } from './zones.js';

const calendar: WorkCalendar = { authorityId: 'KZ-central-authority', weekend: [6, 7], holidays: ['2026-12-16'], coversFrom: '2026-01-01', coversTo: '2026-12-31', confirmedOn: '2026-01-05' };

describe('an instant on the clock of a place', () => {
  it('has the offset that holds there on that day: summer and winter, half hours, and the date line', () => {
    expect(localTime(new Date('2026-07-01T12:00:00Z'), 'Europe/Paris')).toEqual({ at: '2026-07-01T14:00:00.000+02:00', timeZone: 'Europe/Paris' });
    expect(localTime(new Date('2026-12-01T12:00:00Z'), 'Europe/Paris').at).toBe('2026-12-01T13:00:00.000+01:00');
    expect(localTime(new Date('2026-12-01T12:00:00Z'), 'Asia/Kolkata').at).toBe('2026-12-01T17:30:00.000+05:30');
    expect(dayIn(new Date('2026-12-01T12:00:00Z'), 'Pacific/Kiritimati')).toBe('2026-12-02');
  });

  it('tells the two times of the hour that comes twice apart', () => {
    expect(localTime(new Date('2026-10-25T00:30:00Z'), 'Europe/Paris').at).toBe('2026-10-25T02:30:00.000+02:00');
    expect(localTime(new Date('2026-10-25T01:30:00Z'), 'Europe/Paris').at).toBe('2026-10-25T02:30:00.000+01:00');
  });

  it('ends a day at its own midnight: 23 and 25 hours long, on a leap day, and where midnight is left out', () => {
    expect(endOfDay('2026-03-29', 'Europe/Paris').toISOString()).toBe('2026-03-29T21:59:59.999Z');
    expect(endOfDay('2026-10-25', 'Europe/Paris').toISOString()).toBe('2026-10-25T22:59:59.999Z');
    expect(endOfDay('2028-02-29', 'Asia/Tokyo').toISOString()).toBe('2028-02-29T14:59:59.999Z');
    // Clocks go from 24:00 to 01:00: the day ends where the next one begins.
    expect(endOfDay('2026-04-23', 'Africa/Cairo').toISOString()).toBe('2026-04-23T21:59:59.999Z');
    expect(() => endOfDay('2027-02-29', 'UTC')).toThrow(RangeError);
    expect(() => localTime(new Date(0), 'Nowhere/Land')).toThrow(RangeError);
  });
});

describe('business days', () => {
  it('leave out the weekend and the holidays; the day itself is not counted', () => {
    // A Friday; Wednesday 16 December is a holiday.
    expect(workingDayAfter('2026-12-11', 1, calendar)).toBe('2026-12-14');
    expect(workingDayAfter('2026-12-11', 3, calendar)).toBe('2026-12-17');
    expect(workingDayAfter('2026-12-12', 1, calendar)).toBe('2026-12-14');
  });

  it('go by the weekend of the place: Friday and Saturday', () => {
    expect(workingDayAfter('2026-12-10', 1, { ...calendar, weekend: [5, 6] })).toBe('2026-12-13');
  });

  it('count a leap day as the day it is', () => {
    expect(workingDayAfter('2028-02-28', 2, { ...calendar, coversFrom: '2028-01-01', coversTo: '2028-12-31' })).toBe('2028-03-01');
  });

  const given = { days: 3, event: 'set', kind: 'internal' as const, authorityId: 'KZ-central-authority', timeZone: 'Asia/Almaty', calendar };

  it('end with the last day in the zone of the authority, and show how they were counted', () => {
    // 20:00 UTC on Thursday is Friday in Almaty.
    expect(businessDueDate({ ...given, from: new Date('2026-12-10T20:00:00Z') })).toEqual({
      at: '2026-12-17T18:59:59.999Z',
      kind: 'internal',
      working: '3 business days from 2026-12-10T20:00:00.000Z, set, to the end of 2026-12-17 in Asia/Almaty by the calendar of KZ-central-authority confirmed 2026-01-05; internal',
    });
  });

  it('cite the rule where an instrument counts in them', () => {
    expect(businessDueDate({ ...given, kind: 'legal', rule: 'X 1(2)', from: new Date('2026-12-10T20:00:00Z') })).toMatchObject({ rule: 'X 1(2)', working: expect.stringMatching(/; X 1\(2\)$/) });
  });

  it('are not reckoned without a calendar, by one nobody has confirmed, or beyond what it covers', () => {
    const from = new Date('2026-12-10T20:00:00Z');
    expect(businessDueDate({ ...given, from, calendar: undefined })).toMatchObject({ code: 'calendar.missing' });
    expect(businessDueDate({ ...given, from, calendar: { ...calendar, confirmedOn: null } })).toMatchObject({ code: 'calendar.unconfirmed' });
    expect(businessDueDate({ ...given, from, days: 30 })).toMatchObject({ code: 'calendar.not-covered', detail: expect.stringContaining('2027-01-01') });
    expect(() => businessDueDate({ ...given, from, days: 0 })).toThrow(RangeError);
  });
});
