import type { Side } from '@comity/kernel';
import { isFinal, mainState } from '@comity/requests';
import { stateOf } from '../model-check/coverage.js';
import { Course, drawn, SIDES, Tally, type CourseOptions, type Officials, type Option } from './course.js';
import { letterOf } from './letters.js';
import { randomOf } from '../support/random.js';

/** A way through the model that can be walked again: the letter by its seed, then what was done. */
export interface Way {
  seed: number;
  steps: Option[];
}

/** Ways kept to one place. */
const KEPT = 3;
/** Steps that a scout looks on from where it was led to, and of these, at first, some towards the pair it is after. */
const LOOKED = 20;
const AIMED = 6;
const LONGEST = 90;

/** Where a chart stands, in all its regions and with what it remembers. */
interface Place {
  side: Side;
  chart: string;
  /** An act of one duty officer waits for its review. */
  reviewDue: boolean;
  /** The term of that still runs. */
  reviewRuns: boolean;
  /** A letter that was closed over released data, and the other State does not know it yet. */
  renewable: boolean;
  ways: Way[];
  /** How often a scout looked on from here. */
  left: number;
}

/**
 * Finds ways to transitions that no walk has come to yet, in the model alone: it goes back to a place it knows, rather to
 * one it seldom went on from, and looks on from there. A walk is then led that way with the node. What is compared stays
 * the same; chance alone would come to the end of a measure's life too seldom.
 */
export class Scout {
  private readonly places = new Map<string, Place>();
  /** Places in which a region stands in a state: `side:chart:region:state`. */
  private readonly standing = new Map<string, Set<Place>>();
  private readonly tally = new Tally();
  /** Ways found to a pair, and not yet walked with the node. */
  private readonly found = new Map<string, Way>();

  constructor(
    private readonly random: () => number,
    private readonly officials: Officials,
  ) {}

  /**
   * A way to one of the pairs, looked for at most so many times.
   * @param missed what no walk has come to
   */
  wayTo(missed: readonly string[], at: Date, tries: number): Way | undefined {
    if (missed.length === 0) return undefined;
    const wanted = new Set(missed);
    for (const pair of this.found.keys()) if (!wanted.has(pair)) this.found.delete(pair);
    for (let i = 0; i < tries && this.found.size === 0; i += 1) this.look(missed, wanted, at);
    const [first] = this.found;
    if (!first) return undefined;
    this.found.delete(first[0]);
    return first[1];
  }

  private look(missed: readonly string[], wanted: ReadonlySet<string>, at: Date): void {
    const target = pick(missed, this.random)!;
    const way = this.random() < 0.1 ? undefined : this.known(target);
    const { seed, steps }: Way = way ? copy(way) : { seed: Math.floor(this.random() * 2 ** 31), steps: [] };
    const course = courseOf(seed, { at, tally: this.tally, officials: this.officials, random: this.random });
    // Done at another time, a step may be refused: it leads on all the same, or to no place.
    const gone = steps.filter((step) => course.take(step));
    for (let i = 0; i < LOOKED && gone.length < LONGEST; i += 1) {
      const step = (i < AIMED && this.random() < 0.4 ? course.towards(target) : undefined) ?? course.choose();
      if (!step) return;
      const before = course.seen.size;
      if (!course.take(step)) continue;
      gone.push(step);
      this.keep(course, { seed, steps: gone });
      if (course.seen.size === before) continue;
      for (const pair of course.seen) if (wanted.has(pair) && !this.found.has(pair)) this.found.set(pair, copy({ seed, steps: gone }));
    }
  }

  /** A way to where the pair could be taken, or else to any place: so more places become known. */
  private known(target: string): Way | undefined {
    const places = this.random() < 0.7 ? this.near(target) : [...this.places.values()];
    const [drawnOne] = drawn(places.map((place): [Place, number] => [place, 1 / (1 + place.left)]), this.random);
    if (!drawnOne) return undefined;
    const [place] = drawnOne;
    place.left += 1;
    return pick(place.ways, this.random);
  }

  /** Where the pair could be taken; of what comes after a duty officer's act, where one waits, be it in another state. */
  private near(target: string): Place[] {
    const [side, event] = aimOf(target);
    const standing = [...(this.standing.get(stateOf(target)) ?? [])];
    if (event === 'MEASURE_BEGUN_ANEW') {
      const renewable = standing.filter((place) => place.renewable);
      return renewable.length > 0 ? renewable : [...(this.standing.get('requested:preservation:main:preservationReleased') ?? [])];
    }
    if (!event.endsWith('DUTY_ACT') && event !== 'MISS_DUTY_REVIEW') return standing;
    const flag = event === 'MISS_DUTY_REVIEW' ? 'reviewRuns' : 'reviewDue';
    const waiting = standing.filter((place) => place[flag]);
    return waiting.length > 0 ? waiting : [...this.places.values()].filter((place) => place[flag] && place.side === side && place.chart === target.split(':')[1]);
  }

  private keep(course: Course, way: Way): void {
    for (const side of SIDES) {
      const { file, firings } = course.model.own[side];
      for (const { no, state: { chart, value, context } } of [{ no: null, state: file.letter }, ...file.measures]) {
        const reviewRuns = firings.some(({ measure, fires }) => measure === no && fires === 'MISS_DUTY_REVIEW');
        const held = Object.entries(context).filter(([, value]) => value === true).map(([name]) => name);
        // What a letter may do hangs on its measures: one with all of them ended is another place.
        const ended = no === null && file.measures.every((m) => isFinal(m.state));
        const renewable = no === null && value['main'] === 'closed' && side === 'requested' && mainState(course.model.own.requesting.file.letter) !== 'closed'
          && file.measures.some((m) => m.state.chart === 'preservation' && mainState(m.state) === 'preservationReleased');
        const key = `${side}:${chart}:${Object.values(value).join()}:${held.join()}:${reviewRuns}:${ended}:${renewable}`;
        let place = this.places.get(key);
        if (!place) {
          this.places.set(key, (place = { side, chart, reviewDue: held.includes('reviewDue'), reviewRuns, renewable, ways: [], left: 0 }));
          for (const [region, state] of Object.entries(value)) {
            const name = `${side}:${chart}:${region}:${state}`;
            this.standing.set(name, (this.standing.get(name) ?? new Set()).add(place));
          }
        }
        if (place.ways.length < KEPT) place.ways.push(copy(way));
        // From the end of a long way there is no room to look on.
        else if (this.random() < 0.02 && way.steps.length <= LONGEST - LOOKED) place.ways[Math.floor(this.random() * KEPT)] = copy(way);
      }
    }
  }
}

/** The course of a letter that follows from the seed. */
export function courseOf(seed: number, options: Omit<CourseOptions, 'letter' | 'desk'>): Course {
  return new Course({ ...options, ...letterOf(randomOf(seed)) });
}

const aimOf = (pair: string): [side: Side, event: string] => [pair.slice(0, pair.indexOf(':')) as Side, pair.slice(pair.lastIndexOf(':') + 1)];
const copy = ({ seed, steps }: Way): Way => ({ seed, steps: [...steps] });
const pick = <T>(list: readonly T[], random: () => number): T | undefined => list[Math.floor(random() * list.length)];
