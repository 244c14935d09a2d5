import type { Side } from '@comity/kernel';
import { FINAL_MEASURE_STATES, type FileState, type LetterContext, type MeasureContext } from '../../libs/requests/src/domain/index.js';
import { GHOST } from './ghost.js';
import type { Properties } from './joint-model.js';

const value = (file: FileState, region: string): string => file.measures[0]!.state.value[region] ?? file.letter.value[region]!;
const main = (file: FileState): string => file.measures[0]!.state.value['main']!;
const letter = (file: FileState): string => file.letter.value['main']!;
const ended = (file: FileState): boolean => file.measures.every((m) => FINAL_MEASURE_STATES.has(m.state.value['main']!));
const endedOne = (file: FileState, no: number | null): boolean => no !== null && FINAL_MEASURE_STATES.has(file.measures.find((m) => m.no === no)?.state.value['main'] ?? '');

/** How the requesting State calls what the requested State is in, where the names differ. */
const SAME_MAIN: Record<string, string> = { received: 'requested', evidenceTransmitted: 'evidenceReceived', pathDisclosed: 'pathReceived' };
const SAME_CONSULTATION: Record<string, string> = { openedHere: 'openedThere', openedThere: 'openedHere' };
const SAME_LETTER: Record<string, string> = { received: 'transmitted' };

/** What the two treaties say of grounds, told here a second time: from the treaty, not from the profiles. */
const LAW: Record<string, { forbidden: Set<string>; consult: Set<string>; listed: Set<string>; consultToPostpone: boolean }> = {
  'uncc-2024': {
    forbidden: new Set(['fiscal-matters-alone', 'bank-secrecy']),
    consult: new Set(['not-in-conformity', 'essential-interests', 'barred-for-similar-domestic-case', 'contrary-to-legal-system']),
    listed: new Set([
      'dual-criminality-absent', 'de-minimis-or-available-elsewhere', 'not-in-conformity', 'essential-interests', 'barred-for-similar-domestic-case',
      'contrary-to-legal-system', 'persecution', 'personal-data-law',
    ]),
    consultToPostpone: true,
  },
  'budapest-2001': {
    forbidden: new Set(['fiscal-matters-alone']),
    consult: new Set(),
    listed: new Set(['dual-criminality-absent', 'requested-law-condition', 'political-offence', 'essential-interests']),
    consultToPostpone: false,
  },
};

/** UNCC 42(4)-(6): expedited preservation has its own short list, and no condition of form or of dual criminality. */
const PRESERVATION_LAW = {
  forbidden: new Set(['fiscal-matters-alone', 'bank-secrecy']),
  consult: new Set<string>(),
  listed: new Set(['essential-interests', 'barred-for-similar-domestic-case', 'persecution']),
  consultToPostpone: true,
};

/** UNCC 41(3)(e) has no list of grounds; by practice those of mutual legal assistance, without a consultation that would cost time. */
const EMERGENCY_LAW = {
  forbidden: new Set(['fiscal-matters-alone', 'bank-secrecy']),
  consult: new Set<string>(),
  listed: new Set([
    'dual-criminality-absent', 'essential-interests', 'barred-for-similar-domestic-case', 'contrary-to-legal-system', 'persecution', 'personal-data-law',
    'not-permitted-by-law-or-practice',
  ]),
  consultToPostpone: true,
};
/** UNCC 40(31) adds a ground of its own to those of stored data. */
const ASSISTANCE_LAW = { ...LAW['uncc-2024']!, listed: new Set([...LAW['uncc-2024']!.listed, 'records-not-public']) };
/** UNCC 45(2), 46. */
const REAL_TIME_LAW = { ...LAW['uncc-2024']!, listed: new Set([...LAW['uncc-2024']!.listed, 'not-available-in-similar-domestic-case']) };
const LAW_OF_FORM: Record<string, (typeof LAW)[string]> = { 'mutual-legal-assistance': ASSISTANCE_LAW, 'real-time-traffic': REAL_TIME_LAW, interception: REAL_TIME_LAW, preservation: PRESERVATION_LAW, 'emergency-disclosure': EMERGENCY_LAW };
/** UNCC 43(2), with 36(1) for personal data as the table of grounds has it; Budapest 30(2). */
const PATH_LAW: typeof LAW = {
  'uncc-2024': { ...PRESERVATION_LAW, listed: new Set([...PRESERVATION_LAW.listed, 'personal-data-law']) },
  'budapest-2001': { ...PRESERVATION_LAW, listed: new Set(['political-offence', 'essential-interests']) },
};
const namesProvider = (payload: Record<string, unknown>): boolean => (payload['path'] as { provider?: string; state?: string }[]).some((e) => e.provider !== undefined && e.state !== 'VN');

