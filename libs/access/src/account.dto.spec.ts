import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { CreateAccountDto } from './account.dto.js';
import { SignInDto } from './session.dto.js';

const ACCOUNT = {
  username: 'case-officer',
  password: 'a sentence long enough',
  authorityId: 'KZ-office',
  roles: ['case-officer'],
};
const SIGN_IN = { state: 'KZ', username: 'case-officer', password: 'x' };

/** Names of the members refused. */
function refused(type: new () => object, body: object): string[] {
  const options = { whitelist: true, forbidNonWhitelisted: true };
  return validateSync(plainToInstance(type, body), options).map((error) => error.property);
}

describe('the body of', () => {
  it('a sign-in and a new account are accepted as documented', () => {
    expect(refused(SignInDto, SIGN_IN)).toEqual([]);
    expect(refused(CreateAccountDto, ACCOUNT)).toEqual([]);
  });

  it.each([
    ['a State', { state: 'VN' }, 'state'],
    ['the role of operator', { roles: ['operator'] }, 'roles'],
    ['a role that is none', { roles: ['minister'] }, 'roles'],
    ['no role', { roles: [] }, 'roles'],
    ['a role twice', { roles: ['auditor', 'auditor'] }, 'roles'],
    ['a right-to-left override in the user name', { username: 'case\u202Eofficer' }, 'username'],
    ['capitals in the user name', { username: 'Case-Officer' }, 'username'],
    ['a password of another type', { password: 12 }, 'password'],
  ])('a new account is refused with %s', (_, change, member) => {
    expect(refused(CreateAccountDto, { ...ACCOUNT, ...change })).toEqual([member]);
  });

  it.each([
    ['a State in small letters', { state: 'kz' }, 'state'],
    ['a password to choke the hash on', { password: 'x'.repeat(129) }, 'password'],
    ['a zero byte in the user name', { username: 'a\u0000' }, 'username'],
    ['a user name that is an object', { username: { $ne: '' } }, 'username'],
  ])('a sign-in is refused with %s', (_, change, member) => {
    expect(refused(SignInDto, { ...SIGN_IN, ...change })).toEqual([member]);
  });
});
