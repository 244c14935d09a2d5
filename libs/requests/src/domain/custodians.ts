import type { Json } from '@comity/kernel';
import type { Refusal } from './machine-parts.js';

type Payload = Record<string, Json>;
type Particulars = Record<string, Json>;

/** What one custodian has secured, reported on its own (UNCC 42(8); Budapest 29(7)). */
export interface Secured {
  /** Empty where the report named nobody. */
  custodian: string;
  what?: string;
  from: string;
  until: string;
  reportedAt: string;
  /** The period was extended since: it is agreed then, no longer the least of the law. */
  extended?: boolean;
  /** End of the period before its last extension. */
  before?: string;
}

export function securedBy(particulars: Particulars): Secured[] {
  const preservation = particulars['preservation'] as { custodians?: Secured[] } & Partial<Secured> | undefined;
  if (!preservation) return [];
  // Files of before several custodians were reported apart.
  const all = preservation.custodians ?? [{ custodian: '', ...preservation } as Secured];
  const only = onlyOrdered(particulars);
  // Ordered by name, reported without: in files of before that was brought together, or by letters in the other order.
  return all.length === 1 && all[0]!.custodian === '' && only !== undefined ? [{ ...all[0]!, custodian: only }] : all;
}

/** The one custodian that the order names, whom a report without a name is about; not where it was told to have nothing. */
function onlyOrdered(p: Particulars): string | undefined {
  const [only, ...more] = orderedIn(p['order'] as Payload | undefined);
  return more.length > 0 || withoutData(p).some(({ custodian }) => custodian === only) ? undefined : only;
}

/** Main states of the measure before and after what is told; `ofEarlier`: a letter tells it of the preservation before. */
export interface Step {
  from: string;
  to: string;
  ofEarlier?: boolean;
  /** A letter tells the release of what is kept anew since. */
  keptAnew?: boolean;
  /** The term of the consultation that is open still runs, or its opening has not left. */
  termRuns?: boolean;
  /** The opening of the consultation came late: until when the time that it gives runs, RFC 3339. */
  timeRunsUntil?: string;
}

/** The last end of all custodians' periods: nothing is released before it. */
export function preservedUntilLast(particulars: Particulars): string | undefined {
  const { lastUntil, until } = (particulars['preservation'] as Record<string, string> | undefined) ?? {};
  return lastUntil ?? until;
}

/** End of the preservation period as reported or extended, if data are secured: the earliest of all custodians'. */
export function preservedUntil(particulars: Particulars): string | undefined {
  return (particulars['preservation'] as Payload | undefined)?.['until'] as string | undefined;
}

/** Custodians named in the order that have neither secured anything nor said that they have nothing. */
export function outstandingOf(p: Particulars): string[] {
  const settled = new Set([...securedBy(p), ...withoutData(p), ...releasedCustodians(p)].map((c) => c.custodian));
  return orderedIn(p['order'] as Payload | undefined).filter((name) => !settled.has(name));
}

/** Custodians that an order names. */
export function orderedIn(order: Record<string, unknown> = {}): string[] {
  const { custodian, custodians = [] } = order as { custodian?: string; custodians?: string[] };
  return [...new Set([...custodians, ...(custodian === undefined ? [] : [custodian])])];
}

const releasedCustodians = (p: Particulars): { custodian: string }[] => (p['releasedCustodians'] as { custodian: string }[] | undefined) ?? [];
const withoutData = (p: Particulars): { custodian: string; reportedAt: string }[] => (p['withoutData'] as { custodian: string; reportedAt: string }[] | undefined) ?? [];

/** The measure's period: it begins with the first data secured, and ends with the first period that ends. */
function preservationOf(custodians: Secured[], before: Payload, p: Particulars): Payload {
  const froms = custodians.map((c) => c.from);
  const outstanding = outstandingOf({ ...p, preservation: { custodians } as unknown as Json });
  return {
    ...before, from: earliest(froms), until: earliest(custodians.map((c) => c.until)), lastUntil: latest(custodians.map((c) => c.until)),
    custodians: custodians as unknown as Json, outstanding,
  };
}

export const byTime = (a: string, b: string): number => Date.parse(a) - Date.parse(b);
export const earliest = (times: string[]): string => [...times].sort(byTime)[0]!;
export const latest = (times: string[]): string => [...times].sort(byTime).at(-1)!;

/**
 * A custodian's report joins those that are there; one that is there already is put right by it (a transcribed letter may
 * say it again), but for an end that was agreed since. Told of what was asked for anew, without the order, it begins anew.
 */
