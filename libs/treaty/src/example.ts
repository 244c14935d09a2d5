import type { LetterContent, MeasureContent, RuleRefusal } from './content.js';
import type { Form, GroundCode } from './instrument.js';
import { resolveLegalBases, type LegalBasisQuery } from './bases.js';
import { legalDueDate, preservationPeriodRules } from './clocks.js';
import { checkCompleteness } from './completeness.js';
import { checkFormat } from './format.js';
import {
  groundVerdict,
  postponementRules,
  refusalRules,
  type PostponementContext,
  type RefusalContext,
} from './grounds.js';
import { profile } from './profiles.js';

/** A question to a profile. Beside each profile stands a list of them with the answers that must come out. */
export type Question =
  | { about: 'refusal'; form: Form; ground: GroundCode; given?: RefusalContext }
  | { about: 'verdict'; form: Form; ground: GroundCode }
  | { about: 'postponement'; form: Form; given?: PostponementContext }
  | {
      about: 'contents';
      form: Form;
      letter?: Partial<LetterContent>;
      measure?: Partial<MeasureContent>;
      languages?: string[];
    }
  | { about: 'format'; letter?: Partial<LetterContent>; measure?: Partial<MeasureContent> }
  | { about: 'bases'; query: LegalBasisQuery }
  | { about: 'clock'; form: Form; code: string; from: string }
  | { about: 'preservation-period'; secured: string; until: string };

/** Worked example of a rule: `answer` lists what comes out, each with its rule; empty where nothing stands in the way. */
export interface Example {
  /** Rule id, or the code of this software's own step. */
  rule: string;
  says: string;
  ask: Question;
  answer: string[];
}

/** Answers a question under an instrument, in the words examples use. */
export function answer(instrument: string, ask: Question): string[] {
  switch (ask.about) {
    case 'refusal':
      return refusals(refusalRules(instrument, ask.form, ask.ground, ask.given));
    case 'verdict': {
      const { verdict, rule, force } = groundVerdict(instrument, ask.form, ask.ground);
      return [`${verdict} ${rule} ${force}`];
    }
    case 'postponement':
      return refusals(postponementRules(instrument, ask.form, ask.given));
    case 'contents': {
      const letter = { offences: [], persons: [], ...ask.letter };
      const measure = { form: ask.form, items: [], legalBases: [primary(instrument, ask.form)], ...ask.measure };
      const input = {
        instrument,
        form: ask.form,
        letter,
        measure,
        languagesAccepted: ask.languages ?? ['en'],
        on: '2026-11-03',
      };
      return checkCompleteness(input).map((l) => `${l.blocks ? 'blocks' : 'shows'} ${l.code} ${l.rule}`);
    }
    case 'format': {
      const measure = {
        form: 'stored-data' as const,
        items: [],
        legalBases: [primary(instrument, 'stored-data')],
        ...ask.measure,
      };
      return checkFormat({ offences: [], persons: [], ...ask.letter }, [measure]).map((p) =>
        [p.code, p.pointer, p.rule].filter(Boolean).join(' '),
      );
    }
    case 'bases':
      return resolveLegalBases(ask.query).bases.map((b) => `${b.instrument} ${b.article} ${b.via}`);
    case 'clock': {
      const due = legalDueDate(instrument, ask.form, ask.code, new Date(ask.from));
      return due ? [`${due.at} = ${due.working}`] : [];
    }
    case 'preservation-period':
      return refusals(preservationPeriodRules(instrument, new Date(ask.secured), new Date(ask.until)));
  }
}

function refusals(list: RuleRefusal[]): string[] {
  return list.map((r) => `${r.code} ${r.rule}`);
}

function primary(instrument: string, form: Form): MeasureContent['legalBases'][number] {
  const article = profile(instrument).forms[form]?.article ?? instrument;
  return { instrument, article, date: '2026-11-03', role: 'primary' };
}
