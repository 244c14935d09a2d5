import { demoServer, type DemoServer } from './demo-server.js';
import { fences, read } from './pages.js';
import { fault, runSteps, steps } from './run-blocks.js';

// Real: server, worker, database, bash, curl, node. The functions are those of the tutorial's first block.
describe('how-to pages with commands', () => {
  let server: DemoServer;
  const [functions] = steps(fences(read('docs/tutorial.md')));

  beforeAll(async () => {
    server = await demoServer(import.meta.url);
  }, 60_000);

  afterAll(() => server.close());

  it.each(['docs/how-to/serve-an-off-network-counterpart.md', 'docs/how-to/add-authorities-and-instruments.md'])('%s prints at every step what it says', async (page) => {
    const list = steps(fences(read(page)));
    expect(list.length).toBeGreaterThan(2);
    const results = await runSteps([functions!, ...list], { BASE: `${server.url}/api/v1` });
    expect(results.map(fault).filter((found) => found !== undefined)).toEqual([]);
  }, 60_000);
});
