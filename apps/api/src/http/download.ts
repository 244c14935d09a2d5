import { ApiOkResponse } from '@nestjs/swagger';

/**
 * Headers of a file sent for saving, never for showing: its content comes from a case and is not trusted by a browser.
 * The name travels in UTF-8 (RFC 6266, RFC 8187), with an ASCII likeness for old readers.
 */
export function attachmentHeaders(file: { name: string; sha256: string }): Record<string, string> {
  const ascii = file.name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const utf8 = encodeURIComponent(file.name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return {
    'content-disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${utf8}`,
    // RFC 9530: the receiver can check what arrived.
    'repr-digest': `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
    'x-content-type-options': 'nosniff',
  };
}

/** Describes a download in OpenAPI: bytes, whatever the file is. */
export const ApiDownload = (): MethodDecorator =>
  ApiOkResponse({ description: 'The bytes of the file.', content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } });
