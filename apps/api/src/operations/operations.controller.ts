import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '@comity/access';
import { DeadlineLoadsDto, DeliveriesDto, LogHeadsDto, OperationsSummaryDto } from './operations.dto.js';
import { OperationsReader } from './operations-reader.js';

/** For the operator of the node: numbers and ages of all States, never a case. */
@ApiTags('operations')
@Controller('api/v1/operations')
export class OperationsController {
  constructor(private readonly operations: OperationsReader) {}

  /** Totals over all States. */
  @Get('summary')
  @Allow('operations.read')
  summary(): Promise<OperationsSummaryDto> {
    return this.operations.summary();
  }

  /** Messages not delivered, waiting or parked, by State and counterpart. */
  @Get('delivery')
  @Allow('operations.read')
  delivery(): Promise<DeliveriesDto> {
    return this.operations.delivery();
  }

  /** Open deadlines and how many are overdue, by State and kind. */
  @Get('deadlines')
  @Allow('operations.read')
  deadlines(): Promise<DeadlineLoadsDto> {
    return this.operations.deadlines();
  }

  /** How much each State has logged. */
  @Get('logs')
  @Allow('operations.read')
  logs(): Promise<LogHeadsDto> {
    return this.operations.logs();
  }
}