type Check = (a: Parameters<Properties['act']>[0], b: { files: Record<Side, FileState>; has: (flag: keyof typeof GHOST) => boolean; law: (typeof LAW)[string] }) => boolean;

const refusing: Check = ({ type, payload }) => type === 'REFUSE' || (type === 'DECIDE_TRANSMISSION' && payload['outcome'] === 'denied');
const releasing: Check = ({ type, payload }) => type === 'TRANSMIT_EVIDENCE' || (type === 'DECIDE_TRANSMISSION' && payload['outcome'] !== 'denied');
const resumesExecution: Check = ({ type }, { files }) => type === 'RESUME' && (files.requested.measures[0]!.state.context as MeasureContext).resumeTo === 'executing';

const consented: (a: Parameters<Check>[0], b: Parameters<Check>[1]) => boolean = ({ payload, facts }, { has }) => {
  const use = facts['use'] as { consent?: string } | undefined;
  return use?.consent === 'fits' && ((payload['consent'] === 1 && has('consent1')) || (payload['consent'] === 2 && has('consent2')));
};

/** What no act may do. The key names the rule that would be broken. */
const ACTS_THAT_BREAK: Record<string, Check> = {
  'UNCC 40(23), 40(24), Budapest 25(4): refused on a forbidden ground': (a, b) => refusing(a, b) && b.law.forbidden.has(String(a.payload['ground'])),
  'UNCC 40(21), Budapest 27(4): refused on a ground the treaty does not list': (a, b) => refusing(a, b) && !b.law.listed.has(String(a.payload['ground'])),
  'UNCC 40(25), Budapest 27(7): refused without reasons': (a, b) => refusing(a, b) && !a.payload['reasons'],
  'UNCC 40(28): refused under 40(21) without a closed consultation': (a, b) => refusing(a, b) && b.law.consult.has(String(a.payload['ground'])) && !b.has('heard'),
  'UNCC 40(28): postponed without a closed consultation': ({ type }, { law, has }) => type === 'POSTPONE' && law.consultToPostpone && !has('heard'),
  'Budapest 27(7): postponed without reasons': ({ type, payload }) => type === 'POSTPONE' && !payload['reasons'],
  'UNCC 40(28): consultation opened with a term already over': ({ type, payload }) => type === 'OPEN_CONSULTATION' && payload['term'] === PAST,
  'practice to UNCC 24(4): executed without an authorisation on record': ({ type }, { has }) => type === 'BEGIN_EXECUTION' && !has('authorised'),
  'practice to UNCC 40(12): executed without a competent authority': ({ type }, { has }) => type === 'BEGIN_EXECUTION' && !has('assigned'),
  'UNCC 40(30): executed while costs are unanswered': ({ type }, { has }) => type === 'BEGIN_EXECUTION' && has('costs'),
  'practice to UNCC 40(20), Budapest 27(8): gone on while confidentiality is undecided': (a, b) => (['GRANT', 'BEGIN_EXECUTION'].includes(a.type) || releasing(a, b) || resumesExecution(a, b)) && b.has('confidentiality'),
  'practice to UNCC 40(28): granted or released while conditions are unanswered': (a, b) => (a.type === 'GRANT' || releasing(a, b)) && b.has('conditions'),
  'evidence transmitted before a decision to release it stands': ({ type }, { has }) => type === 'TRANSMIT_EVIDENCE' && !has('released'),
  'evidence transmitted from a package that is not sealed': ({ type, facts }) => ['TRANSMIT_EVIDENCE', 'DISCLOSE'].includes(type) && !(facts['evidencePackage'] as { sealed: boolean } | undefined)?.sealed,
  'UNCC 24(2): released while a hold is open': ({ type, payload }, { has }) => type === 'DECIDE_TRANSMISSION' && payload['outcome'] !== 'denied' && has('hold'),
  'receipt confirmed of evidence whose hashes do not match': ({ type, facts }) => type === 'CONFIRM_RECEIPT' && facts['receipt'] !== 'verified',
  'practice: transmitted by the one who drafted': ({ type, facts }) => type === 'TRANSMIT' && facts['actorDrafted'] === true && facts['duty'] !== true,
  'practice: another form transmitted by a duty officer': ({ type, facts }) => type === 'TRANSMIT' && facts['dutyOnly'] === true && facts['duty'] !== true,
  'practice: transmitted from the draft by somebody not on duty': ({ type, facts }, { files }) => type === 'TRANSMIT' && letter(files.requesting) === 'draft' && facts['duty'] !== true,
  'practice: a duty officer reviewed what he did alone': ({ type, facts }) => ['CONFIRM_DUTY_ACT', 'OBJECT_TO_DUTY_ACT'].includes(type) && facts['actedAlone'] === true,
  'practice: disclosed over the objection of a second person': ({ type }, { has }) => type === 'DISCLOSE' && has('objected'),
  'UNCC 41(3)(e): disclosed before the sender was verified by call-back': ({ type }, { has }) => type === 'DISCLOSE' && !has('verified'),
  'practice: called back over a number the directory does not hold': ({ type, facts }) => type === 'RECORD_CALL_BACK' && facts['callBackHeld'] !== true,
  'practice: called back before the request came': ({ type, payload }) => type === 'RECORD_CALL_BACK' && payload['calledAt'] === PAST,
  'practice: disclosed while conditions are unanswered': ({ type }, { has }) => type === 'DISCLOSE' && has('conditions'),
  'practice: disclosed with a term for the formal request that is over': ({ type, payload }) => type === 'DISCLOSE' && payload['formalRequestBy'] === PAST,
  'UNCC 40(15): transmitted while contents are lacking': ({ type, facts }) => type === 'TRANSMIT' && Array.isArray(facts['lacking']),
  'practice: closed for want of reply without notice, or before its term': ({ type, facts }, { has }) => type === 'CLOSE_FOR_WANT_OF_REPLY' && (!has('notice') || facts['noticeTermPassed'] !== true),
  'practice: notice of closure with no reply outstanding': ({ type }, { files }) => type === 'GIVE_NOTICE_OF_CLOSURE' && files.requested.letter.value['information'] !== 'asked',
  'UNCC 42(8): data reported secured for less than 60 days': ({ type, payload }) => type === 'REPORT_SECURED' && payload['until'] === SHORT,
  'UNCC 42(8): a new preservation of data still there for less than 60 days': ({ type, payload }, { files }) => type === 'EXTEND' && payload['until'] === SHORT && askedLate(files.requested),
  'UNCC 40(21): a new preservation of data still there declined on no ground, or on one the treaty does not list': ({ type, payload }, { files, law }) =>
    type === 'DECLINE_EXTENSION' && askedLate(files.requested) && !law.listed.has(String(payload['ground'])),
  'practice: notice of release with a term already over': ({ type, payload }) => type === 'GIVE_NOTICE_OF_RELEASE' && payload['term'] === PAST,
  'UNCC 42(8): data still secured, and given up otherwise than by their release': ({ type, no }, { files }) => no === 1 && ['REFUSE', 'REFER', 'REPORT_EXECUTION'].includes(type) && stillSecured(files.requested),
  'UNCC 42(4): the only custodian reported to have nothing, and the measure left open': ({ type, facts }) => type === 'REPORT_CUSTODIAN_WITHOUT_DATA' && (facts['outstanding'] as string[]).length < 2,
  'UNCC 42(7): ordered or secured while a warning is undecided': ({ type }, { has }) => ['ORDER_PRESERVATION', 'REPORT_SECURED'].includes(type) && (has('warned') || has('warnedAgain')),
  'UNCC 42(8): released while a measure that continues the preservation awaits its decision or its data': ({ type, facts }) => type === 'RELEASE' && ['waiting', 'granted', 'grace'].includes(String(facts['linked'])),
  'UNCC 42(8): released before the period ended, though still required': ({ type, facts }, { files }) => type === 'RELEASE' && facts['periodOver'] !== true && stillRequired(files.requested),
  'practice: released without notice, or before its term': ({ type, facts }, { files, has }) => type === 'RELEASE' && stillRequired(files.requested) && (!has('releaseNotice') || facts['releaseTermPassed'] !== true),
  'UNCC 40(19): used in another proceeding without a consent that covers it': (a, b) =>
    a.type === 'RECORD_USE' && (a.facts['use'] as { other?: boolean } | undefined)?.other === true && !consented(a, b) && !(a.payload['kind'] === 'use' && a.payload['notice'] === 1 && b.has('disclosure')),
  'UNCC 36(3): personal data transferred onward without authorization': (a, b) =>
    a.type === 'RECORD_USE' && a.payload['kind'] === 'onward-transfer' && a.payload['personalData'] === true && !consented(a, b),
  'UNCC 40(5): use of information that is not there': ({ type, side }, { files }) =>
    USES.has(type) && files[side].measures[0]!.state.chart === 'spontaneous-information' && !(side === 'requested' && ['received', 'completed'].includes(main(files.requested))),
  'UNCC 40(19): use of evidence that is not there': ({ type }, { files }) =>
    files.requesting.measures[0]!.state.chart !== 'spontaneous-information' && USES.has(type) && !FURNISHED.has(main(files.requesting)),
  'UNCC 43(1): a path disclosed that names no provider in another State': ({ type, payload }) => type === 'DISCLOSE_PATH' && !namesProvider(payload),
  'UNCC 43: a request opened to a State that the path does not lead to, or a second time': ({ type, facts }) => {
    const { leads, followedBy, known } = (facts['path'] ?? {}) as Record<string, unknown>;
    return type === 'FOLLOW_PATH' && leads !== 'home' && (leads !== 'on' || followedBy !== undefined || known === false);
  },
  'UNCC 40(9): a detained person handed over without consent, or without an authorisation': ({ type }, { has }) => type === 'HAND_OVER_PERSON' && !(has('personConsented') && has('authorised')),
  'UNCC 40(27): a detained person handed over while the measure is postponed': ({ type }, { files }) => type === 'HAND_OVER_PERSON' && main(files.requested) === 'postponed',
  'UNCC 40(9): a person handed over who is not detained': ({ type, facts }) => type === 'HAND_OVER_PERSON' && facts['assistance'] !== 'transfer-of-detained-person',
  'UNCC 40(29): safe conduct for less than 15 days': ({ type, payload }) => type === 'RELEASE_FROM_PRESENCE' && payload['until'] === SHORT_STAY,
  'UNCC 40(29): safe conduct ended while it runs': ({ type, facts }, { files }) => type === 'END_SAFE_CONDUCT' && value(files.requesting, 'person') === 'mayLeave' && facts['safeConductUntil'] !== PAST,
  'practice: closed while a person is away': ({ type, side }, { files }) => type === 'CLOSE' && ['inCustody', 'present', 'mayLeave'].includes(value(files[side], 'person')),
  'a letter sent again that was recalled': ({ type }, { files }) => ['RESEND', 'CHANGE_CHANNEL'].includes(type) && (files.requesting.letter.context as LetterContext).recalled === true,
  'closed with an open measure': ({ type, side }, { files }) => type === 'CLOSE' && !ended(files[side]),
  'the assistance of a measure that has its outcome was taken up again': ({ type, side, no }, { files }) => side === 'requested' && endedOne(files.requested, no) && MAIN_ACTS.has(type),
};

