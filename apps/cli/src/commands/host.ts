import { randomBytes } from 'node:crypto';
import { AccountsService, hashPassword } from '@comity/access';
import { inTransaction } from '@comity/database';
import { facts, isStateCode } from '@comity/directory';
import { SystemClock } from '@comity/kernel';
import { DataSource } from 'typeorm';
import { createApp } from '../../../api/src/bootstrap.js';
import { HostingService } from '../../../api/src/hosting.service.js';
import { createLogger } from '../../../worker/src/index.js';
import { readSettings } from '../../../../config/settings.js';
import { type Command, UsageError } from '../command.js';

/** The first act on a new node: nobody can sign in before a State has an authority and an administrator. */
export const host: Command = {
  about: 'enter a State in the directory; unless off-network, keep its files here: signing key and first administrator',
  operands: ['state'],
  options: {
    authority: { type: 'string' },
    'time-zone': { type: 'string' },
    languages: { type: 'string' },
    source: { type: 'string' },
    'off-network': { type: 'boolean' },
  },
  help: {
    authority: 'name of its central authority',
    'time-zone': 'IANA name, as in Asia/Almaty; default UTC',
    languages: 'accepted for requests, as in kk,ru,en; default en',
    source: 'where these facts are from; default "entered at installation"',
    'off-network': 'the State has no node: messages to it are carried by people',
  },
  async run({ operands, options, env, out }) {
    const state = operands[0]!;
    if (!isStateCode(state)) throw new UsageError(`${state} is no State: give two capital letters (ISO 3166-1), as in KZ`);
    const name = options.authority as string | undefined;
    if (!name?.trim()) throw new UsageError('--authority is missing: the name of the central authority');
    const hosted = options['off-network'] !== true;
    const settings = readSettings(env);
    const app = await createApp({ settings: { ...settings, worker: false }, logger: createLogger('error') });
    try {
      const at = new SystemClock().now();
      const fact = { validFrom: at.toISOString().slice(0, 10), validTo: null, source: (options.source as string | undefined) ?? 'entered at installation', asOf: at.toISOString().slice(0, 10), verified: false };
      const languages = ((options.languages as string | undefined) ?? 'en').split(',').map((l) => l.trim());
      const authorityId = `${state}-central-authority`;
      const password = randomBytes(15).toString('base64url');
      const passwordHash = await hashPassword(password);
      const account = await inTransaction(app.get(DataSource), { state }, async (tx) => {
        await facts.state(tx, { code: state, hosted, ...fact });
        await facts.authority(tx, { state, id: authorityId, kind: 'central', name, timeZone: (options['time-zone'] as string | undefined) ?? 'UTC', languages, networks: [], territory: null, ...fact });
        for (const language of languages) await facts.acceptedLanguage(tx, { state, language, ...fact });
        if (!hosted) return undefined;
        return app.get(AccountsService, { strict: false }).install(tx, { state, username: 'administrator', passwordHash, authorityId, roles: ['administrator'] }, at);
      });
      if (hosted) await app.get(HostingService, { strict: false }).hostAll(at);
      out.say(hosted ? `${state} is hosted here, with a signing key of its own.` : `${state} is in the directory, off-network.`);
      if (account) out.say(`Sign in as administrator of ${state} with this password, shown once: ${password}`);
      else if (hosted) out.say('Its administrator has an account already; the password stays as it was.');
      out.result({ ok: true, state, hosted, ...(account && { administrator: { username: 'administrator', password } }) });
      return 0;
    } finally {
      await app.close();
    }
  },
};
