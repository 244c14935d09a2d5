import { Readable } from 'node:stream';
import { type ArgumentMetadata, Injectable, type ValidationError, ValidationPipe } from '@nestjs/common';
import { badRequest, Problem, type ProblemPart } from '@comity/kernel';
import { escapePointer } from './json-body.js';

/** More would only repeat the same mistake, and a hostile body could ask for a very long answer. */
export const MAX_ERRORS = 100;

const CODES: Record<string, string> = {
  whitelistValidation: 'field.unknown',
  nestedValidation: 'field.not-object',
  isDefined: 'field.missing',
  isNotEmpty: 'field.empty',
  matches: 'field.not-matching',
};

const WHERE: Record<string, string> = { body: 'body.invalid', query: 'query.invalid', param: 'path.invalid' };

/**
 * Checks bodies and queries against their DTO: unknown members are refused, nothing is converted implicitly.
 * @throws Problem 400 `body.invalid`, `query.invalid` or `path.invalid`, with `errors[].pointer` into the body or query
 */
@Injectable()
export class DtoPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      transformOptions: { enableImplicitConversion: false },
      validationError: { target: false, value: true },
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (!this.toValidate(metadata)) return value;
    if (metadata.type === 'body') refuseShape(value);
    // The pipe is shared by all requests: where the value comes from must travel with the error.
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (!(error instanceof InvalidFields)) throw error;
      throw badRequest(WHERE[metadata.type] ?? 'body.invalid', 'Some fields are not as they must be; see errors.', error.parts);
    }
  }

  override createExceptionFactory() {
    return (errors: ValidationError[] = []): InvalidFields => new InvalidFields(toParts(errors));
  }
}

class InvalidFields extends Error {
  constructor(readonly parts: ProblemPart[]) {
    super('invalid fields');
  }
}

/** class-validator would read an array or a scalar as an object without members. */
function refuseShape(value: unknown): void {
  if (value instanceof Readable) throw unsupportedMediaType('application/json');
  const absent = value === undefined;
  if (!absent && (value === null || typeof value !== 'object' || Array.isArray(value))) {
    const detail = 'The body must be a JSON object.';
    throw badRequest('body.invalid', detail, [{ pointer: '', code: 'field.not-object', detail }]);
  }
}

/** @param expected the media type this route takes */
export function unsupportedMediaType(expected: string): Problem {
  return new Problem({
    status: 415,
    code: 'body.unsupported-media-type',
    title: 'The media type is not taken here',
    detail: `Send the body as ${expected}.`,
  });
}

/** The errors of class-validator as a flat list, each with the JSON pointer of the field it speaks of. */
export function toParts(errors: ValidationError[], parent = '', parts: ProblemPart[] = []): ProblemPart[] {
  for (const error of errors) {
    const pointer = `${parent}/${escapePointer(error.property)}`;
    const constraints = Object.entries(error.constraints ?? {});
    const missing = error.value === undefined && !error.constraints?.['whitelistValidation'] && constraints.length > 0;
    if (parts.length >= MAX_ERRORS) return parts;
    if (missing) {
      parts.push({ pointer, code: 'field.missing', detail: `${error.property} is required` });
    } else {
      for (const [name, detail] of constraints) parts.push({ pointer, code: constraintCode(name), detail });
    }
    toParts(error.children ?? [], pointer, parts);
  }
  return parts;
}

/** `isString` -> `field.not-string`, `maxLength` -> `field.max-length`: derived, so that a new constraint has a code at once. */
export function constraintCode(name: string): string {
  const kebab = (text: string) => text.replace(/(?<=[a-z0-9])[A-Z]/g, (c) => `-${c}`).toLowerCase();
  const is = /^is([A-Z].*)$/.exec(name);
  return CODES[name] ?? (is ? `field.not-${kebab(is[1]!)}` : `field.${kebab(name)}`);
}
