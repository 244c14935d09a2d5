import { Readable } from 'node:stream';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { badRequest, type ProblemPart } from '@comity/kernel';
import { escapePointer, FORBIDDEN_KEYS } from './json-body.js';
import { MAX_ERRORS, unsupportedMediaType } from './validation.js';

/** Metadata of a handler that reads the raw body by a parameter of our own, which Nest does not know to be one. */
export const RAW_BODY = 'comity:raw-body';

/**
 * Refuses a query or a body where the handler declares none; what it declares, its DTO checks. Otherwise a filter
 * misspelt or sent to the wrong route, would be answered as if it had been applied.
 * Runs after access was decided, and before an act is looked up by its Idempotency-Key.
 */
@Injectable()
export class UndeclaredInput implements NestInterceptor {
  /** By handler: what a route declares does not change while it is served. */
  private readonly declared = new WeakMap<object, Declared>();

  /** @throws Problem 400 `query.invalid`, `body.invalid`; 415 for a body that is no JSON */
  intercept(context: ExecutionContext, next: CallHandler) {
    const { query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const handler = context.getHandler();
    const { takesQuery, takesBody } = this.declared.get(handler) ?? this.keep(handler, declaredBy(context));
    // class-transformer drops these names before the DTO could refuse them.
    refuse('query.invalid', 'The query names what is never taken; see errors.', unknownMembers(query).filter(({ pointer }) => FORBIDDEN_KEYS.has(pointer.slice(1))));
    if (!takesQuery) refuse('query.invalid', 'This address takes no query; see errors.', unknownMembers(query));
    if (!takesBody && body instanceof Readable) throw unsupportedMediaType('application/json');
    if (!takesBody) refuse('body.invalid', 'This address takes no body; see errors.', unknownMembers(body));
    return next.handle();
  }

  private keep(handler: object, declared: Declared): Declared {
    this.declared.set(handler, declared);
    return declared;
  }
}

interface Declared {
  takesQuery: boolean;
  takesBody: boolean;
}

function declaredBy(context: ExecutionContext): Declared {
  const handler = context.getHandler();
  const declared = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name) as object | undefined;
  // Keys are `<kind>:<position>`; those of parameters of our own begin with another word.
  const takes = (kind: RouteParamtypes) => Object.keys(declared ?? {}).some((key) => key.startsWith(`${kind}:`));
  return { takesQuery: takes(RouteParamtypes.QUERY), takesBody: takes(RouteParamtypes.BODY) || Reflect.hasMetadata(RAW_BODY, handler) };
}

function unknownMembers(input: unknown): ProblemPart[] {
  if (input === undefined || input === null) return [];
  if (typeof input !== 'object' || Array.isArray(input)) return [{ pointer: '', code: 'field.unknown', detail: 'nothing is taken here' }];
  return Object.keys(input).slice(0, MAX_ERRORS).map((name) => ({ pointer: `/${escapePointer(name)}`, code: 'field.unknown', detail: `property ${name} should not exist` }));
}

function refuse(code: string, detail: string, errors: ProblemPart[]): void {
  if (errors.length > 0) throw badRequest(code, detail, errors);
}
