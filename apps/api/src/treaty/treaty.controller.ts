import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, CurrentActor } from '@comity/access';
import type { Official } from '@comity/kernel';
import { InstrumentDto, InstrumentsDto } from './instrument.dto.js';
import { GroundsDto, GroundsQuery, LegalBasesDto, LegalBasesQuery, VersionQuery } from './legal-bases.dto.js';
import { TreatyReader } from './treaty-reader.js';

@ApiTags('treaty')
@Controller('api/v1/treaty')
export class TreatyController {
  constructor(private readonly treaty: TreatyReader) {}

  /** Instruments this node has profiles of, all versions. */
  @Get('instruments')
  @Allow('treaty.read')
  instruments(): InstrumentsDto {
    return this.treaty.instruments();
  }

  /** One profile, whole: rules, parties, and per form its contents, grounds and terms. */
  @Get('instruments/:id')
  @Allow('treaty.read')
  instrument(@Param('id') id: string, @Query() { version }: VersionQuery): InstrumentDto {
    return this.treaty.instrument(id, version);
  }

  /** Which grounds a form may be refused on, and which never. */
  @Get('instruments/:id/grounds')
  @Allow('treaty.read')
  grounds(@Param('id') id: string, @Query() query: GroundsQuery): GroundsDto {
    return this.treaty.grounds(id, query);
  }

  /** What a measure can rest on between two States on a day, and what not and why. */
  @Get('legal-bases')
  @Allow('treaty.read')
  legalBases(@CurrentActor() actor: Official, @Query() query: LegalBasesQuery): Promise<LegalBasesDto> {
    return this.treaty.legalBases(actor, query);
  }
}
