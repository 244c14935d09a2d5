import { demoServer, type DemoServer } from './demo-server.js';
import { fences, read } from './pages.js';
import { fault, runSteps, steps } from './run-blocks.js';

// Real: server, worker, database, bash, curl, node. Not built: the command of section 12 runs from the sources.
describe('the tutorial', () => {
  let server: DemoServer;
  const page = steps(fences(read('docs/tutorial.md')));

  beforeAll(async () => {
    server = await demoServer(import.meta.url);
  }, 60_000);

  afterAll(() => server.close());

  const run = (list: typeof page) => runSteps(list, { BASE: `${server.url}/api/v1` });

  it('prints at every step what the page says, from sign-in to the log verified offline', async () => {
    expect(page.length).toBeGreaterThan(10);
    const results = await run(page);
    expect(results.map(fault).filter((found) => found !== undefined)).toEqual([]);
  }, 120_000);

  describe('as it would be found wrong', () => {
    const [functions, signIn] = [page[0]!, page[1]!];

    it('a command that fails is told with its line, and nothing after it is run', async () => {
      const wrong = { ...signIn, commands: signIn.commands.replace('sign_in US central-authority', 'sign_in US no-such-account') };
      const faults = (await run([functions, wrong, { ...signIn, line: 999 }])).map(fault);
      expect(faults[0]).toBeUndefined();
      expect(faults[1]).toMatch(new RegExp(`^line ${signIn.line}: exit status [1-9]`));
      expect(faults[2]).toBe('line 999: not reached');
    });

    it('an answer other than the page promises is shown beside what it promises', async () => {
      const wrong = { ...signIn, expected: signIn.expected!.replace('IS', 'US') };
      const faults = (await run([functions, wrong])).map(fault);
      expect(faults[1]).toContain('where the page says\nUS');
    });

    it('what is printed without being promised is a fault', async () => {
      const faults = (await run([functions, { commands: 'echo unasked', expected: undefined, line: 1 }])).map(fault);
      expect(faults[1]).toContain('unasked');
    });
  });
});
