import fc from 'fast-check';
import { CASE_CONTROLLERS } from '../api/play.js';
import type { Law } from '@comity/requests';
import { unhandled, withChart } from '../model-check/planted.js';
import { testHttp, type TestHttp } from '../support/http.js';
import { Tally } from './course.js';
import { pairsBetweenNodes } from './pairs.js';
import { randomOf } from '../support/random.js';
import { courseOf, Scout, type Way } from './scout.js';
import { Difference, Ground, Walk } from './walk.js';

/** Steps of a run; more by WALK_STEPS, for a run that is recorded in docs/reference/random-walks.md. */
const STEPS = Number(process.env['WALK_STEPS'] ?? 20_000);
const LONGEST = 80;
const SEED = Number(process.env['WALK_SEED'] ?? 20_261_103);
/** Looks of a scout before a walk that may be led. */
const LOOKS = 12;

/** Steps after which a long run tells how far it is. */
const EVERY = 50_000;
/** Nodes that are walked on side by side: most of a step is waiting for the database. */
const LANES = 4;
/** Walks that the lanes share out among themselves: none waits for the longest walk of another. */
const TOGETHER = 64;

describe('random walks of the node and the model, in step', () => {
  const tally = new Tally();
  let scout: Scout;
  const [nodes, grounds]: [TestHttp[], Ground[]] = [[], []];
  beforeAll(async () => {
    for (let lane = 0; lane < LANES; lane += 1) {
      nodes.push(await testHttp(import.meta.url, [], { controllers: CASE_CONTROLLERS }));
      grounds.push(await Ground.open(nodes[lane]!));
    }
    scout = new Scout(randomOf(SEED), grounds[0]!.official);
  });
  afterAll(async () => {
    for (const ground of grounds) await ground.close();
    for (const node of nodes) await node.close();
  });

  /** @param way what is done first, before chance */
  const walk = async (ground: Ground, seed: number, way: Way | undefined, counted: Tally, law?: Law): Promise<void> => {
    const random = randomOf(seed);
    const one = new Walk(ground, courseOf(way?.seed ?? seed, { at: ground.http.node.clock.now(), random, tally: counted, officials: ground.official, law }));
    await one.begin();
    for (const step of way?.steps ?? []) if (!(await one.step(step))) break;
    const length = 20 + Math.floor(random() * LONGEST) - (way?.steps.length ?? 0);
    for (let i = 0; i < length && counted.count.steps < STEPS; i += 1) if (!(await one.step())) break;
    await one.end();
  };
  /** Every other walk is led to what none has come to, while there is such a thing. */
  const chosen = async (ground: Ground, seed: number): Promise<void> => {
    const way = seed % 2 === 0 ? scout.wayTo(missed(), ground.http.node.clock.now(), LOOKS) : undefined;
    if (way) tally.count.led += 1;
    await walk(ground, seed, way, tally);
  };
  const pairs = pairsBetweenNodes();
  const missed = (): string[] => pairs.filter((pair) => !tally.visited.has(pair));

  it(`${STEPS} steps: every act is answered alike, and both files are alike after every step`, async () => {
    let told = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer(), { minLength: TOGETHER, maxLength: TOGETHER }), async (seeds) => {
        const lane = async (ground: Ground): Promise<void> => {
          for (let seed; tally.count.steps < STEPS && (seed = seeds.pop()) !== undefined;) await chosen(ground, seed);
        };
        await Promise.all(grounds.map(lane));
        if (Math.floor(tally.count.steps / EVERY) > told) tell((told = Math.floor(tally.count.steps / EVERY)));
      }),
      { numRuns: Math.ceil(STEPS / TOGETHER), seed: SEED, endOnFailure: true },
    );
    const { steps, refused, messages, crossings, fired, moved } = tally.count;
    expect(steps).toBeGreaterThanOrEqual(STEPS);
    expect(Math.min(refused, messages, crossings, fired, moved)).toBeGreaterThan(0);
    tell(steps / EVERY);
    // Which pairs a short run comes to hangs on which lane was faster; a long one comes to all.
    expect(pairs.length - missed().length).toBeGreaterThan(STEPS < 20_000 ? 0 : 580);
    if (STEPS >= 1_000_000) expect(missed()).toEqual([]);
  }, 36_000_000);

  it('control: a model whose statechart differs in one transition is told apart from the node', async () => {
    const law = withChart('letter', 'requested', (c) => unhandled(c, 'main', 'received', 'ACKNOWLEDGE'));
    const until = async (): Promise<string> => {
      for (let seed = 1; seed < 60; seed += 1) {
        try {
          await walk(grounds[0]!, seed, undefined, new Tally(), law);
        } catch (error) {
          if (error instanceof Difference) return error.message;
          throw error;
        }
      }
      return 'no difference';
    };
    expect(await until()).toMatch(/the model refuses \(event\.not-possible-now\) what the node answers with 200/);
  });

  function tell(times: number): void {
    process.stdout.write(`${JSON.stringify({ seed: SEED, at: Math.round(times * EVERY), ...tally.count, pairs: pairs.length, visited: pairs.length - missed().length })}\n`);
    if (process.env['WALK_STEPS']) process.stdout.write(`${missed().join('\n')}\n`);
  }
});
