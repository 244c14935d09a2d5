import { CONTRADICTIONS, isInstant, isState } from '@comity/audit';
import { isId } from '@comity/kernel';
import { PARTS } from './format.js';
import { DossierStop } from './report.js';

type Form = (value: unknown) => boolean;

const oneOf = (...known: readonly string[]): Form => (value) => known.includes(value as string);
const orNull = (form: Form): Form => (value) => value === null || form(value);
const isNumber: Form = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isText: Form = (value) => typeof value === 'string';
const isWithheld: Form = (value) => oneOf(...PARTS)(value) || (typeof value === 'string' && /^(message|entry):/.test(value) && isId(value.slice(value.indexOf(':') + 1)));

/** Values of the members that are one of a few, or a number or an instant. */
const FORMS: Record<string, Record<string, Form>> = {
  header: {
    state: isState, counterpart: isState, requestId: isId, side: oneOf('requesting', 'requested'), exportedAt: isInstant, ownReference: isText, counterpartReference: orNull(isText),
    withheld: (value) => Array.isArray(value) && value.every(isWithheld),
  },
  key: { state: isState, validFrom: isInstant, validTo: orNull(isInstant), source: isText },
  witness: { seq: isNumber, at: isInstant, note: isText },
  alarm: { kind: oneOf(...Object.keys(CONTRADICTIONS)), raisedAt: isInstant, settledAt: orNull(isInstant) },
  message: {
    direction: oneOf('sent', 'received'), id: isId, at: isInstant,
    status: oneOf('pending', 'delivered', 'failed', 'to-dispatch', 'dispatched', 'applied', 'waiting', 'parked'),
  },
  attachment: { id: isId, addedAt: isInstant, shown: (value) => typeof value === 'boolean' },
  package: { id: isId, direction: oneOf('sent', 'received'), status: oneOf('open', 'sealed', 'transmitted', 'received', 'verified', 'disputed') },
};

/**
 * Some members go into the words of the verdict as they are: free text there could make it say anything, up to lines of its own.
 * @throws DossierStop `<kind>.malformed`
 */
export function assertForms(kind: string, value: object): void {
  const wrong = Object.entries(FORMS[kind] ?? {}).find(([name, form]) => !form((value as Record<string, unknown>)[name]));
  if (wrong) throw new DossierStop(`${kind}.malformed`, `${wrong[0]} of a line of ${kind} has a wrong form`);
}
