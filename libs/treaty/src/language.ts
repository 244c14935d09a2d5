import type { Lacking, LetterContent } from './content.js';
import type { Form } from './instrument.js';
import { readTime } from './dates.js';
import { ruleFor, type InstrumentRef } from './profiles.js';

export interface LanguageInput {
  instrument: InstrumentRef;
  form: Form;
  letter: LetterContent;
  /** BCP 47 tags the requested State accepts; empty where the directory does not know. */
  languagesAccepted: readonly string[];
  /** Day of the check, YYYY-MM-DD. */
  on: string;
  /** How many documents of one's own are attached; absent where nobody knows yet. */
  documents?: number;
}

/**
 * UNCC 40(13): a language acceptable to the requested State. Another language blocks, unless a translation is
 * included and attached, or the letter is urgent, as some forms are by nature, and a translation follows by a date.
 */
export function checkLanguage({ instrument, form, letter, languagesAccepted, on, documents }: LanguageInput): Lacking[] {
  const rule = ruleFor(instrument, form, 'language');
  const lack = (code: string, pointer: string, detail: string, blocks = true): Lacking[] => [
    { code, pointer, rule: rule?.id ?? 'practice:language', force: rule?.force ?? 'practice', detail, blocks },
  ];
  const { language, translation, urgent } = letter;
  if (!language) return lack('language.missing', '/letter/language', 'Say in which language the letter is written.');
  if (languagesAccepted.length === 0) {
    return lack(
      'language.acceptance-unknown',
      '/letter/language',
      'The directory does not say which languages the requested State accepts: ask it.',
      false,
    );
  }
  if (languagesAccepted.some((tag) => covers(tag, language))) return [];
  if (translation?.status === 'included') {
    if (documents !== 0) return [];
    return lack('translation.document-missing', '/letter/translation', 'A translation is said to be included, and no document is attached: attach it.');
  }
  const accepted = languagesAccepted.join(', ');
  if (translation?.status !== 'to-follow') {
    return lack(
      'language.not-accepted',
      '/letter/language',
      `The requested State accepts ${accepted}: include a translation, or if urgent say by when it follows.`,
    );
  }
  if (!urgent?.reason?.trim() && !URGENT_FORMS.includes(form)) {
    return lack(
      'language.not-accepted',
      '/letter/language',
      `The requested State accepts ${accepted}: only an urgent letter may go with its translation to follow.`,
    );
  }
  const by = translation.by === undefined ? undefined : readTime(translation.by);
  if (!by || !('end' in by))
    return lack('translation.date-missing', '/letter/translation/by', 'Say by when the translation follows.');
  const today = readTime(on);
  if ('start' in today && by.end < today.start)
    return lack(
      'translation.date-passed',
      '/letter/translation/by',
      'The day by which the translation follows has passed.',
    );
  return [];
}

/** Data may be gone, or life lost, before a translation is made (UNCC 42(1), 41(3)(e)). */
const URGENT_FORMS: readonly Form[] = ['preservation', 'emergency-disclosure'];

/** `en` accepts `en-GB`; `zh-Hans` does not accept `zh-Hant`. */
function covers(accepted: string, written: string): boolean {
  const [a, w] = [accepted.toLowerCase(), written.toLowerCase()];
  return w === a || w.startsWith(`${a}-`);
}