export function reported(before: Particulars, payload: Payload, at: string, step?: Step): Particulars {
  const p = step?.from === 'requested' && step.to === 'secured' ? begunAnew(before, at) : before;
  const { from, until, custodian = unnamed(p), what, note, ...rest } = payload;
  const told = { custodian, ...(what !== undefined && { what }), from, until, reportedAt: at } as unknown as Secured;
  const known = securedBy(p).find((c) => c.custodian === told.custodian);
  const one = known?.extended && byTime(told.until, known.until) < 0 ? { ...known, ...told, until: known.until } : told;
  const others = securedBy(p).filter((c) => c.custodian !== one.custodian);
  const without = (member: 'withoutData' | 'releasedCustodians') => ({ ...(member in p && { [member]: (p[member] as unknown as { custodian: string }[]).filter((c) => c.custodian !== one.custodian) as unknown as Json }) });
  const found: Particulars = { ...p, ...without('withoutData'), ...without('releasedCustodians') };
  const said = { ...rest, custodian, ...(what !== undefined && { what }), ...(note !== undefined && { note }), reportedAt: at };
  return { ...found, preservation: preservationOf([...others, one], said as Payload, found) };
}

/** Whose data a report without a name is about: of the one ordered, as long as nobody else has reported. */
function unnamed(p: Particulars): string {
  const only = onlyOrdered(p);
  return only !== undefined && securedBy(p).every((c) => c.custodian === only) ? only : '';
}

/** One custodian has nothing; whoever else was ordered is still to report, or has. */
export function nothingHeld(p: Particulars, { custodian, explanation }: Payload, at: string): Particulars {
  const told: Particulars = { ...p, withoutData: [...withoutData(p), { custodian, explanation, reportedAt: at }] as unknown as Json };
  const preservation = p['preservation'] as Payload | undefined;
  return preservation ? { ...told, preservation: { ...preservation, outstanding: outstandingOf(told) } } : told;
}

/** Why a custodian cannot be reported to have nothing. */
export function withoutDataProblems({ custodian }: Record<string, unknown>, outstanding: readonly string[], reported: readonly string[]): Refusal[] {
  if (!outstanding.includes(String(custodian))) return [{ code: 'custodian.not-outstanding', detail: 'No report of this custodian is outstanding: it was not named in the order, or has reported.', pointer: '/custodian' }];
  if (outstanding.length === 1 && reported.length === 0) return [{ code: 'custodian.last', detail: 'Nobody else has data or is still to report: report the execution instead (REPORT_EXECUTION), which ends the measure.', pointer: '/custodian' }];
  return [];
}

/** Released, all of it or, by letter, what one of several custodians had secured: the others' data stay secured. */
export function released(p: Particulars, payload: Payload, at: string, step?: Step): Particulars {
  const { custodian } = payload;
  const others = securedBy(p).filter((c) => c.custodian !== custodian);
  if (custodian === undefined || others.length === 0 || step?.to === 'preservationReleased') return { ...p, release: { ...payload, at } };
  const [one] = securedBy(p).filter((c) => c.custodian === custodian);
  return { ...p, releasedCustodians: [...releasedCustodians(p) as unknown as Json[], { ...one, releasedAt: at } as unknown as Json], preservation: preservationOf(others, p['preservation'] as Payload, p) };
}

/** A new end for one custodian, or for all whose period ends before it. */
export function extended(p: Particulars, payload: Payload): Particulars {
  const until = String(payload['until']);
  const custodians = securedBy(p).map((c) => {
    const meant = payload['custodian'] === undefined ? byTime(c.until, until) < 0 : c.custodian === payload['custodian'];
    return meant ? { ...c, until, extended: true, before: c.until } : c;
  });
  return { ...p, preservation: preservationOf(custodians, p['preservation'] as Payload, p) };
}

/** Ordered, also anew after a period that ended; of a preservation that runs, a letter may tell the order late. */
export function ordered(p: Particulars, payload: Payload, at: string, step?: Step): Particulars {
  const order = { ...payload, at };
  const preservation = p['preservation'] as Payload | undefined;
  if (step?.to === 'ordered' || preservation === undefined || (step?.to === 'withdrawing' && askedAnew(p))) return { ...begunAnew(p, at), order };
  const told = { ...p, order };
  return { ...told, preservation: { ...preservation, outstanding: outstandingOf(told) } };
}

