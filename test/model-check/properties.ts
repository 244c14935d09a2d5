import type { Properties } from './joint-model.js';
import type { FileState } from '../../libs/requests/src/domain/index.js';

const value = (file: FileState, region: string): string => file.measures[0]!.state.value[region] ?? file.letter.value[region]!;
const main = (file: FileState): string => file.measures[0]!.state.value['main']!;
const letter = (file: FileState): string => file.letter.value['main']!;

/** How the requesting State calls what the requested State is in, where the names differ. */
const SAME_MAIN: Record<string, string> = { received: 'requested', evidenceTransmitted: 'evidenceReceived' };
const SAME_CONSULTATION: Record<string, string> = { openedHere: 'openedThere', openedThere: 'openedHere' };
const FINAL = new Set(['completed', 'noDataFound', 'cannotBeExecuted', 'refused', 'referred', 'withdrawn', 'abandoned']);
const CONSULTED = new Set(['agreed', 'withoutAgreement']);

/** Grounds that UNCC 40(21) lists: no refusal under them without a closed consultation (40(28)). */
const GROUNDS_40_21 = new Set(['not-in-conformity', 'essential-interests', 'barred-for-similar-domestic-case', 'contrary-to-legal-system']);
const FORBIDDEN = new Set(['fiscal-matters-alone', 'bank-secrecy']);

/** What must hold of a letter with one measure, told from the acts and the region names alone, not from the rules. */
export const PROPERTIES: Properties = {
  step({ side, type, payload }, { files, released }) {
    const consultation = value(files.requested, 'consultation');
    const refusing = type === 'REFUSE' || (type === 'DECIDE_TRANSMISSION' && payload['outcome'] === 'denied');
    if (refusing) {
      if (FORBIDDEN.has(String(payload['ground']))) return 'UNCC 40(23), 40(24): refused on a forbidden ground';
      if (!payload['reasons']) return 'UNCC 40(25): refused without reasons';
      if (GROUNDS_40_21.has(String(payload['ground'])) && !CONSULTED.has(consultation)) return 'UNCC 40(28): refused under 40(21) without a closed consultation';
    }
    if (type === 'POSTPONE') {
      if (!CONSULTED.has(consultation)) return 'UNCC 40(28): postponed without a closed consultation';
      if (!payload['reasons']) return 'practice: postponed without reasons';
    }
    if (type === 'TRANSMIT_EVIDENCE' && !released) return 'evidence transmitted before a decision to release it stands';
    if (type === 'GRANT' && side !== 'requested') return 'granted by the requesting State';
    if (type === 'CLOSE' && !FINAL.has(main(files[side]))) return 'closed with an open measure';
    return null;
  },

  quiescent({ requesting, requested }) {
    if (['draft', 'inReview', 'abandoned'].includes(letter(requesting))) return null;
    const here = main(requesting);
    const there = SAME_MAIN[main(requested)] ?? main(requested);
    if (here !== there) return `the files differ: the measure is ${here} here and ${there} there`;
    const narrowed = (file: FileState) => 'narrowed' in file.measures[0]!.state.context && file.measures[0]!.state.context.narrowed;
    if (narrowed(requesting) !== narrowed(requested)) return 'the files differ on what was released';
    for (const region of ['conditions', 'costs', 'confidentiality', 'information', 'status']) {
      if (value(requesting, region) !== value(requested, region)) return `the files differ on ${region}`;
    }
    const seen = value(requesting, 'consultation');
    if (seen !== (SAME_CONSULTATION[value(requested, 'consultation')] ?? value(requested, 'consultation'))) return 'the files differ on the consultation';
    const letters = [letter(requesting), letter(requested) === 'received' ? 'transmitted' : letter(requested)];
    return letters[0] === letters[1] ? null : `the files differ: the letter is ${letters[0]} here and ${letters[1]} there`;
  },

  isEnd({ requesting, requested }) {
    if (letter(requesting) === 'abandoned') return true;
    return FINAL.has(main(requesting)) && FINAL.has(main(requested));
  },
};
