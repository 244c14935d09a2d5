/** The request a row is about. */
export class OfRequest {
  requestId: string;
  side: 'requesting' | 'requested';
  /** The other State. */
  counterpart: string;
  ownReference: string;
  counterpartReference: string | null;
  /** Rests on an instrument applied as an exercise. */
  training: boolean;
}

/** A measure that was refused, by either State. */
export class RefusalFound extends OfRequest {
  /** RFC 3339. */
  at: string;
  measure: number;
  form: string;
  /** Instrument whose profile the decision cites. */
  instrument: string;
  /** Code of the ground, as the profile lists it; null where the letter transcribed named none. */
  ground: string | null;
  /** The ground's rule in that profile. */
  rule: string | null;
  /** `own`: one's own State refused; `counterpart`: the other did. */
  refusedBy: 'own' | 'counterpart';
  /** `measure`: refused as such; `transmission`: executed, and its transmission denied. */
  what: 'measure' | 'transmission';
  /** Whether reasons are on record (UNCC 40(25)); null once what people wrote in the request was erased. */
  reasoned: boolean | null;
  /** Who decided, in one's own State. */
  accountId: string | null;
  /** `exchange` or `transcribed` for what the other State said. */
  provenance: string | null;
  /** Number of the event in the file's timeline. */
  eventSeq: number;
}

/** A letter not answered by the deadline its requesting State suggested (UNCC 40(26)). */
export class OverdueRequest extends OfRequest {
  /** Id of the term. */
  termId: string;
  /** RFC 3339. */
  dueAt: string;
  /** How it was reckoned. */
  working: string;
  urgent: boolean;
  overall: string;
  /** When the last of its measures was answered; null while one is not. */
  answeredAt: string | null;
  /** Whole days from the deadline to the answer, or until now. */
  daysLate: number;
}

/** A period of preservation, and what became of it. */
export class PreservationPeriod extends OfRequest {
  /** Id of the term. */
  termId: string;
  measure: number;
  /** When it ends or ended, RFC 3339. */
  until: string;
  /** `legal`: as first reported; `agreed`: by an extension. */
  kind: string;
  rule: string | null;
  /** When it was reported or agreed. */
  setAt: string;
  /** `running`; `lapsed`: it ran out without an extension; `extended`: in time or late; `ended-early`: released or closed before its end. */
  fate: 'running' | 'lapsed' | 'extended' | 'ended-early';
  /** End of the period that followed by an extension. */
  extendedUntil: string | null;
  /** The extension came after the period had run out. */
  extendedLate: boolean;
  /** When the period was settled: extended, released, begun anew or closed; null while nobody did. */
  settledAt: string | null;
  /** The data are still held: nothing is released by the clock (UNCC 42(8)). */
  held: boolean;
}
