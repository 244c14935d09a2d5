import { instantOf, type Side } from '@comity/kernel';
import { isIpAddress } from '@comity/treaty';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { ACTS } from './acts.js';
import type { Refusal } from './machine-parts.js';
import { FILES, MESSAGES } from './messages.js';
import type { Schema } from './payloads.js';

// Control characters but tab and line breaks, and the bidi overrides and isolates that can make a text read as another.
const UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u;
const INSTANT = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

// verbose: errors carry the value, by which a date that only looks like a time is told apart.
const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true, strictRequired: false, strictTypes: false, ownProperties: true });
const isDateWithOffset = (text: string): boolean => /^\d{4}-\d\d-\d\d[+-]\d\d:\d\d$/.test(text);

/** Text that people may send each other: something to read, and nothing that reads as something else. */
export const isPlainText = (text: string): boolean => !UNFIT.test(text) && text.trim().length > 0;

ajv.addFormat('plain-text', isPlainText);
ajv.addFormat('instant', (text: string) => INSTANT.test(text) && instantOf(text) !== undefined);
ajv.addFormat('utc-instant', (text: string) => INSTANT.test(text) && text.endsWith('Z') && instantOf(text) !== undefined);
ajv.addFormat('ip-address', isIpAddress);
ajv.addFormat('uuid', UUID);

const compiled = new Map<string, ValidateFunction>();
const validator = (name: string, schema: () => Schema): ValidateFunction => {
  let known = compiled.get(name);
  if (!known) {
    known = ajv.compile(schema());
    compiled.set(name, known);
  }
  return known;
};

/** What is wrong with the payload of an act; empty when it may be decided on. */
export function checkPayload(type: string, payload: unknown): Refusal[] {
  return run(validator(`act:${type}`, () => ACTS[type]!.payload), payload);
}

/** What is wrong with the body of a message of the other State; its letter and measures are checked apart. */
export function checkBody(type: string, body: unknown): Refusal[] {
  return run(validator(`message:${type}`, () => bodySchema(type)), body);
}

/** The body of a message: what the acts that send it disclose, and what the service adds. */
export function bodySchema(type: string): Schema {
  const { body, sentBy } = MESSAGES[type]!;
  if (body) return body;
  if (type === 'REQUESTED') {
    return { type: 'object', required: ['letter', 'measures', 'reference', 'profile'], properties: { letter: { type: 'object' }, measures: { type: 'array', minItems: 1, maxItems: 100 }, reference: { type: 'string', minLength: 1, maxLength: 100, format: 'plain-text' }, profile: { type: 'object' }, training: { type: 'boolean' }, supplements: { type: 'string', format: 'uuid' }, files: FILES }, additionalProperties: false };
  }
  const schemas = sentBy.map((act) => {
    const { keeps, payload } = ACTS[act]!;
    const properties = Object.fromEntries(Object.entries(payload['properties'] as Record<string, Schema>).filter(([name]) => !keeps?.includes(name) && name !== 'attachments'));
    const required = ((payload['required'] as string[] | undefined) ?? []).filter((name) => name in properties);
    return { type: 'object', properties: { ...properties, files: FILES, manifest: { type: 'object' } }, required, additionalProperties: false };
  });
  return schemas.length === 1 ? schemas[0]! : { anyOf: schemas };
}

function run(validate: ValidateFunction, value: unknown): Refusal[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).filter((e) => e.keyword !== 'if').map(refusalOf);
}

function refusalOf(error: ErrorObject): Refusal {
  const { keyword, instancePath, params } = error;
  switch (keyword) {
    case 'required':
      return { code: 'payload.missing', pointer: `${instancePath}/${String(params['missingProperty'])}`, detail: `Give ${String(params['missingProperty'])}.` };
    case 'additionalProperties':
      return { code: 'payload.unknown-field', pointer: `${instancePath}/${String(params['additionalProperty'])}`, detail: 'There is no such field here; remove it.' };
    case 'false schema':
      return { code: 'payload.unknown-field', pointer: instancePath, detail: 'This does not go with what was chosen beside it; remove it.' };
    case 'dependentRequired':
      return { code: 'payload.missing', pointer: `${instancePath}/${String(params['missingProperty'])}`, detail: `Give ${String(params['missingProperty'])} with ${String(params['property'])}.` };
    case 'enum':
      return { code: 'payload.not-a-choice', pointer: instancePath, detail: `Choose one of: ${(params['allowedValues'] as string[]).join(', ')}.` };
    case 'format': {
      if (params['format'] === 'instant') return { code: isDateWithOffset(String(error.data)) ? 'date.offset-without-time' : 'date.invalid', pointer: instancePath, detail: 'Write date, time and offset as RFC 3339 has them, for example 2026-11-03T09:12:40Z.' };
      if (params['format'] === 'utc-instant') {
        const written = String(error.data);
        const code = INSTANT.test(written) ? 'time.not-utc' : isDateWithOffset(written) ? 'date.offset-without-time' : 'date.invalid';
        return { code, pointer: instancePath, detail: 'Write the time in UTC, with Z, for example 2026-10-30T18:04:11Z.' };
      }
      if (params['format'] === 'ip-address') return { code: 'item.address-invalid', pointer: instancePath, detail: 'Write an IPv4 or IPv6 address, such as 192.0.2.49 or 2001:db8::1.' };
      if (params['format'] === 'plain-text') return { code: 'text.unfit-characters', pointer: instancePath, detail: 'Remove control characters and text direction overrides, and leave it not empty.' };
      return { code: 'payload.malformed', pointer: instancePath, detail: `This is no ${String(params['format'])}.` };
    }
    case 'maxLength':
      return { code: 'text.too-long', pointer: instancePath, detail: `Shorten it to ${String(params['limit'])} characters; attach the rest as a document.` };
    default:
      return { code: 'payload.invalid', pointer: instancePath, detail: `It ${error.message ?? 'is not valid'}.` };
  }
}

/** Acts a side can ever do, for callers that must tell "unknown" from "not yours". */
export function actOf(type: string, side: Side): 'unknown' | 'other-side' | 'ok' {
  const act = Object.hasOwn(ACTS, type) ? ACTS[type] : undefined;
  if (!act) return 'unknown';
  return act.sides.includes(side) ? 'ok' : 'other-side';
}
