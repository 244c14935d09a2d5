import type { AnyStateMachine } from 'xstate';
import { ACTS, CHARTS, MESSAGES } from '../domain/index.js';
import { MILESTONES, typesReaching } from './figures.js';

const TYPES = [...Object.keys(ACTS), ...Object.keys(MESSAGES)];
const reachedBy = (type: string): string[] => MILESTONES.filter((milestone) => typesReaching(milestone, TYPES).includes(type)).map(({ name }) => name);

/** Acts after which nothing is decided, secured, executed, given or closed that was not before: a new act belongs here or to a milestone. */
const REACH_NONE = [
  // The letter: its drafting, its beginning, and what is said about it.
  'SUBMIT_FOR_REVIEW', 'RETURN_FOR_CHANGES', 'TRANSMIT', 'ABANDON', 'WITHDRAW', 'QUERY_STATUS', 'ANSWER_STATUS', 'REQUEST_INFORMATION', 'PROVIDE_INFORMATION', 'GIVE_NOTICE_OF_CLOSURE',
  'REOPEN', 'SEND_CORRESPONDENCE', 'FORWARD', 'RESEND', 'CHANGE_CHANNEL',
  // Preservation: what follows its order or its report, and what is said of one custodian.
  'REPORT_CUSTODIAN_WITHOUT_DATA', 'WARN', 'INSIST_ON_EXECUTION', 'REQUEST_EXTENSION', 'EXTEND', 'DECLINE_EXTENSION', 'GIVE_NOTICE_OF_RELEASE', 'RELEASE', 'OPEN_DISCLOSURE',
  // On the way to a decision, and between it and its execution.
  'RECORD_CALL_BACK', 'CONFIRM_DUTY_ACT', 'OBJECT_TO_DUTY_ACT', 'EXAMINE', 'OFFER_CONDITIONS', 'ACCEPT_CONDITIONS', 'DECLINE_CONDITIONS', 'RAISE_COSTS', 'ACCEPT_COSTS', 'DECLINE_COSTS',
  'REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT', 'PROCEED_WITHOUT_CONFIDENTIALITY', 'POSTPONE', 'RESUME', 'ASSIGN', 'AUTHORISE', 'BEGIN_EXECUTION', 'PLACE_HOLD', 'LIFT_HOLD',
  'OPEN_CONSULTATION', 'AGREE_IN_CONSULTATION', 'END_CONSULTATION_WITHOUT_AGREEMENT', 'WITHDRAW_MEASURE',
  // After what was asked for was given.
  'FOLLOW_PATH', 'DISPUTE_RECEIPT', 'REQUEST_USE_CONSENT', 'GRANT_USE_CONSENT', 'DECLINE_USE_CONSENT', 'RECORD_USE', 'NOTIFY_EXCULPATORY_DISCLOSURE',
  // A person who goes to the other State.
  'RECORD_CONSENT', 'HAND_OVER_PERSON', 'LIFT_CUSTODY', 'RETURN_PERSON', 'RECORD_ARRIVAL', 'RELEASE_FROM_PRESENCE', 'RECORD_DEPARTURE', 'END_SAFE_CONDUCT',
];

/** Main states that a measure of the requested State comes to without any act that reaches the milestone. */
function statesWithout(milestone: string, machine: AnyStateMachine): string[] {
  const { states, config } = machine.root.states['main']!;
  const found = new Set([String(config.initial)]);
  for (const at of found) {
    for (const [event, transitions] of [...states[at]!.transitions, ...machine.root.states['main']!.transitions]) {
      // A measure resumed is where it was, so it was decided then or is not now: the chart alone does not say which.
      if (event === 'RESUME' || (event in ACTS && reachedBy(event).includes(milestone))) continue;
      for (const { target } of transitions) for (const { key } of target ?? []) if (key in states) found.add(key);
    }
  }
  return [...found];
}

const FORMS = Object.entries(CHARTS).filter(([name]) => name !== 'letter').map(([name, { sides }]) => [name, sides.requested] as const);

describe('milestones of statistics', () => {
  it('are reached by every act of the table, or it is said of the act that it reaches none', () => {
    expect(Object.keys(ACTS).filter((act) => reachedBy(act).length === 0).sort()).toEqual([...REACH_NONE].sort());
    expect(MILESTONES.flatMap(({ acts }) => acts).filter((act) => !(act in ACTS))).toEqual([]);
  });

  it.each(FORMS)('%s: nothing is given, refused or ordered before the measure is decided', (_, machine) => {
    const undecided = statesWithout('decided', machine);
    const DECIDED = ['granted', 'refused', 'referred', 'ordered', 'secured', 'evidenceTransmitted', 'pathDisclosed', 'answered', 'notAnswered', 'completed', 'returned'];
    expect(undecided.filter((state) => DECIDED.includes(state))).toEqual([]);
  });

  it.each(FORMS)('%s: what was asked for is given by an act that transmits', (form, machine) => {
    const untransmitted = statesWithout('transmitted', machine);
    // What is preserved stays where it is, and information sent without a request was given with its letter.
    const given = form === 'spontaneous-information' ? [] : ['evidenceTransmitted', 'pathDisclosed', 'answered', 'completed'];
    expect(untransmitted.filter((state) => given.includes(state))).toEqual([]);
    const gives = Object.keys(machine.root.states['main']!.states).some((state) => given.includes(state));
    expect(gives).toBe(!['preservation', 'spontaneous-information'].includes(form));
  });

  it('are the same in the files of both States: a message reaches those of each act that sends it', () => {
    for (const [message, { sentBy }] of Object.entries(MESSAGES)) {
      for (const act of sentBy) expect([message, act, reachedBy(message)]).toEqual([message, act, reachedBy(act)]);
    }
  });
});
