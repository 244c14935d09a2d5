import { randomBytes } from 'node:crypto';
import { AccountsService, hashPassword } from '@comity/access';
import { AuditLog } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { facts, isStateCode } from '@comity/directory';
import { NODE_STATE, SystemClock } from '@comity/kernel';
import { DataSource } from 'typeorm';
import { createApp } from '../../../api/src/bootstrap.js';
import { HostingService } from '../../../api/src/hosting.service.js';
import { createLogger } from '../../../worker/src/index.js';
import { readSettings } from '../../../../config/settings.js';
import { type Command, UsageError } from '../command.js';

/**
 * The first act on a new node: nobody can sign in before a State has an authority and an administrator. The node's own
 * operator comes with the first State. Each is in the log of its State.
 */
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
      const audit = app.get(AuditLog, { strict: false });
      const accounts = app.get(AccountsService, { strict: false });
      /** Installs an account that is not there yet, with its entry. @returns the password, to be shown once */
      const install = async (of: string, username: 'administrator' | 'operator', authority: string | null): Promise<string | undefined> => {
        const password = randomBytes(15).toString('base64url');
        const passwordHash = await hashPassword(password);
        return inTransaction(app.get(DataSource), { state: of }, async (tx) => {
          const made = await accounts.install(tx, { state: of, username, passwordHash, authorityId: authority, roles: [username] }, at);
          if (!made) return undefined;
          const body = { accountId: made.id, roles: [username], authorityId: authority, installed: true };
          await audit.append(tx, { subject: `account:${made.id}`, type: 'account.created', at, actor: { kind: 'node', state: of }, body });
          return password;
        });
      };
      await inTransaction(app.get(DataSource), { state }, async (tx) => {
        const made = [await facts.state(tx, { code: state, hosted, ...fact })];
        made.push(await facts.authority(tx, { state, id: authorityId, kind: 'central', name, timeZone: (options['time-zone'] as string | undefined) ?? 'UTC', languages, networks: [], territory: null, ...fact }));
        for (const language of languages) made.push(await facts.acceptedLanguage(tx, { state, language, ...fact }));
        if (!made.includes(true)) return;
        await audit.append(tx, { subject: 'node', type: 'directory.fact-recorded', at, actor: { kind: 'node', state }, body: { kind: 'state', state, hosted, authorityId, languages } });
      });
      const administrator = hosted ? await install(state, 'administrator', authorityId) : undefined;
      const operator = hosted ? await install(NODE_STATE, 'operator', null) : undefined;
      if (hosted) await app.get(HostingService, { strict: false }).hostAll(at);
      out.say(hosted ? `${state} is hosted here, with a signing key of its own.` : `${state} is in the directory, off-network.`);
      if (administrator) out.say(`Sign in as administrator of ${state} with this password, shown once: ${administrator}`);
      else if (hosted) out.say('Its administrator has an account already; the password stays as it was.');
      if (operator) out.say(`Sign in as operator of the node (state ${NODE_STATE}) with this password, shown once: ${operator}`);
      out.result({
        ok: true, state, hosted,
        ...(administrator && { administrator: { username: 'administrator', password: administrator } }),
        ...(operator && { operator: { username: 'operator', password: operator } }),
      });
      return 0;
    } finally {
      await app.close();
    }
  },
};
