import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Allow } from '@comity/access';
import { LiveDto, ReadyDto } from './health.dto.js';
import { READINESS_CHECKS, readiness, type ReadinessCheck } from './readiness.js';

@Controller('health')
export class HealthController {
  constructor(@Inject(READINESS_CHECKS) private readonly checks: readonly ReadinessCheck[]) {}

  /** Whether the process answers at all. */
  @Allow('public')
  @Get('live')
  live(): LiveDto {
    return { status: 'live' };
  }

  /** Whether it can serve: database reachable, migrations current, worker keeping up. 503 when not. */
  @Allow('public')
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyDto> {
    const checks = await readiness(this.checks);
    const ok = checks.every((check) => check.ok);
    if (!ok) reply.status(503);
    return { status: ok ? 'ready' : 'not-ready', checks };
  }
}
