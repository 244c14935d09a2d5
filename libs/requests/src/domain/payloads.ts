/** Small words for the JSON Schemas (2020-12) of payloads; what they make is also what `availableEvents` shows. */
export type Schema = Record<string, unknown>;

/** Text of people: no control characters but line breaks and tabs, no bidi overrides or isolates. */
export const text = (maxLength = 10_000): Schema => ({ type: 'string', minLength: 1, maxLength, format: 'plain-text' });
export const choice = (...values: string[]): Schema => ({ type: 'string', enum: values });
export const instant: Schema = { type: 'string', format: 'instant' };
/** A moment in UTC, written with Z. */
export const utcInstant: Schema = { type: 'string', format: 'utc-instant' };
/** An IPv4 or IPv6 address. */
export const ipAddress: Schema = { type: 'string', format: 'ip-address' };
/** ISO 3166-1 alpha-2. */
export const stateCode: Schema = { type: 'string', pattern: '^[A-Z]{2}$' };
export const uuid: Schema = { type: 'string', format: 'uuid' };
export const flag: Schema = { type: 'boolean' };
export const measureNumber: Schema = { type: 'integer', minimum: 1, maximum: 100 };
export const list = (items: Schema, maxItems = 50, minItems = 1): Schema => ({ type: 'array', items, minItems, maxItems });

/** An object with exactly these members; those named in `required` must be there. */
export function object(properties: Record<string, Schema>, required: string[] = []): Schema {
  return { type: 'object', properties, required, additionalProperties: false };
}

export const nothing = object({ note: text(2000) });
export const CONDITION_KINDS = ['use', 'confidentiality', 'cost', 'return', 'assurance'];
export const HOLD_KINDS = ['appeal', 'third-party-claim', 'privilege', 'conditions-not-accepted'];
export const CONSULTATION_SUBJECTS = ['scope', 'timing', 'costs', 'conditions', 'refusal', 'postponement'];
export const GROUND: Schema = { type: 'string', minLength: 1, maxLength: 80, pattern: '^[a-z0-9-]+$' };

const destination: Schema = { ...object({ state: { type: 'string', pattern: '^[A-Z]{2}$' }, organisation: text(300) }), minProperties: 1, maxProperties: 1 };
export const consentNumber: Schema = { type: 'integer', minimum: 1, maximum: 1000 };
/** What is said of a use: which proceeding, to what end, with which data, and whether data of persons are among them. */
export const USE: Record<string, Schema> = { purpose: text(2000), proceeding: text(500), data: text(5000), personalData: flag, destination };
export const USE_CONSENT: Record<string, Schema> = { kind: choice('other-use', 'onward-transfer'), ...USE, inWriting: flag };
export const USE_CONSENT_GIVEN = ['kind', 'purpose', 'proceeding', 'data', 'personalData'];
/** A destination belongs to an onward transfer, and to nothing else. */
export const onlyTransfers = (schema: Schema): Schema => ({
  ...schema,
  if: { properties: { kind: { const: 'onward-transfer' } } },
  then: { required: ['destination'] },
  else: { properties: { destination: false } },
});
