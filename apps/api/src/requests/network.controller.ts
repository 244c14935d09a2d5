import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, CurrentActor } from '@comity/access';
import { CLOCK, type Clock, type Official } from '@comity/kernel';
import { NetworkReader } from '@comity/requests';
import { DutyReviewsDto, EmergenciesDto, EmergenciesQuery } from './network.dto.js';

/** The 24/7 desk looked at afterwards. */
@ApiTags('network')
@Controller('api/v1/network')
export class NetworkController {
  constructor(
    private readonly network: NetworkReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Emergency disclosures received and sent, by number: verified, disclosed, refused, and whether the formal request followed. */
  @Get('emergencies')
  @Allow('emergency.read')
  async emergencies(@CurrentActor() actor: Official, @Query() { from, to }: EmergenciesQuery): Promise<EmergenciesDto> {
    // The end is exclusive: what was sent in this very millisecond is counted as well.
    const until = to === undefined ? new Date(this.clock.now().getTime() + 1) : new Date(to);
    const counts = await this.network.emergencies(actor, new Date(from ?? 0), until);
    return { from: from ?? null, to: until.toISOString(), ...counts };
  }

  /** What one duty officer did alone and no second person has confirmed. */
  @Get('duty-reviews')
  @Allow('duty-review.read')
  async dutyReviews(@CurrentActor() actor: Official): Promise<DutyReviewsDto> {
    return { items: await this.network.dutyReviews(actor) };
  }
}
