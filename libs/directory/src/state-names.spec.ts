import { NAME_LANGUAGES } from './name-languages.js';
import { isStateCode, stateName, stateNames } from './state-names.js';
import { OVERRIDES } from './state-name-overrides.js';

describe('names of States', () => {
  it.each([
    ['VN', 'en', 'Viet Nam'],
    ['TR', 'en', 'Türkiye'],
    ['CI', 'en', "Côte d'Ivoire"],
    ['US', 'ru', 'Соединенные Штаты Америки'],
    ['KP', 'fr', 'République populaire démocratique de Corée'],
    ['CZ', 'es', 'Chequia'],
    ['RU', 'zh', '俄罗斯联邦'],
    ['VN', 'ar', 'فييت نام'],
    ['KZ', 'en', 'Kazakhstan'],
  ] as const)('follow UN terminology: %s in %s is %s', (code, language, name) => {
    expect(stateName(code, language)).toBe(name);
  });

  it('are there in all six languages for every State of the demo', () => {
    for (const code of ['US', 'IS', 'KZ', 'VN', 'SG', 'TH', 'DE', 'EE', 'MY', 'BG']) {
      expect(Object.values(stateNames(code)!).every((name) => name.length > 0)).toBe(true);
      expect(Object.keys(stateNames(code)!)).toEqual([...NAME_LANGUAGES]);
    }
  });

  it('are overridden for assigned codes only, and only where the package says otherwise or may come to', () => {
    for (const names of Object.values(OVERRIDES))
      for (const code of Object.keys(names)) expect(isStateCode(code)).toBe(true);
  });

  it('belong to assigned codes: the node itself is no State', () => {
    for (const code of ['ZZ', 'us', 'USA', '', '__', 1, null]) expect(isStateCode(code)).toBe(false);
    expect(stateName('ZZ')).toBeUndefined();
  });
});
