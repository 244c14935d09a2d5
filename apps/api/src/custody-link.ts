import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CustodyService } from '@comity/evidence';
import { EvidenceDesk } from '@comity/requests';

/** Puts the evidence room in where the requests' room asks for it. */
@Injectable()
export class CustodyLink implements OnModuleInit {
  constructor(
    private readonly desk: EvidenceDesk,
    private readonly custody: CustodyService,
  ) {}

  onModuleInit(): void {
    this.desk.register(this.custody);
  }
}
