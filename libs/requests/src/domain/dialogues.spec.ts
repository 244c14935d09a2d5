import type { Side } from '@comity/kernel';
import { profile } from '@comity/treaty';
import { decide, fileFacts, type Decision, type FileState } from './decide.js';
import { initialState } from './machines.js';
import type { Facts, MeasureContext } from './machine-parts.js';
import { closureTerm, consultedOn, tell } from './particulars.js';
import { termsEndedBy, termsSetBy } from './terms.js';

const AT = '2026-11-03T09:12:40.000Z';
const LATER = '2026-11-10T00:00:00Z';

/** A file whose letter is acknowledged, with one measure in the given state. */
function fileOf(side: Side, main: string, context: Partial<MeasureContext> = {}): FileState {
  const [letter, measure] = [initialState('letter', side), initialState('stored-data', side)];
  return {
    side,
    letter: { ...letter, value: { ...letter.value, main: 'acknowledged' } },
    measures: [{ no: 1, state: { ...measure, value: { ...measure.value, main }, context: { ...measure.context, ...context } as MeasureContext } }],
  };
}

function fire(file: FileState, type: string, payload: Record<string, unknown> = {}, more: Partial<Facts> & { instrumentId?: string; crossed?: string[]; on?: 'letter' } = {}): Decision {
  const { instrumentId = 'uncc-2024', crossed, on, ...facts } = more;
  const measure = on === 'letter' ? null : 1;
  return decide(
    file,
    { type, measure, payload, source: crossed || type.endsWith('ED') ? 'counterpart' : 'official', ...(crossed && { crossed }) },
    { v: 1, at: AT, instrument: { id: instrumentId, version: profile(instrumentId).version }, form: 'stored-data', requestedState: 'VN', conventionOffence: true, ...fileFacts(file, measure), ...facts },
  );
}

const after = (decision: Decision): FileState => {
  if (!decision.ok) throw new Error(decision.refusals.map((r) => r.code).join());
  return decision.file;
};
const codes = (decision: Decision): string[] => (decision.ok ? [] : decision.refusals.map((r) => r.code));
const opening = { subject: 'refusal', proposal: 'We consider refusing', term: LATER };
const refusal = { ground: 'essential-interests', reasons: 'Security' };

describe('the consultation (UNCC 40(28))', () => {
  it('does not count for a refusal when the State that opened it ends it before the other answered and before its term', () => {
    const opened = after(fire(fileOf('requested', 'underExamination'), 'OPEN_CONSULTATION', opening));
    const ended = after(fire(opened, 'END_CONSULTATION_WITHOUT_AGREEMENT', {}, { consultationTermPassed: false }));
    expect(codes(fire(ended, 'REFUSE', refusal))).toEqual(['consultation.required']);
  });

  it.each([
    ['its term has passed', (f: FileState) => fire(f, 'END_CONSULTATION_WITHOUT_AGREEMENT', {}, { consultationTermPassed: true })],
    ['the other State declared disagreement', (f: FileState) => fire(f, 'CONSULTATION_ENDED')],
    ['the other State agreed', (f: FileState) => fire(f, 'CONSULTATION_AGREED')],
  ])('counts when %s', (_, close) => {
    const opened = after(fire(fileOf('requested', 'underExamination'), 'OPEN_CONSULTATION', opening));
    expect(codes(fire(after(close(opened)), 'REFUSE', refusal))).toEqual([]);
  });

  it('counts when the requested State disagrees with what the requesting State proposed', () => {
    const opened = after(fire(fileOf('requested', 'underExamination'), 'CONSULTATION_OPENED', opening));
    expect(codes(fire(after(fire(opened, 'END_CONSULTATION_WITHOUT_AGREEMENT')), 'REFUSE', refusal))).toEqual([]);
  });

  it('is not opened with a term already over', () => {
    const decision = fire(fileOf('requested', 'underExamination'), 'OPEN_CONSULTATION', { ...opening, term: AT });
    expect(decision).toMatchObject({ ok: false, refusals: [{ code: 'term.passed', pointer: '/term' }] });
  });

  it('of the requesting State gives way to one opened at the same time, in what officials are shown, too', () => {
    const mine = tell({}, 'OPEN_CONSULTATION', opening, AT, 'requesting');
    const both = tell(mine, 'CONSULTATION_OPENED', { ...opening, subject: 'scope' }, LATER, 'requested');
    const closed = tell(both, 'CONSULTATION_LAPSED', {}, LATER, 'requested');
    expect(closed['consultations']).toMatchObject([{ openedBy: 'requesting', result: 'gave-way' }, { openedBy: 'requested', subject: 'scope', result: 'lapse' }]);
  });

  it('that the requested State opened and ended before its term was about nothing; the requesting State may end its own', () => {
    const endedBy = (side: Side, termRuns: boolean) =>
      consultedOn(tell(tell({}, 'OPEN_CONSULTATION', opening, AT, side), 'END_CONSULTATION_WITHOUT_AGREEMENT', {}, AT, side, { from: '', to: '', termRuns }));
    expect([endedBy('requested', true), endedBy('requested', false), endedBy('requesting', true)]).toEqual([[], ['refusal'], ['refusal']]);
    const heard = fileOf('requested', 'underExamination', { consulted: true });
    expect(codes(fire(heard, 'REFUSE', refusal, { consultedOn: [] }))).toEqual(['consultation.required']);
  });

  it('has the rule of the file\'s own profile on its term, and ends the term of one that gave way', () => {
    expect(termsSetBy('OPEN_CONSULTATION', opening, true, 'Budapest 27(6)')).toMatchObject([{ code: 'consultation', rule: 'Budapest 27(6)', fires: 'LAPSE_CONSULTATION' }]);
    expect(termsEndedBy('CONSULTATION_OPENED')).toEqual(['consultation']);
  });
});

