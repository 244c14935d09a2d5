import { byTime, earliest } from './custodians.js';
import type { LetterContext, MeasureContext } from './machine-parts.js';
import { CALL_BACK_RESULTS } from './messages.js';
import { refuse, time, type ListedRule } from './rule-parts.js';

const ASK = 'enter it as CORRESPONDENCE and ask';
const at = (pointer: string, code: string, detail: string) => refuse(code, detail, undefined, undefined, pointer);

/**
 * What a letter that is transcribed cannot say of what is on record (decisions 32, 39): a node's messages keep to it by
 * themselves, and are not asked. Each refusal says as what the letter is entered instead.
 */
export const LETTER_RULES = {
  outcomesTold: {
    check: (_: LetterContext, { facts }) =>
      facts.transcribed && !facts.allMeasuresFinal
        ? refuse('request.measures-open', `Measures of this letter have no outcome here. Transcribe first what came of each (an outcome, a release, a withdrawal); where the letter does not say, ${ASK}.`)
        : null,
  },
  periodTold: {
    payload: true,
    check: (_: MeasureContext, { facts, payload: { from, until } }) =>
      facts.transcribed && !(time(until) > time(from)) ? at('/until', 'period.reversed', `The period ends before it begins. Read the letter again; if it says so, ${ASK}.`) : null,
  },
  custodianNotSecured: {
    payload: true,
    check: (_: MeasureContext, { facts: { transcribed, ofEarlierPreservation, custodians = {} }, payload }) => {
      const until = transcribed && !ofEarlierPreservation ? custodians[String(payload['custodian'])] : undefined;
      return until === undefined ? null : at('/custodian', 'custodian.reported-already', `A letter before told what this custodian has secured, until ${until}: ${ASK} which holds.`);
    },
  },
  releaseTold: {
    payload: true,
    check: (_: MeasureContext, { facts: { transcribed, ofEarlierPreservation, custodians = {} }, payload: { custodian } }) =>
      transcribed && !ofEarlierPreservation && custodian !== undefined && !(String(custodian) in custodians)
        ? at('/custodian', 'custodian.unknown', 'Nothing that this custodian secured is on record: no letter told of it, or its release was told already. Transcribe first what it secured (DATA_SECURED), or leave the name out where all was released.')
        : null,
  },
  extensionTold: {
    payload: true,
    check: (_: MeasureContext, { facts: { transcribed, ofEarlierPreservation, preservedUntil, custodians = {} }, payload: { custodian, until } }) => {
      // Where nothing is on record at all, keptOnRecord says so.
      if (!transcribed || ofEarlierPreservation || preservedUntil === undefined) return null;
      const ends = custodian === undefined ? earliest(Object.values(custodians)) : custodians[String(custodian)];
      if (ends === undefined) return at('/custodian', 'custodian.unknown', 'No letter has told what this custodian has secured: transcribe it as DATA_SECURED, with its period.');
      return byTime(ends, String(until)) < 0 ? null : at('/until', 'extension.not-longer', `The period told of runs until ${ends} already. If the letter shortens it, ${ASK}.`);
    },
  },
  keptOnRecord: {
    check: (_: MeasureContext, { facts }) => {
      if (!facts.transcribed || !facts.custodians) return null;
      if (facts.released) return refuse('preservation.released', 'The data were released: what keeps them again is transcribed as DATA_SECURED, with its period, and what declines that as REFUSED.', 'preservation-period', facts);
      return facts.preservedUntil === undefined
        ? refuse('preservation.none', 'Nothing is on record as secured that could be extended: transcribe first what was secured, from and until (DATA_SECURED), or the refusal (REFUSED).', 'preservation-extension', facts)
        : null;
    },
  },
  datedInPeriod: {
    check: (_: MeasureContext, { facts }) =>
      facts.datedAfterPeriod === true
        ? refuse('extension.dated-after-period', 'The letter is dated after the period had ended: it asks for a new preservation. Transcribe it as NEW_PRESERVATION_REQUESTED.', 'preservation-extension', facts)
        : null,
  },
  letterCanGrow: {
    check: (_: MeasureContext, { facts }) =>
      facts.transcribed && !facts.letterOpen ? refuse('request.closed', 'The letter is closed, and nothing more could be done in it: reopen it where it was closed for want of reply, or transcribe this as a request of its own (REQUESTED).') : null,
  },
  datedAfterPeriod: {
    check: (_: MeasureContext, { facts }) =>
      facts.datedAfterPeriod === false
        ? refuse('extension.dated-in-period', 'The letter is dated before the period had ended: it asks for an extension. Transcribe it as EXTENSION_REQUESTED.', 'preservation-extension', facts)
        : null,
  },
  callBackTold: {
    payload: true,
    check: (_: MeasureContext, { type, facts, payload }) => {
      if (!facts.transcribed) return null;
      const result = CALL_BACK_RESULTS[type];
      if (payload['result'] !== undefined && payload['result'] !== result) return at('/result', 'call-back.other-result', `${type} tells of a call that was ${result}: transcribe the letter as the message of its result.`);
      return time(payload['calledAt']) > Date.parse(facts.at) ? at('/calledAt', 'call-back.in-future', `The call cannot have been made yet. Read the letter again; if it says so, ${ASK}.`) : null;
    },
  },
} satisfies Record<string, ListedRule>;
