import { Readable } from 'node:stream';
import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { OCTET_STREAM } from './body-parsers.js';
import { RAW_BODY } from './undeclared-input.js';
import { unsupportedMediaType } from './validation.js';

export interface Upload {
  /** The bytes as they arrive. Whoever takes them MUST limit how many. */
  stream: Readable;
  /** What the sender declares (Content-Length); absent when sent in chunks. */
  declaredBytes?: number;
}

/** Parameter: the raw body of an upload as a stream. @throws Problem 415 when the body is no application/octet-stream */
export const UploadBody = createParamDecorator((_: unknown, context: ExecutionContext): Upload => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  if (!(request.body instanceof Readable)) throw unsupportedMediaType(OCTET_STREAM);
  const declared = Number(request.headers['content-length']);
  return { stream: request.body, ...(Number.isSafeInteger(declared) && { declaredBytes: declared }) };
}, [describeUpload]);

/** Declares the raw body, and describes it in OpenAPI, wherever the parameter is used. */
function describeUpload(target: object, key: string | symbol | undefined): void {
  const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
  if (!descriptor) return;
  SetMetadata(RAW_BODY, true)(target, key!, descriptor);
  ApiConsumes(OCTET_STREAM)(target, key!, descriptor);
  ApiBody({ required: true, schema: { type: 'string', format: 'binary' } })(target, key!, descriptor);
}