/** 59 days after the models' clock reading, and a second less than that. */
export const SHORT = '2027-01-01T09:12:39.000Z';
/** A new preservation was asked for after the period, of data that were not released. */
const askedLate = (file: FileState): boolean => (file.measures[0]!.state.context as MeasureContext).askedLate === true;
const stillSecured = (file: FileState): boolean => file.measures[0]!.state.chart === 'preservation' && (file.measures[0]!.state.context as MeasureContext).secured;
const stillRequired = (file: FileState): boolean => (file.measures[0]!.state.context as MeasureContext).noLongerRequired !== true;

/** 14 days after a person was told, and a second less than another: see `appearing` in models.ts. */
export const SHORT_STAY = '2026-11-17T09:12:39.000Z';

/** Main states in which evidence, or a path, is with the requesting State. */
const FURNISHED = new Set(['evidenceReceived', 'pathReceived', 'completed']);
const USES = new Set(['RECORD_USE', 'REQUEST_USE_CONSENT', 'NOTIFY_EXCULPATORY_DISCLOSURE']);

/** A term before the clock reading of the models. */
export const PAST = '2026-11-01T00:00:00.000Z';
const MAIN_ACTS = new Set([
  'EXAMINE', 'GRANT', 'REFUSE', 'POSTPONE', 'RESUME', 'REFER', 'ASSIGN', 'AUTHORISE', 'BEGIN_EXECUTION', 'REPORT_EXECUTION', 'DECIDE_TRANSMISSION',
  'TRANSMIT_EVIDENCE', 'ORDER_DISCLOSURE', 'DISCLOSE', 'ANSWER_QUERY', 'DECLINE_QUERY', 'SECURE', 'PLACE_HOLD', 'OFFER_CONDITIONS', 'RAISE_COSTS', 'DISCLOSE_PATH',
]);

