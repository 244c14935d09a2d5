/** The six languages of the United Nations. */
export const NAME_LANGUAGES = ['ar', 'en', 'es', 'fr', 'ru', 'zh'] as const;
export type NameLanguage = (typeof NAME_LANGUAGES)[number];
