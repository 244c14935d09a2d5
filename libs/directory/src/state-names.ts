import type { StateCode } from '@comity/kernel';
import countries from 'i18n-iso-countries';
import { NAME_LANGUAGES, type NameLanguage } from './name-languages.js';
import { OVERRIDES } from './state-name-overrides.js';

/** Whether the text is an assigned ISO 3166-1 alpha-2 code, upper case. `ZZ`, the node itself, is none. */
export function isStateCode(code: unknown): code is StateCode {
  return typeof code === 'string' && /^[A-Z]{2}$/.test(code) && countries.isValid(code);
}

/** Short name in UN terminology; undefined for a code that ISO 3166 does not assign. */
export function stateName(code: StateCode, language: NameLanguage = 'en'): string | undefined {
  if (!isStateCode(code)) return undefined;
  return OVERRIDES[language][code] ?? countries.getName(code, language);
}

/** The name in all six languages. */
export function stateNames(code: StateCode): Record<NameLanguage, string> | undefined {
  if (!isStateCode(code)) return undefined;
  return Object.fromEntries(NAME_LANGUAGES.map((language) => [language, stateName(code, language)!])) as Record<
    NameLanguage,
    string
  >;
}
