import { Body, Controller, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Allow, CurrentActor, SignInDto } from '@comity/access';
import type { Official } from '@comity/kernel';
import { Profile } from './profile.js';
import { MeDto, SessionDto } from './session.dto.js';
import { SignIn } from './sign-in.js';
import { SignInLimit } from './sign-in-limit.js';

@ApiTags('sessions')
@Controller('api/v1')
export class SessionsController {
  constructor(
    private readonly signIn: SignIn,
    private readonly profile: Profile,
  ) {}

  /** Signs in, from one address 30 times a minute at most. Whatever is wrong, the answer is the same, so that it tells nothing about which accounts there are. */
  @Post('sessions')
  @HttpCode(200)
  @ApiSecurity({})
  @UseGuards(SignInLimit)
  @Allow('public')
  open(@Body() credentials: SignInDto): Promise<SessionDto> {
    return this.signIn.open(credentials);
  }

  /** Who is signed in: account, authority, State, roles and what they allow. */
  @Get('me')
  @Allow('profile.read')
  me(@CurrentActor() actor: Official): Promise<MeDto> {
    return this.profile.of(actor);
  }
}
