import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../../api/src/bootstrap.js';
import { openApiDocument } from '../../../api/src/docs/openapi.js';
import { createLogger } from '../../../worker/src/index.js';
import { readSettings } from '../../../../config/settings.js';

/**
 * The description of the API, from the application itself on an empty embedded database. Only what tsc built has the
 * schemas: the plugin that writes them does not run under jest.
 */
export async function renderOpenApi(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'comity-openapi-'));
  try {
    const settings = readSettings({ COMITY_DATA_DIR: dataDir, COMITY_WORKER: 'off' });
    const app = await createApp({ settings, logger: createLogger('error') });
    const document = openApiDocument(app);
    await app.close();
    return `${JSON.stringify(document, null, 2)}\n`;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
