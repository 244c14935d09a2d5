import type { LetterContext, MeasureContext } from './machine-parts.js';
import { refuse, time, type ListedRule } from './rule-parts.js';
import { leastSafeConduct } from './safe-conduct.js';

/** Rules on a person who goes to the other State (person-away.ts): UNCC 40(9)-(11), 40(29). */
export const PERSON_RULES = {
  personAwaited: {
    check: (_: MeasureContext, { facts }) =>
      facts.assistance === 'voluntary-appearance' || facts.assistance === 'transfer-of-detained-person'
        ? null
        : refuse('person.not-awaited', 'Only a measure for the appearance or the transfer of a person concerns one.', 'transfer-of-person', facts),
  },
  personComesFreely: {
    check: (_: MeasureContext, { facts }) =>
      facts.assistance === 'voluntary-appearance' ? null : refuse('person.detained', 'A detained person is handed over by the requested State; wait for its message.', 'transfer-of-person', facts),
  },
  personIsDetained: {
    check: (_: MeasureContext, { facts }) =>
      facts.assistance === 'transfer-of-detained-person' ? null : refuse('person.not-detained', 'Only a measure for the transfer of a detained person ends in a handing over.', 'transfer-of-person', facts),
  },
  consentOnRecord: {
    check: (_: MeasureContext, { facts }) =>
      refuse('person.consent-missing', 'Nobody goes to the other State without having consented; the consent is recorded by the requested State first.', 'transfer-of-person', facts),
  },
  notPostponed: {
    check: (context: MeasureContext, { facts }) =>
      context.resumeTo === null ? null : refuse('measure.postponed', 'The measure is postponed; resume it first.', 'postponement', facts),
  },
  momentNotAhead: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) => {
      if (time(payload['happenedAt']) > Date.parse(facts.at)) return { code: 'person.in-future', detail: 'Record it when it has happened: the time lies in the future.', pointer: '/happenedAt' };
      return time(payload['returnBy']) <= Date.parse(facts.at) ? { code: 'person.return-passed', detail: 'The day of return has passed already.', pointer: '/returnBy' } : null;
    },
  },
  safeConductLongEnough: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) => {
      if (time(payload['informedAt']) > Date.parse(facts.at)) return refuse('safe-conduct.informed-later', 'Safe conduct runs out from when the person was told: the time lies in the future.', 'safe-conduct', facts, '/informedAt');
      const least = leastSafeConduct(facts, payload);
      const until = time(payload['until']);
      if (Number.isNaN(until)) return least ? null : refuse('safe-conduct.period-missing', 'This instrument sets no period: state the end the two States agreed on.', 'safe-conduct', facts, '/until');
      if (least && until < Date.parse(least.at)) return refuse('safe-conduct.too-short', `Safe conduct lasts until ${least.at} at least (${least.working}).`, 'safe-conduct', facts, '/until');
      return until <= Date.parse(facts.at) ? { code: 'safe-conduct.over-already', detail: 'The end of safe conduct has passed already.', pointer: '/until' } : null;
    },
  },
  safeConductOver: {
    check: (_: MeasureContext, { facts }) =>
      facts.safeConductUntil !== undefined && Date.parse(facts.safeConductUntil) < Date.parse(facts.at)
        ? null
        : refuse('safe-conduct.runs', `Safe conduct runs until ${facts.safeConductUntil ?? 'the end agreed on'}; until then the person may leave.`, 'safe-conduct', facts),
  },
  nobodyAway: {
    check: (_: LetterContext, { facts }) =>
      facts.personAway ? refuse('request.person-away', 'A person is still in the requesting State: the letter stays open until the person has left, was returned, or has lost safe conduct.', 'custody-of-person', facts) : null,
  },
} satisfies Record<string, ListedRule>;
