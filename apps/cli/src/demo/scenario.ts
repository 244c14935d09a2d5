import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../project-root.js';

/** A letter with its measures as the API takes them. */
export interface DraftBody {
  requestedState: string;
  letter: Record<string, unknown>;
  measures: Record<string, unknown>[];
}

interface ScenarioItem {
  type?: string;
  value?: string;
  timeZone?: string;
  identifier?: { type: string; value: string };
  location?: string;
}

interface ScenarioMeasure {
  form: string;
  what: string;
  dataClass?: string;
  followsPreservation?: boolean;
}

export interface Scenario {
  id: string;
  title: string;
  requestingState: string;
  requestedState: string;
  content: Record<string, unknown>;
  measures?: ScenarioMeasure[];
  storedDataRequest?: Record<string, unknown> & { measures: ScenarioMeasure[] };
}

/** A scenario of the project: a publicly documented case, or one made up from the Convention's own terms. */
export function readScenario(id: string): Scenario {
  return JSON.parse(readFileSync(join(projectRoot(), 'config', 'scenarios', `${id}.json`), 'utf8')) as Scenario;
}

const basis = (instrument: string, article: string, date: string) => [{ instrument, article, date, role: 'primary' }];

const itemsOf = (items: ScenarioItem[]): Record<string, unknown>[] =>
  items.map((i) => ({ type: i.identifier?.type ?? i.type, value: i.identifier?.value ?? i.value, ...(i.location && { location: i.location }), ...(i.timeZone && { timeZone: i.timeZone }) }));

/** The letter of 2013 under Budapest 31 and 33; what the file says of a form that was missing then is left out. */
export function silkRoadDraft({ content, measures, requestedState, title }: Scenario): DraftBody {
  const { items } = content['40(15)(e)'] as { items: ScenarioItem[] };
  return {
    requestedState,
    letter: {
      subject: title,
      authority: { name: content['40(15)(a)'] },
      proceeding: { nature: content['40(15)(b)'], authority: 'United States Attorney', functions: 'Prosecutes offences before the federal court' },
      offences: content['offences'],
      facts: content['40(15)(c)'],
      purpose: content['40(15)(g)'],
      persons: [{ role: 'administrator of the marketplace' }],
      language: 'en',
      confidential: { requested: content['confidential'], reason: 'Kept confidential until arrest' },
    },
    measures: measures!.map((m) => {
      const realTime = m.form === 'real-time-traffic';
      return {
        form: m.form, what: m.what.replace(/ \(until this form is built:.*\)$/, ''), procedure: String(content['40(15)(d)']), dataClass: realTime ? 'traffic' : (m.dataClass ?? 'content'),
        items: itemsOf(items), period: content['40(15)(f)'], legalBases: basis('budapest-2001', realTime ? '33' : '31', '2013-06-12'),
      };
    }),
  };
}

/** The request for preservation of day 0, by 42(3). */
export function preservationDraft({ content, requestedState, title }: Scenario, on: string): DraftBody {
  const offence = content['42(3)(b)'] as { offence: string; conventionOffence: string; facts: string };
  const data = content['42(3)(c)'] as { data: string; relation: string; items: Record<string, unknown>[] };
  const wish = content['42(3)(g)'] as { confidential: boolean; doNotNotifyUser: boolean };
  return {
    requestedState,
    letter: {
      subject: title,
      authority: { name: content['42(3)(a)'] },
      proceeding: { nature: 'Pre-trial investigation of unlawful access', authority: 'Investigating authority of the interior', functions: 'Pre-trial investigation' },
      offences: [{ label: offence.offence, law: 'KZ', provision: 'Criminal Code Art 205', conventionOffence: offence.conventionOffence }],
      cooperationGround: '35(1)(b)',
      facts: offence.facts,
      purpose: 'Evidence before a criminal court',
      persons: [{ role: 'renter of the servers' }],
      language: 'en',
      confidential: { requested: wish.confidential },
      urgent: { reason: content['42(3)(e)'] },
    },
    measures: [{
      form: 'preservation', what: data.data, relation: data.relation, items: data.items, custodian: content['42(3)(d)'], necessity: content['42(3)(e)'],
      requestToFollow: content['42(3)(f)'], doNotNotifyUser: wish.doNotNotifyUser, legalBases: basis('uncc-2024', '42', on),
    }],
  };
}

/** Modelled: the scenario says only that traffic data show a provider in a third State. Addresses are those kept for documentation. */
export const disclosedPath = (thirdState: string): Record<string, unknown>[] => [
  { ip: '203.0.113.24', port: 443, protocol: 'tcp', time: '2026-10-30T18:04:11Z', precision: 'second', role: 'destination', provider: 'A hosting provider in Ho Chi Minh City', state: 'VN' },
  { ip: '198.51.100.7', port: 51_422, protocol: 'tcp', time: '2026-10-30T18:04:11Z', until: '2026-10-30T18:51:03Z', precision: 'second', role: 'origin', provider: 'A provider of relays', state: thirdState },
];

/** The request for stored data of day 41. The account's time zone is left out, to be asked for on day 47. */
export function kazakhDraft({ content, requestedState, storedDataRequest, title }: Scenario, on: string, preservation?: { requestId: string; measure: number }): DraftBody {
  const request = storedDataRequest!;
  const offence = content['42(3)(b)'] as { offence: string; conventionOffence: string; facts: string };
  const [server, account] = (request['40(15)(e)'] as { items: ScenarioItem[] }).items;
  return {
    requestedState,
    letter: {
      subject: title,
      authority: { name: request['40(15)(a)'] },
      proceeding: { nature: request['40(15)(b)'], authority: 'Investigating authority of the interior', functions: 'Pre-trial investigation' },
      offences: [{ label: offence.offence, law: 'KZ', provision: 'Criminal Code Art 205', conventionOffence: offence.conventionOffence }],
      cooperationGround: '35(1)(b)',
      facts: `${offence.facts}. ${String(request['40(15)(c)'])}`,
      purpose: request['40(15)(g)'],
      persons: [{ role: 'renter of the servers' }],
      language: 'en',
      confidential: { requested: true },
      suggestedDeadline: { withinDays: 60, reason: 'The custody limit of a person detained expires' },
    },
    measures: request.measures.map((m) => ({
      form: m.form, what: m.what, procedure: request['40(15)(d)'], dataClass: m.dataClass,
      items: m.dataClass === 'subscriber' ? itemsOf([{ type: account!.type!, value: account!.value! }]) : itemsOf([server!]),
      ...(m.dataClass !== 'subscriber' && { period: request['40(15)(f)'] }),
      legalBases: basis('uncc-2024', '44', on),
      ...(m.followsPreservation && preservation && { followsPreservation: preservation }),
    })),
  };
}
