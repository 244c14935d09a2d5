// Stops the server of the test run. With COMITY_TEST_KEEP=1 it stays, to look into its databases.
import { rmSync } from 'node:fs';

export default async function () {
  const { server, folder } = globalThis.comityTest ?? {};
  if (!server) return;
  if (process.env.COMITY_TEST_KEEP === '1') {
    process.stdout.write(`\nThe test databases are kept: port ${server.record.port}, passwords in ${folder}/postgres.json\n`);
    return;
  }
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
