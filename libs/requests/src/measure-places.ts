import { Injectable } from '@nestjs/common';
import type { Tx } from '@comity/database';
import { Peers } from '@comity/exchange';
import type { Side, StateCode } from '@comity/kernel';
import { mainState, type MeasureContext } from './domain/index.js';
import { readFile, readMeasures } from './files.js';

/** Main states in which data may be collected by the requested State and its package filled. */
const COLLECTING = new Set(['executing', 'executed', 'released']);

/** Main states in which evidence may still come from a State that tells of its steps by letter, or does not. */
const AWAITED_BY_HAND = new Set(['requested', 'underExamination', 'granted', 'executing', 'executed', 'released', 'postponed', 'withdrawing']);

/** Tells the evidence room where a package belongs and whether it may be filled now. */
@Injectable()
export class MeasurePlaces {
  constructor(private readonly peers: Peers) {}

  /** Null when the transaction's State has no such file or measure. */
  async place(tx: Tx, requestId: string, measure: number): Promise<{ side: Side; counterpart: StateCode; form: string; collecting: boolean; why?: string } | null> {
    const [row, measures] = await Promise.all([readFile(tx, requestId), readMeasures(tx, requestId)]);
    const subject = measures.find((m) => m.no === measure);
    if (!row || !subject) return null;
    const { side, counterpart } = row;
    const { form } = subject;
    const state = mainState(subject.chart);
    // In an emergency the order and the decision to disclose are one: data are collected while it stands ordered.
    if (form === 'emergency-disclosure' && state === 'ordered') return { side, counterpart, form, collecting: true };
    if (side === 'requesting') {
      const byHand = AWAITED_BY_HAND.has(state) && (state === 'released' || (await this.peers.transport(tx, counterpart)) === 'manual');
      if (byHand) return { side, counterpart, form, collecting: true };
      return { side, counterpart, form, collecting: false, why: `The measure is '${state}'; evidence is entered by hand while it is awaited from a State without a node.` };
    }
    // Practice to UNCC 40(20), binding by Budapest 27(8): what is collected meanwhile could be told of.
    if ((subject.chart.context as MeasureContext).confidentialityHeld) {
      return { side, counterpart, form, collecting: false, why: 'Confidentiality cannot be kept: no data are collected until the requesting State decides whether to go on.' };
    }
    if (COLLECTING.has(state)) return { side, counterpart, form, collecting: true };
    return { side, counterpart, form, collecting: false, why: `The measure is '${state}'; begin its execution before collecting data.` };
  }
}