describe('postponement', () => {
  it('UNCC 40(27), 40(28): waits for a closed consultation', () => {
    expect(codes(fire(fileOf('requested', 'granted'), 'POSTPONE', { reasons: 'Our hearing' }))).toEqual(['consultation.required']);
    expect(codes(fire(fileOf('requested', 'granted', { consulted: true }), 'POSTPONE', { reasons: 'Our hearing' }))).toEqual([]);
  });

  it('UNCC 40(28): a consultation about something else does not serve', () => {
    const heard = fileOf('requested', 'granted', { consulted: true });
    const examined = fileOf('requested', 'underExamination', { consulted: true });
    const refusal = { ground: 'essential-interests', reasons: 'Ours' };
    expect(codes(fire(heard, 'POSTPONE', { reasons: 'Our hearing' }, { consultedOn: ['costs'] }))).toEqual(['consultation.required']);
    expect(codes(fire(heard, 'POSTPONE', { reasons: 'Our hearing' }, { consultedOn: ['costs', 'postponement'] }))).toEqual([]);
    expect(codes(fire(examined, 'REFUSE', refusal, { consultedOn: ['timing'] }))).toEqual(['consultation.required']);
    expect(codes(fire(examined, 'REFUSE', refusal, { consultedOn: ['refusal'] }))).toEqual([]);
    const told = tell(tell({}, 'OPEN_CONSULTATION', { ...opening, subject: 'timing' }, AT, 'requesting'), 'CONSULTATION_AGREED', {}, LATER, 'requested');
    expect(consultedOn(told)).toEqual(['timing']);
  });

  it('Budapest 27(5), 27(7): waits for reasons, and for no consultation', () => {
    const budapest = { instrumentId: 'budapest-2001' };
    expect(codes(fire(fileOf('requested', 'granted'), 'POSTPONE', { reasons: 'Our hearing' }, budapest))).toEqual([]);
    expect(codes(fire(fileOf('requested', 'granted'), 'POSTPONE', {}, budapest))).toEqual(['reasons.required']);
  });
});

describe('confidentiality that cannot be kept (UNCC 40(20), Budapest 27(8))', () => {
  it('holds a postponed measure from being resumed into execution until it is decided', () => {
    const postponed = fileOf('requested', 'postponed', { resumeTo: 'executing' });
    const reported = after(fire(postponed, 'REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT', { explanation: 'The provider must tell its customer' }));
    expect(codes(fire(reported, 'RESUME'))).toEqual(['confidentiality.undecided']);
    expect(codes(fire(after(fire(reported, 'CONFIDENTIALITY_WAIVED')), 'RESUME'))).toEqual([]);
  });
});

