import type { Form, Instrument } from './instrument.js';
import { formProfile, instruments } from './profiles.js';

/** What two States recorded between them: an agreement to apply an instrument, or a training exercise. */
export interface Arrangement {
  requesting: string;
  requested: string;
  instrument: string;
  mode: 'training' | 'arrangement';
  reason?: string;
  /** First day, YYYY-MM-DD. */
  validFrom: string;
  /** First day on which it no longer holds; absent or null: open. */
  validTo?: string | null;
}

export interface LegalBasisQuery {
  requesting: string;
  requested: string;
  form: Form;
  /** Day of the question, YYYY-MM-DD. */
  on: string;
  arrangements?: readonly Arrangement[];
}

export interface LegalBasisOption {
  instrument: string;
  version: string;
  name: string;
  article: string;
  /** The day it was found to bind. */
  date: string;
  via: 'treaty' | 'arrangement' | 'training' | 'reciprocity' | 'to-be-checked';
  /** Whether the facts behind it were compared with their source. */
  verified: boolean;
  note?: string;
}

export interface NotAvailable {
  instrument: string;
  reason:
    'not-in-force' | 'requesting-not-party' | 'requested-not-party' | 'form-not-in-instrument' | 'instrument-binds';
  detail: string;
  rule?: string;
}

export interface LegalBasisAnswer {
  /** Best first: treaties in force, then arrangements, training, reciprocity. */
  bases: LegalBasisOption[];
  /** Instruments in force whose parties are not in the data: the official looks them up. */
  toCheck: LegalBasisOption[];
  notAvailable: NotAvailable[];
}

/**
 * Which instruments a measure can rest on between two States on a day. Legal bases are chosen per
 * measure (UNCC 40(6)-(7)): an instrument that is not in force is available by recorded arrangement
 * or in training mode only.
 */
export function resolveLegalBases(query: LegalBasisQuery): LegalBasisAnswer {
  const { arrangements, requesting, requested, form, on } = query;
  if (!arrangements) return resolve(query);
  // The measures of a letter often share a form, and each is asked about more than once.
  const known = resolved.get(arrangements) ?? new Map<string, LegalBasisAnswer>();
  resolved.set(arrangements, known);
  const key = `${requesting} ${requested} ${form} ${on}`;
  const answer = known.get(key) ?? resolve(query);
  known.set(key, answer);
  return answer;
}

/** By the list of arrangements itself: whoever reads them anew is answered anew. */
const resolved = new WeakMap<readonly Arrangement[], Map<string, LegalBasisAnswer>>();

function resolve(query: LegalBasisQuery): LegalBasisAnswer {
  const answer: LegalBasisAnswer = { bases: [], toCheck: [], notAvailable: [] };
  const all = instruments();
  for (const instrument of all.filter((i) => i.kind === 'treaty')) place(instrument, query, answer);
  answer.bases.sort((a, b) => RANK[a.via] - RANK[b.via]);
  for (const instrument of all.filter((i) => i.kind === 'reciprocity')) {
    if (answer.bases.some((b) => b.via === 'treaty')) {
      answer.notAvailable.push({
        instrument: instrument.id,
        reason: 'instrument-binds',
        detail: 'Reciprocity stands in where no instrument binds both States.',
      });
    } else {
      place(instrument, query, answer);
    }
  }
  return answer;
}

const RANK = { treaty: 0, arrangement: 1, training: 2, reciprocity: 3, 'to-be-checked': 4 } as const;

function place(instrument: Instrument, query: LegalBasisQuery, answer: LegalBasisAnswer): void {
  const form = formProfile(instrument, query.form);
  if (!form) {
    answer.notAvailable.push({
      instrument: instrument.id,
      reason: 'form-not-in-instrument',
      detail: `${instrument.name} has no form ${query.form}.`,
    });
    return;
  }
  const option = (via: LegalBasisOption['via'], verified: boolean, note?: string): LegalBasisOption => ({
    instrument: instrument.id,
    version: instrument.version,
    name: instrument.name,
    article: form.article,
    date: query.on,
    via,
    verified,
    ...((note ?? instrument.note) !== undefined && { note: note ?? instrument.note }),
  });
  if (instrument.kind === 'reciprocity') {
    answer.bases.push(option('reciprocity', instrument.verified));
    return;
  }
  const arranged = arrangement(instrument.id, query);
  const lack = bindingLack(instrument, query);
  if (!lack && instrument.participation === 'listed') {
    const parties = [query.requesting, query.requested].map((s) => party(instrument, s, query.on)!);
    answer.bases.push(
      option(
        'treaty',
        parties.every((p) => p.verified),
      ),
    );
  } else if (arranged) {
    answer.bases.push(
      option(
        arranged.mode,
        true,
        arranged.mode === 'training'
          ? 'Training mode: the instrument does not bind these two States.'
          : arranged.reason,
      ),
    );
  } else if (lack) {
    answer.notAvailable.push(lack);
  } else {
    answer.toCheck.push(option('to-be-checked', false));
  }
}

function bindingLack(instrument: Instrument, { requesting, requested, on }: LegalBasisQuery): NotAvailable | undefined {
  const { id, name, inForceFrom, asOf } = instrument;
  if (inForceFrom === null || inForceFrom > on) {
    const since = inForceFrom === null ? `as of ${asOf}` : `before ${inForceFrom}`;
    return {
      instrument: id,
      reason: 'not-in-force',
      detail: `${name} is not in force ${since}; a recorded arrangement or training mode can apply it.`,
    };
  }
  if (instrument.participation === 'to-be-checked') return undefined;
  if (!party(instrument, requesting, on)) {
    return {
      instrument: id,
      reason: 'requesting-not-party',
      detail: `${requesting} is not recorded as a Party to ${name} on ${on}.`,
    };
  }
  if (!party(instrument, requested, on)) {
    return {
      instrument: id,
      reason: 'requested-not-party',
      detail: `${requested} is not recorded as a Party to ${name} on ${on}.`,
    };
  }
  return undefined;
}

function party(instrument: Instrument, state: string, on: string) {
  return instrument.parties.find((p) => p.state === state && p.from <= on && (p.until === undefined || on < p.until));
}

/** Arrangements hold both ways only if recorded both ways: consent to ask is not consent to be asked. */
function arrangement(instrument: string, query: LegalBasisQuery): Arrangement | undefined {
  return query.arrangements
    ?.filter((a) => a.instrument === instrument && a.requesting === query.requesting && a.requested === query.requested)
    .filter((a) => a.validFrom <= query.on && (a.validTo == null || query.on < a.validTo))
    .sort((a, b) => RANK[a.mode] - RANK[b.mode])[0];
}
