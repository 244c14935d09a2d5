import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { AuthorityDto, ArrangementDto } from './directory.dto.js';

const SOURCED = { validFrom: '2026-01-01', source: 'circular note', asOf: '2026-01-01', verified: true };
const AUTHORITY = {
  slug: 'desk',
  kind: 'point-of-contact',
  name: 'هيئة مركزية',
  timeZone: 'Asia/Almaty',
  languages: ['kk'],
  ...SOURCED,
};
const ARRANGEMENT = {
  requesting: 'KZ',
  requested: 'VN',
  instrument: 'uncc-2024',
  mode: 'training',
  reason: 'exercise',
  validFrom: '2026-01-01',
};

/** Names of the members refused. */
function refused(type: new () => object, body: object): string[] {
  const options = { whitelist: true, forbidNonWhitelisted: true };
  return validateSync(plainToInstance(type, body), options).map((error) => error.property);
}

describe('a fact for the directory', () => {
  it('is accepted in any script', () => {
    expect(refused(AuthorityDto, AUTHORITY)).toEqual([]);
    expect(refused(ArrangementDto, ARRANGEMENT)).toEqual([]);
  });

  it.each([
    ['a right-to-left override in the name', { name: 'Central \u202Eytirohtua' }, 'name'],
    ['a name of spaces alone', { name: ' \u00A0 ' }, 'name'],
    ['a control character in the name', { name: 'Central\u0000' }, 'name'],
    ['a lone surrogate in the name', { name: 'Central \uD800' }, 'name'],
    ['a State to speak for', { state: 'VN' }, 'state'],
    ['a day that is none', { validFrom: '2026-02-30' }, 'validFrom'],
    ['an instant for a day', { asOf: '2026-02-01T00:00:00Z' }, 'asOf'],
    ['a zone that is none', { timeZone: 'Asia/Atlantis' }, 'timeZone'],
    ['no source', { source: '' }, 'source'],
  ])('is refused with %s', (_, change, member) => {
    expect(refused(AuthorityDto, { ...AUTHORITY, ...change })).toEqual([member]);
  });
});