/** Consents a model goes as far as. */
export const CONSENTS = 2;
const memory = (file: FileState): MeasureContext => file.measures[0]!.state.context as MeasureContext;
const consents = (file: FileState): readonly string[] => memory(file).consents ?? [];
const notices = (file: FileState): number => memory(file).notices ?? 0;

/** Acts that the law keeps open in certain states. The key names the rule. */
const ALWAYS_OPEN: Record<string, { side: Side; act: string; when(file: FileState): boolean }> = {
  'UNCC 40(26): a measure cannot be withdrawn here': {
    side: 'requesting', act: 'WITHDRAW_MEASURE',
    when: (f) => !['draft', 'withdrawing', 'evidenceReceived', 'pathReceived'].includes(main(f)) && !FINAL_MEASURE_STATES.has(main(f)) && letter(f) !== 'closed',
  },
  'UNCC 40(27): a postponed measure cannot be resumed here': {
    side: 'requested', act: 'RESUME', when: (f) => main(f) === 'postponed' && letter(f) === 'acknowledged' && value(f, 'confidentiality') !== 'reported',
  },
  'UNCC 40(28): the requesting State cannot open a consultation here': {
    side: 'requesting', act: 'OPEN_CONSULTATION', when: (f) => ['none', 'agreed', 'withoutAgreement'].includes(value(f, 'consultation')) && ['transmitted', 'acknowledged'].includes(letter(f)),
  },
  'UNCC 40(28): the requested State cannot open a consultation here': {
    side: 'requested', act: 'OPEN_CONSULTATION', when: (f) => ['none', 'agreed', 'withoutAgreement'].includes(value(f, 'consultation')) && ['received', 'acknowledged'].includes(letter(f)),
  },
  'UNCC 40(22): a measure cannot be refused here': {
    side: 'requested', act: 'REFUSE', when: (f) => ['underExamination', 'granted', 'executing', 'postponed'].includes(main(f)) && letter(f) === 'acknowledged',
  },
  'UNCC 40(16): additional information cannot be asked for here': {
    side: 'requested', act: 'REQUEST_INFORMATION', when: (f) => letter(f) === 'acknowledged' && value(f, 'information') !== 'asked',
  },
  'UNCC 40(26): a status query cannot be answered here': { side: 'requested', act: 'ANSWER_STATUS', when: (f) => value(f, 'status') === 'queried' },
  'UNCC 41(3)(e): the data cannot be ordered in an emergency here': { side: 'requested', act: 'ORDER_DISCLOSURE', when: (f) => main(f) === 'received' && ['received', 'acknowledged'].includes(letter(f)) },
  'UNCC 41(3): a query cannot be answered here': { side: 'requested', act: 'ANSWER_QUERY', when: (f) => main(f) === 'received' && ['received', 'acknowledged'].includes(letter(f)) },
  'UNCC 42(4): preservation cannot be ordered here': { side: 'requested', act: 'ORDER_PRESERVATION', when: (f) => main(f) === 'received' && ['received', 'acknowledged'].includes(letter(f)) && value(f, 'warning') !== 'warned' },
  'UNCC 42(7): a warning cannot be decided on here': { side: 'requesting', act: 'INSIST_ON_EXECUTION', when: (f) => (memory(f).warnings ?? []).includes('standing') && letter(f) === 'acknowledged' && !FINAL_MEASURE_STATES.has(main(f)) },
  'UNCC 42(9): an extension cannot be asked for here': {
    side: 'requesting', act: 'REQUEST_EXTENSION', when: (f) => main(f) === 'secured' && letter(f) === 'acknowledged',
  },
  'UNCC 40(19), 36(3): consent cannot be asked for here': {
    side: 'requesting', act: 'REQUEST_USE_CONSENT', when: (f) => FURNISHED.has(main(f)) && consents(f).length < CONSENTS,
  },
  'UNCC 40(19), 36(3): consent cannot be granted here': { side: 'requested', act: 'GRANT_USE_CONSENT', when: (f) => consents(f).includes('asked') },
  'UNCC 40(19), 36(3): consent cannot be declined here': { side: 'requested', act: 'DECLINE_USE_CONSENT', when: (f) => consents(f).includes('asked') },
  'UNCC 40(5), 40(19): exculpatory disclosure cannot be notified here': {
    side: 'requesting', act: 'NOTIFY_EXCULPATORY_DISCLOSURE', when: (f) => FURNISHED.has(main(f)) && notices(f) === 0,
  },
  'UNCC 43(1): the disclosure of a path cannot be opened here': {
    side: 'requested', act: 'OPEN_DISCLOSURE', when: (f) => ['ordered', 'secured', 'extensionAsked'].includes(main(f)) && letter(f) === 'acknowledged' && f.measures.length === 1,
  },
  'UNCC 43(1): the path cannot be disclosed here': {
    side: 'requested', act: 'DISCLOSE_PATH', when: (f) => f.measures.some((m) => m.state.chart === 'preserved-traffic-data' && m.state.value['main'] === 'received') && letter(f) === 'acknowledged',
  },
  'UNCC 43: a path cannot be followed here': { side: 'requesting', act: 'FOLLOW_PATH', when: (f) => f.measures.some((m) => m.state.chart === 'preserved-traffic-data' && ['pathReceived', 'completed'].includes(m.state.value['main']!)) },
  'practice: a letter closed for want of reply cannot be reopened here': { side: 'requested', act: 'REOPEN', when: (f) => letter(f) === 'closedForWantOfReply' },
  'UNCC 40(10): a person in custody cannot be returned here': { side: 'requesting', act: 'RETURN_PERSON', when: (f) => value(f, 'person') === 'inCustody' },
  'UNCC 40(29): that a person left cannot be recorded here': { side: 'requesting', act: 'RECORD_DEPARTURE', when: (f) => ['present', 'mayLeave'].includes(value(f, 'person')) },
  'received evidence cannot be disputed here': { side: 'requesting', act: 'DISPUTE_RECEIPT', when: (f) => main(f) === 'evidenceReceived' },
  'a failed message cannot be sent again here': { side: 'requesting', act: 'RESEND', when: (f) => value(f, 'delivery') === 'failed' && !(f.letter.context as LetterContext).recalled },
};

