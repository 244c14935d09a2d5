import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inTransaction } from '@comity/database';
import { DirectoryService, facts } from '@comity/directory';
import { Peers, Signer } from '@comity/exchange';
import { NODE_STATE, type StateCode } from '@comity/kernel';

/** Makes this node keep a State's files: a signing key, published in the directory, and the way to its neighbours here. */
@Injectable()
export class HostingService {
  constructor(
    private readonly db: DataSource,
    private readonly signer: Signer,
    private readonly peers: Peers,
    private readonly directory: DirectoryService,
  ) {}

  /** States the directory calls hosted. */
  hosted(): Promise<StateCode[]> {
    return inTransaction(this.db, { state: NODE_STATE, readOnly: true }, (tx) => this.directory.hostedStates(tx));
  }

  /** Gives every hosted State its key and connects the hosted States with each other; what is there stays. */
  async hostAll(at: Date): Promise<void> {
    const states = await this.hosted();
    // The node's own log is signed too; its key is no State's, and stands in no directory.
    if (!(await this.signer.hosts(NODE_STATE))) await inTransaction(this.db, { state: NODE_STATE }, (tx) => this.signer.createKey(tx, at));
    for (const state of states) {
      if (!(await this.signer.hosts(state))) await this.giveKey(state, at);
      await inTransaction(this.db, { state }, async (tx) => {
        const known = new Set((await this.peers.list(tx)).map((p) => p.counterpart));
        for (const other of states) if (other !== state && !known.has(other)) await this.peers.set(tx, other, 'in-process', at);
      });
    }
  }

  private giveKey(state: StateCode, at: Date): Promise<boolean> {
    return inTransaction(this.db, { state }, async (tx) => {
      const { kid, jwk } = await this.signer.createKey(tx, at);
      const asOf = at.toISOString().slice(0, 10);
      return facts.publicKey(tx, { state, kid, jwk: jwk as unknown as Record<string, unknown>, validFrom: at, validTo: null, source: 'made by this node', asOf, verified: true });
    });
  }
}
