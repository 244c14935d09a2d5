import fc from 'fast-check';
import type { MeasureContent } from '@comity/treaty';
import { CASE_CONTROLLERS } from '../api/play.js';
import type { Law } from '@comity/requests';
import { allPairs, whyUnreachable } from '../model-check/coverage.js';
import { unhandled, withChart } from '../model-check/planted.js';
import { assistance } from '../support/assistance.js';
import { testHttp, type TestHttp } from '../support/http.js';
import { emergency, query } from '../support/network.js';
import { preservationMeasure } from '../support/preservation.js';
import { letter, measure } from '../support/stored-data.js';
import type { Letter } from './model-files.js';
import { byLetterOnly, randomOf } from './pairs.js';
import { Difference, Ground, Tally, Walk, whyNotHere } from './walk.js';

/** Steps of a run; more by WALK_STEPS, for a run that is recorded in docs/reference/random-walks.md. */
const STEPS = Number(process.env['WALK_STEPS'] ?? 20_000);
const LONGEST = 80;
const SEED = Number(process.env['WALK_SEED'] ?? 20_261_103);

const under = (instrument: string, article: string): Pick<MeasureContent, 'legalBases'> => ({ legalBases: [{ instrument, article, date: '2026-11-03', role: 'primary' }] });
const information = (useLimits?: string): MeasureContent => ({ form: 'spontaneous-information', what: 'Logs of an intrusion', items: [], ...(useLimits !== undefined && { useLimits }), ...under('uncc-2024', '40') });
const realTime = (): MeasureContent => ({ ...measure(under('uncc-2024', '45')), form: 'real-time-traffic', dataClass: 'traffic', necessity: 'Seen only live', periodReason: 'They come once a week', period: { from: '2026-11-10T00:00:00Z', to: '9000-11-10T00:00:00Z' } });

/** The longer a form's life, the oftener it is walked. */
const UNCC: MeasureContent[] = [
  measure(), measure(), measure(), measure(), preservationMeasure(), preservationMeasure(), emergency(), query(),
  assistance({ assistance: 'voluntary-appearance' }), assistance({ assistance: 'transfer-of-detained-person' }), information(), information('Not as evidence'), realTime(),
];
const BUDAPEST: MeasureContent[] = [
  measure(under('budapest-2001', '31')), preservationMeasure(under('budapest-2001', '29')), query(under('budapest-2001', '35')),
  { form: 'preserved-traffic-data', what: 'The path', items: [{ type: 'ipv4', value: '203.0.113.24' }], ...under('budapest-2001', '30') },
];

function letterOf(random: () => number): { letter: Letter; desk: boolean } {
  const budapest = random() < 0.2;
  const desk = !budapest && random() < 0.25;
  const forms = budapest ? BUDAPEST : desk ? [preservationMeasure(), preservationMeasure(), emergency(), emergency(), query()] : UNCC;
  const measures = Array.from({ length: [1, 1, 1, 2, 3][Math.floor(random() * 5)]! }, () => forms[Math.floor(random() * forms.length)]!);
  // A path is asked for with the preservation it is of.
  if (measures.some((m) => m.form === 'preserved-traffic-data')) measures.unshift(BUDAPEST[1]!);
  const [requesting, requested] = budapest ? ['US', 'IS'] : ['KZ', 'VN'];
  return { desk, letter: { content: letter(), measures, instrument: budapest ? 'budapest-2001' : 'uncc-2024', requesting: requesting!, requested: requested! } };
}

/** Steps after which a long run tells how far it is. */
const EVERY = 50_000;
/** Nodes that are walked on side by side: most of a step is waiting for the database. */
const LANES = 4;

describe('random walks of the node and the model, in step', () => {
  const tally = new Tally();
  const [nodes, grounds]: [TestHttp[], Ground[]] = [[], []];
  beforeAll(async () => {
    for (let lane = 0; lane < LANES; lane += 1) {
      nodes.push(await testHttp(import.meta.url, [], { controllers: CASE_CONTROLLERS }));
      grounds.push(await Ground.open(nodes[lane]!, tally));
    }
  });
  afterAll(async () => {
    for (const ground of grounds) await ground.close();
    for (const node of nodes) await node.close();
  });

  const walk = async (ground: Ground, seed: number, law?: Law): Promise<void> => {
    const random = randomOf(seed);
    const { letter: about, desk } = letterOf(random);
    const one = new Walk(ground, about, random, law);
    await one.begin(desk);
    const length = 20 + Math.floor(random() * LONGEST);
    for (let i = 0; i < length && (law !== undefined || tally.count.steps < STEPS); i += 1) if (!(await one.step())) break;
    await one.end();
  };
  const pairs = allPairs().filter((pair) => !pair.endsWith(':') && !byLetterOnly(pair) && whyUnreachable(pair) === undefined && whyNotHere(pair) === undefined);
  const missed = (): string[] => pairs.filter((pair) => !tally.visited.has(pair));

  it(`${STEPS} steps: every act is answered alike, and both files are alike after every step`, async () => {
    let told = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer(), { minLength: LANES, maxLength: LANES }), async (seeds) => {
        if (tally.count.steps >= STEPS) return;
        await Promise.all(grounds.map((ground, lane) => walk(ground, seeds[lane]!)));
        if (Math.floor(tally.count.steps / EVERY) > told) tell((told = Math.floor(tally.count.steps / EVERY)));
      }),
      { numRuns: Math.ceil(STEPS / LANES), seed: SEED, endOnFailure: true },
    );
    const { steps, refused, messages, crossings, fired } = tally.count;
    expect(steps).toBeGreaterThanOrEqual(STEPS);
    expect(Math.min(refused, messages, crossings, fired)).toBeGreaterThan(0);
    tell(steps / EVERY);
    // Which pairs a short run comes to hangs on which lane was faster; a long one comes to all.
    expect(pairs.length - missed().length).toBeGreaterThan(STEPS < 20_000 ? 0 : 480);
    if (STEPS >= 1_000_000) expect(missed()).toEqual([]);
  }, 36_000_000);

  it('control: a model whose statechart differs in one transition is told apart from the node', async () => {
    const law = withChart('letter', 'requested', (c) => unhandled(c, 'main', 'received', 'ACKNOWLEDGE'));
    const until = async (): Promise<string> => {
      for (let seed = 1; seed < 60; seed += 1) {
        try {
          await walk(grounds[0]!, seed, law);
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
