import { createApp } from '../../../api/src/bootstrap.js';
import { stopOnSignals } from '../../../api/src/stop-on-signals.js';
import { createLogger } from '../../../worker/src/index.js';
import { readSettings } from '../../../../config/settings.js';
import type { Command } from '../command.js';

export const start: Command = {
  about: 'serve, without demo data; in production demo secrets are refused',
  operands: [],
  options: {},
  help: {},
  async run({ env, out }) {
    const settings = readSettings(env);
    const logger = createLogger(settings.logLevel);
    const app = await createApp({ settings, logger });
    stopOnSignals(app, logger);
    await app.listen(settings.port, settings.host);
    const url = await app.getUrl();
    out.say(`Comity serves ${url}/api/v1; its description: ${url}/api/docs`);
    out.result({ ok: true, url, docs: `${url}/api/docs` });
    // The open server keeps the process alive, until a signal comes.
    return 0;
  },
};