describe('practice: a measure whose evidence was handed over', () => {
  it.each(['OFFER_CONDITIONS', 'RAISE_COSTS'])('takes no %s any more, until its receipt is disputed', (type) => {
    const transmitted = fileOf('requested', 'evidenceTransmitted');
    expect(codes(fire(transmitted, type))).toEqual(['measure.handed-over']);
    expect(codes(fire(after(fire(transmitted, 'RECEIPT_DISPUTED', { reason: 'A file is missing' })), type))).toEqual([]);
  });
});

describe('a measure that has its outcome', () => {
  it.each(['OFFER_CONDITIONS', 'RAISE_COSTS'])('takes no %s any more', (type) => {
    expect(codes(fire(fileOf('requested', 'refused'), type))).toEqual(['measure.ended']);
    expect(codes(fire(fileOf('requested', 'underExamination'), type))).toEqual([]);
  });
});

describe('closing for want of reply', () => {
  const asked = (side: Side): FileState => {
    const file = fileOf(side, side === 'requesting' ? 'underExamination' : 'underExamination');
    return { ...file, letter: { ...file.letter, value: { ...file.letter.value, information: 'asked' }, context: { ...file.letter.context, replyDue: true } as never } };
  };

  it('needs a notice whose term lies ahead', () => {
    expect(codes(fire(asked('requested'), 'GIVE_NOTICE_OF_CLOSURE', { term: AT, reason: 'No reply' }, { on: 'letter' }))).toEqual(['term.passed']);
    expect(codes(fire(asked('requested'), 'GIVE_NOTICE_OF_CLOSURE', { term: LATER, reason: 'No reply' }, { on: 'letter' }))).toEqual([]);
  });

  it('practice: is not noticed for a day before the one by which the reply was asked for, nor done before it', () => {
    const notice = (facts: Partial<Facts>) => codes(fire(asked('requested'), 'GIVE_NOTICE_OF_CLOSURE', { term: LATER, reason: 'No reply' }, { on: 'letter', ...facts }));
    expect(notice({ replyBy: '2026-11-11T00:00:00Z' })).toEqual(['closure.term-before-reply']);
    expect(notice({ replyBy: LATER })).toEqual([]);
    const question = tell({}, 'REQUEST_INFORMATION', { items: [], by: '2026-11-11T00:00:00Z' }, AT, 'requested');
    const noticed = tell(question, 'GIVE_NOTICE_OF_CLOSURE', { term: LATER, reason: 'No reply' }, AT, 'requested');
    expect([closureTerm(noticed), closureTerm(tell(noticed, 'INFORMATION_PROVIDED', {}, AT, 'requesting'))]).toEqual(['2026-11-11T00:00:00Z', LATER]);
  });

  it('practice: says that a question or notice which never left is to be sent first', () => {
    const noticed = asked('requested');
    const file = { ...noticed, letter: { ...noticed.letter, context: { ...noticed.letter.context, noticeGiven: true } as never } };
    const close = (facts: Partial<Facts>) => fire(file, 'CLOSE_FOR_WANT_OF_REPLY', {}, { on: 'letter', ...facts });
    expect(close({ noticeTermPassed: false, notLeft: ['CLOSURE_NOTICED'] })).toMatchObject({ ok: false, refusals: [{ code: 'closure.not-sent', rule: 'practice:closing-for-want-of-reply', force: 'practice' }] });
    expect(codes(close({ noticeTermPassed: true }))).toEqual([]);
  });

  it('notes a notice that crossed the answer, which has ended both its term and the duty to reply', () => {
    const answered = after(fire(asked('requesting'), 'PROVIDE_INFORMATION', { answer: 'Annex A' }, { on: 'letter' }));
    const decision = fire(answered, 'CLOSURE_NOTICED', { term: LATER, reason: 'No reply' }, { on: 'letter', crossed: ['INFORMATION_PROVIDED'] });
    expect(decision).toMatchObject({ ok: true, noted: expect.stringContaining('falls with the answer') });
    expect(termsEndedBy('INFORMATION_PROVIDED')).toEqual(['information', 'closure']);
  });
});
