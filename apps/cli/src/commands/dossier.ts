import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { DossierService } from '@comity/evidence';
import { isStateCode } from '@comity/directory';
import { isId, Problem } from '@comity/kernel';
import { createApp } from '../../../api/src/bootstrap.js';
import { createLogger } from '../../../worker/src/index.js';
import { readSettings } from '../../../../config/settings.js';
import { type Command, Refused, UsageError } from '../command.js';

export const dossier: Command = {
  about: 'export one request of a hosted State for a court, to be verified with `comity verify`',
  operands: ['state', 'request', 'new-file'],
  options: { withhold: { type: 'string', multiple: true }, attachments: { type: 'boolean' }, evidence: { type: 'boolean' } },
  help: {
    withhold: 'leave out contents, messages, attachments, evidence, message:<id> or entry:<id>; may be repeated',
    attachments: 'with the bytes of documents',
    evidence: 'with the bytes of evidence',
  },
  async run({ operands, options, env, out }) {
    const [state, requestId, path] = operands as [string, string, string];
    if (!isStateCode(state)) throw new UsageError(`${state} is no State: give two capital letters (ISO 3166-1), as in KZ`);
    if (!isId(requestId)) throw new UsageError(`${requestId} is no id of a request`);
    if (await stat(path).catch(() => null)) throw new Refused('file.occupied', `${path} is there already: name a new file.`);
    const app = await createApp({ settings: { ...readSettings(env), worker: false }, logger: createLogger('error') });
    try {
      const withhold = (options.withhold as unknown as string[] | undefined) ?? [];
      const ask = { requestId, withhold, attachments: options.attachments === true, evidence: options.evidence === true };
      const { lines } = await app.get(DossierService, { strict: false }).exportByNode(state, ask);
      await pipeline(lines, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    } catch (error) {
      if (error instanceof Problem) throw new Refused(error.code, error.detail);
      throw error;
    } finally {
      await app.close();
    }
    out.say(`Written to ${path}. Verify it with: comity verify ${path}`);
    out.say('It holds case data in the clear, but for what was withheld. The log of the State tells of this export.');
    out.result({ ok: true, state, requestId, path });
    return 0;
  },
};
