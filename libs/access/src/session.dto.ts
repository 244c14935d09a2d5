import { IsString, Length, Matches } from 'class-validator';

export class SignInDto {
  /** ISO 3166-1 alpha-2; operators of the node sign in under ZZ. */
  @Matches(/^[A-Z]{2}$/)
  state: string;

  @Matches(/^[\x21-\x7e]{1,63}$/)
  username: string;

  @IsString()
  @Length(1, 128)
  password: string;
}
