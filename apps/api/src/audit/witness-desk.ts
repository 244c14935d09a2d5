import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LogProofs, Witnesses } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { Peers } from '@comity/exchange';
import type { Official } from '@comity/kernel';
import type { WitnessesDto } from './witness.dto.js';
import { alarmView, seenView } from './witness-views.js';

/** Who has seen what of which log. Checkpoints say nothing of any case, so reading them is not logged. */
@Injectable()
export class WitnessDesk {
  constructor(
    private readonly db: DataSource,
    private readonly witnesses: Witnesses,
    private readonly proofs: LogProofs,
    private readonly peers: Peers,
  ) {}

  read(actor: Official): Promise<WitnessesDto> {
    return inTransaction(this.db, { state: actor.state, readOnly: true, isolation: 'repeatable read' }, async (tx) => {
      const { size, checkpoint } = await this.proofs.status(tx);
      const [seenBy, seen, last, alarms] = [
        await this.witnesses.ownSeenBy(tx), await this.witnesses.othersSeen(tx), await this.peers.lastReceived(tx), await this.witnesses.alarms(tx),
      ];
      const others = seen.map((one) => ({ ...seenView(one), lastMessageAt: last.get(one.counterpart)?.toISOString() ?? null }));
      return { own: { size, checkpoint, seenBy: seenBy.map(seenView) }, others, alarms: alarms.map(alarmView) };
    });
  }
}