/** A preservation begins, and answers what asked for it anew: what was secured before stays on record apart. */
function begunAnew(p: Particulars, at: string): Particulars {
  const { preservation, withoutData: _, release, releasedCustodians: __, ...rest } = p;
  if (preservation === undefined) return p;
  const earlier = [...earlierPreservations(p), { ...(preservation as Payload), ...(release !== undefined && { release }), ...('releasedCustodians' in p && { releasedCustodians: p['releasedCustodians']! }) }];
  const last = lastAsk(p);
  const open = last && isOpen(last) ? last : undefined;
  const since = withoutData(p).filter((c) => open && byTime(open.askedAt, c.reportedAt) <= 0);
  return { ...rest, earlierPreservations: earlier, ...(since.length > 0 && { withoutData: since as unknown as Json }), ...(open && { extensions: asksOf(p).with(-1, { ...open, answer: 'ordered', closedAt: at }) as unknown as Json }) };
}

const earlierPreservations = (p: Particulars): Json[] => (p['earlierPreservations'] as Json[] | undefined) ?? [];

/** An extension, or a new preservation, that was asked for; without `closedAt` until it is answered. */
interface Ask {
  /** RFC 3339. */
  askedAt: string;
  answer?: 'extended' | 'declined' | 'ordered';
  closedAt?: string;
}

const asksOf = (p: Particulars): Ask[] => (p['extensions'] as unknown as Ask[] | undefined) ?? [];
export const lastAsk = (p: Particulars): Ask | undefined => asksOf(p).at(-1);
export const isOpen = ({ closedAt }: Ask): boolean => closedAt === undefined;

/** A preservation asked for after the last period, or after the release, and not answered. */
function askedAnew(p: Particulars): boolean {
  const ask = lastAsk(p);
  const end = preservedUntilLast(p);
  return ask !== undefined && isOpen(ask) && (p['release'] !== undefined || (end !== undefined && byTime(end, ask.askedAt) < 0));
}

/** When the present preservation was asked for, where it was asked for anew, RFC 3339. */
export function presentSince(p: Particulars): string | undefined {
  const ask = lastAsk(p);
  return ask !== undefined && (ask.answer === 'ordered' || askedAnew(p)) ? ask.askedAt : undefined;
}

/** Told of the preservation before, once another has begun: what is on record of that one changes, nothing of the present. */
export function aboutEarlier(p: Particulars, change: (earlier: Particulars) => Particulars): Particulars {
  const all = earlierPreservations(p) as Payload[];
  const { release, ...preservation } = all.at(-1) ?? {};
  const { preservation: told, release: released } = change({ preservation, ...(release !== undefined && { release }) }) as Record<string, Payload | undefined>;
  return { ...p, earlierPreservations: [...all.slice(0, -1), { ...told, ...(released !== undefined && { release: released }) }] };
}

/** Another preservation has begun since the one that is told of. */
export const hasBegunAnew = (p: Particulars): boolean => lastAsk(p)?.answer === 'ordered' && earlierPreservations(p).length > 0;

/** Since when what each custodian secured is kept, by what was told or agreed last: a letter dated before says nothing of its release. */
export function keptSince(p: Particulars): Record<string, string> {
  const agreed = asksOf(p).findLast(({ answer }) => answer === 'extended')?.askedAt;
  return Object.fromEntries(securedBy(p).map(({ custodian, from, extended }) => [custodian, extended && agreed !== undefined ? agreed : from]));
}

/** Whether a release that is told is of what is kept now. */
export function releasesPresent(kept: Readonly<Record<string, string>>, { custodian }: Record<string, unknown>, dated: string | undefined): boolean {
  const since = custodian === undefined ? earliest(Object.values(kept)) : kept[String(custodian)];
  return dated === undefined || since === undefined || byTime(since, dated) <= 0;
}

/** Whether what was told began a preservation: its terms take the place of those of one before. */
export const beginsAnew = (before: Particulars, after: Particulars): boolean =>
  after['preservation'] === undefined || earlierPreservations(after).length > earlierPreservations(before).length;

/** Why a custodian's report cannot stand beside those that are there. */
export function custodianProblems(payload: Record<string, unknown>, known: readonly string[]): Refusal[] {
  if (known.length === 0) return [];
  const name = payload['custodian'];
  if (typeof name !== 'string') return [{ code: 'custodian.missing', detail: 'Another custodian has reported already: say whose data these are.', pointer: '/custodian' }];
  if (known.includes(name)) return [{ code: 'custodian.reported-already', detail: 'This custodian has reported already; its period is extended on request.', pointer: '/custodian' }];
  return [];
}