/** Names of all properties, for the report. */
export const PROPERTY_NAMES: readonly string[] = [
  'no message arrives that its receiver does not handle', 'an end is reachable from everywhere', 'with empty channels both files tell the same',
  ...Object.keys(ACTS_THAT_BREAK), ...Object.keys(ALWAYS_OPEN),
];

const act: Properties['act'] = (what, { files, ghost }, model) => {
  const has = (flag: keyof typeof GHOST) => (ghost & GHOST[flag]) !== 0;
  const law = LAW_OF_FORM[model.form] ?? (model.form === 'preserved-traffic-data' ? PATH_LAW : LAW)[model.instrument.id]!;
  for (const name in ACTS_THAT_BREAK) if (ACTS_THAT_BREAK[name]!(what, { files, has, law })) return name;
  return null;
};

/** What must hold of a letter with one measure, told from acts and the names of states, not from the rules. */
export const PROPERTIES: Properties = {
  act,

  file(side, file, possible, asked) {
    for (const [name, open] of Object.entries(ALWAYS_OPEN)) {
      if (open.side === side && asked.has(open.act) && open.when(file) && !possible.has(open.act)) return name;
    }
    return null;
  },

  quiescent({ requesting, requested }, { byLetter }) {
    if (['draft', 'inReview', 'abandoned'].includes(letter(requesting))) return null;
    if ((requesting.letter.context as LetterContext).recalled) return main(requesting) === 'withdrawn' && letter(requested) === 'awaited' ? null : 'a letter recalled that the other State has';
    // What was not told cannot be known; outcomes are told, and closings.
    if (byLetter) {
      if (ended(requested) && main(requesting) !== main(requested)) return `the files differ on the outcome: ${main(requesting)} here and ${main(requested)} there`;
      if (ended(requesting) && !ended(requested)) return `an outcome that was not told: ${main(requesting)}`;
      return letter(requested) === 'closed' && letter(requesting) !== 'closed' ? 'the files differ on the closing of the letter' : null;
    }
    const here = main(requesting);
    const there = here === 'sent' && main(requested) === 'received' ? here : (SAME_MAIN[main(requested)] ?? main(requested));
    // Withdrawn after the data were secured: an official of the requested State lets them go, and that answers it.
    const lettingGo = here === 'withdrawing' && there === 'secured' && !stillRequired(requested);
    // A new preservation asked for of data still there is answered like an extension.
    const answering = here === 'requested' && there === 'extensionAsked' && askedLate(requested);
    if (here !== there && !lettingGo && !answering) return `the files differ on the measure: ${here} here and ${there} there`;
    if (requesting.measures.length !== requested.measures.length) return 'the files differ on how many measures there are';
    for (const [i, { no, state }] of requesting.measures.entries()) {
      const other = requested.measures[i]!.state.value['main']!;
      if (i > 0 && state.value['main'] !== (SAME_MAIN[other] ?? other)) return `the files differ on measure ${no}: ${state.value['main']} here and ${other} there`;
    }
    const narrowed = (file: FileState) => (file.measures[0]!.state.context as MeasureContext).narrowed;
    if (narrowed(requesting) !== narrowed(requested)) return 'the files differ on what was released';
    if (JSON.stringify(consents(requesting)) !== JSON.stringify(consents(requested))) return 'the files differ on the consents to use';
    if (notices(requesting) !== notices(requested)) return 'the files differ on notices of disclosure';
    for (const region of ['use', 'conditions', 'costs', 'confidentiality', 'warning', 'callBack', 'person', 'information', 'status']) {
      if (value(requesting, region) !== value(requested, region)) return `the files differ on ${region}`;
    }
    const seen = value(requesting, 'consultation');
    if (seen !== (SAME_CONSULTATION[value(requested, 'consultation')] ?? value(requested, 'consultation'))) return 'the files differ on the consultation';
    const noticed = (file: FileState) => (file.letter.context as LetterContext).noticeGiven;
    if (letter(requested) !== 'closed' && noticed(requesting) !== noticed(requested)) return 'the files differ on the notice of closure';
    // Nothing more can be done in a letter that both have closed: who waits for an answer in it waits for ever.
    if (letter(requesting) === 'closed' && letter(requested) === 'closed' && !(ended(requesting) && ended(requested))) return 'both files are closed, and a measure has no outcome';
    const letters = [letter(requesting), SAME_LETTER[letter(requested)] ?? letter(requested)];
    return letters[0] === letters[1] ? null : `the files differ on the letter: ${letters[0]} here and ${letters[1]} there`;
  },

  isEnd({ requesting, requested }, { end }) {
    if (letter(requesting) === 'abandoned' || (requesting.letter.context as LetterContext).recalled) return true;
    return ended(requesting) && ended(requested) && (end === 'outcome' || (letter(requesting) === 'closed' && letter(requested) === 'closed'));
  },
};
