import { consultationTermPassed, tell, type Particulars } from './particulars.js';
import { cameLate, countedFrom, givenUntil, timeGiven, type Sent } from './time-given.js';

const day = (n: number): Date => new Date(Date.UTC(2026, 10, n));
const iso = (n: number): string => day(n).toISOString();
const sent = (left: Date | null): (() => Sent) => () => ({ at: day(1), left });
const said = (...acts: [string, Record<string, unknown>][]): Particulars => acts.reduce((own, [type, payload]) => tell(own, type, payload, iso(1), 'requested'), {} as Particulars);
const consultation = said(['OPEN_CONSULTATION', { subject: 'refusal', proposal: 'We mean to refuse', term: iso(11) }]);

describe('UNCC 40(28): the time that a consultation gives the other State', () => {
  it.each([
    ['on the day', day(1), day(11)],
    ['before it was sealed, as officials note the minute', new Date(day(1).getTime() - 40_000), day(11)],
    ['when a tenth of it had passed', day(2), day(11)],
    ['when two days of ten had passed', day(3), day(13)],
    ['after the term', day(21), day(31)],
  ])('whose opening left %s', (_, left, until) => {
    expect(givenUntil('CONSULTATION_OPENED', consultation, 'requested', sent(left))).toEqual(until);
    expect(timeGiven(consultation, 'requested', new Date(until.getTime() - 1), sent(left))).toEqual({ consultationTermPassed: false });
    expect(timeGiven(consultation, 'requested', until, sent(left))).toEqual({ consultationTermPassed: true });
  });

  it('does not run while the opening waits, whatever the day', () => {
    expect(givenUntil('CONSULTATION_OPENED', consultation, 'requested', sent(null))).toBeNull();
    expect(timeGiven(consultation, 'requested', day(99), sent(null))).toEqual({ consultationTermPassed: false, notLeft: ['CONSULTATION_OPENED'] });
  });

  it('is not counted by messages where the other State opened it, or none is open', () => {
    expect(givenUntil('CONSULTATION_OPENED', consultation, 'requesting', sent(null))).toBeUndefined();
    expect(timeGiven(consultation, 'requesting', day(99), sent(null))).toEqual({});
    expect(timeGiven(tell(consultation, 'CONSULTATION_AGREED', {}, iso(2), 'requesting'), 'requested', day(99), sent(null))).toEqual({});
  });
});

describe('UNCC 40(28), decision 41: a message that came late, in the file of its receiver', () => {
  const opening = { subject: 'refusal', proposal: 'We mean to refuse', term: iso(11) };
  const late = { on: iso(21), until: iso(31) };

  it('gives as long as its sender meant; one that came in time gives what is written, and one that gives no time nothing', () => {
    expect(cameLate('CONSULTATION_OPENED', opening, day(1), day(21))).toEqual(late);
    expect(cameLate('CONSULTATION_OPENED', opening, day(1), day(2))).toBeUndefined();
    expect(cameLate('INFORMATION_REQUESTED', { items: [], by: iso(11) }, day(1), day(3))).toEqual({ on: iso(3), until: iso(13) });
    expect(cameLate('INFORMATION_REQUESTED', { items: [] }, day(1), day(3))).toBeUndefined();
    expect(cameLate('CORRESPONDENCE', { term: iso(11) }, day(1), day(21))).toBeUndefined();
  });

  it('sets a term that says so', () => {
    const term = { code: 'consultation', kind: 'agreed', dueAt: iso(11), working: 'stated' } as const;
    expect(countedFrom(term, late)).toEqual({ ...term, dueAt: iso(31), working: `stated, ${iso(11)}; it came on ${iso(21)}, and the time given runs from then` });
    expect(countedFrom(term, undefined)).toBe(term);
  });

  it('opened a consultation that is ended before its time until then, as its sender counts', () => {
    const own = tell({}, 'CONSULTATION_OPENED', opening, iso(21), 'requested', { from: '', to: '', timeRunsUntil: late.until });
    for (const at of [day(30), day(31)]) expect(consultationTermPassed(own, at)).toBe(givenUntil('CONSULTATION_OPENED', consultation, 'requested', sent(day(21)))! <= at);
    expect([day(10), day(11)].map((at) => consultationTermPassed(consultation, at))).toEqual([false, true]);
  });
});

describe('practice: the time that a notice gives the other State', () => {
  const notice = said(['REQUEST_INFORMATION', { items: [], by: iso(6) }], ['GIVE_NOTICE_OF_CLOSURE', { term: iso(11), reason: 'No reply' }]);
  const release = said(['GIVE_NOTICE_OF_RELEASE', { term: iso(11), reason: 'The period ends' }]);
  const left = (question: Date | null, closure: Date | null) => (type: string) => ({ at: day(1), left: type === 'CLOSURE_NOTICED' ? closure : question });

  it('of closure runs when both the question and the notice have left, and for as long as each gave', () => {
    const given = (at: number, question: Date | null, closure: Date | null) => timeGiven(notice, 'requested', day(at), left(question, closure));
    expect(given(11, day(1), day(1))).toEqual({ noticeTermPassed: true, noticeRunsUntil: iso(11), replyBy: iso(6) });
    expect(given(11, day(1), day(5))).toEqual({ noticeTermPassed: false, noticeRunsUntil: iso(15), replyBy: iso(6) });
    expect(given(15, day(1), day(5))).toMatchObject({ noticeTermPassed: true });
    expect(given(15, day(11), day(5))).toEqual({ noticeTermPassed: false, noticeRunsUntil: iso(15), replyBy: iso(16) });
    expect(given(99, day(1), null)).toEqual({ noticeTermPassed: false, replyBy: iso(6), notLeft: ['CLOSURE_NOTICED'] });
    expect(given(99, null, null)).toEqual({ noticeTermPassed: false, notLeft: ['CLOSURE_NOTICED', 'INFORMATION_REQUESTED'] });
    expect(timeGiven(notice, 'requesting', day(99), left(null, null))).toEqual({});
    // A question without a day has left, too.
    expect(timeGiven(said(['REQUEST_INFORMATION', { items: [] }], ['GIVE_NOTICE_OF_CLOSURE', { term: iso(11), reason: 'No reply' }]), 'requested', day(99), left(null, day(1)))).toMatchObject({ noticeTermPassed: false, notLeft: ['INFORMATION_REQUESTED'] });
    expect(['CLOSURE_NOTICED', 'INFORMATION_REQUESTED', 'RELEASE_NOTICED'].map((type) => givenUntil(type, notice, 'requested', left(day(11), day(5))))).toEqual([day(15), day(16), undefined]);
  });

  it('of release runs from when it left', () => {
    expect(timeGiven(release, 'requested', day(11), sent(day(1)))).toEqual({ releaseTermPassed: true, noticeRunsUntil: iso(11) });
    expect(timeGiven(release, 'requested', day(11), sent(day(9)))).toEqual({ releaseTermPassed: false, noticeRunsUntil: iso(19) });
    expect(timeGiven(release, 'requested', day(99), sent(null))).toEqual({ releaseTermPassed: false, notLeft: ['RELEASE_NOTICED', 'EXTENSION_DECLINED'] });
  });

  it('of release does for nothing while the answer to the extension asked for waits (UNCC 42(9))', () => {
    const declined = (type: string) => ({ at: day(1), left: type === 'EXTENSION_DECLINED' ? null : day(1) });
    expect(timeGiven(release, 'requested', day(99), declined)).toMatchObject({ releaseTermPassed: false, notLeft: ['EXTENSION_DECLINED'] });
  });
});
