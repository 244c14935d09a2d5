import { FORMS, GROUNDS, RULE_KINDS, type Form, type FormProfile, type Instrument } from './instrument.js';
import { isDate } from './dates.js';

/**
 * Every fault of a profile, in words: run over all profiles at boot and in tests. Empty where it is sound.
 * A full profile has every form's grounds complete and answers to every kind of rule.
 */
export function validateInstrument(instrument: Instrument): string[] {
  return [
    ...checkRules(instrument),
    ...checkCitations(instrument),
    ...checkGrounds(instrument),
    ...checkDuties(instrument),
    ...checkDates(instrument),
    ...checkParticipation(instrument),
    ...checkKinds(instrument),
  ];
}

function forms(instrument: Instrument): [Form, FormProfile][] {
  return Object.entries(instrument.forms) as [Form, FormProfile][];
}

function checkRules({ rules, prefix }: Instrument): string[] {
  const seen = new Set<string>();
  return rules.flatMap((r) => {
    const faults: string[] = [];
    if (seen.has(r.id)) faults.push(`rule ${r.id} is there twice`);
    seen.add(r.id);
    if (!r.title.trim() || !r.text.trim() || !r.source.trim()) faults.push(`rule ${r.id} lacks title, text or source`);
    // A practice must never read as law, so its id says what it is.
    if (r.id.startsWith('practice:') !== (r.force === 'practice'))
      faults.push(`rule ${r.id} is ${r.force}, and its id says otherwise`);
    if (r.force === 'binding' && !r.id.startsWith(`${prefix} `))
      faults.push(`rule ${r.id} does not start with ${prefix}`);
    return faults;
  });
}

/** Every rule id cited anywhere in an instrument, with the place that cites it. */
export function citations(instrument: Instrument): { rule: string; where: string }[] {
  const cited = forms(instrument).flatMap(([name, f]) =>
    [
      f.groundsRule,
      ...f.contents.map((c) => c.rule),
      ...Object.values(f.grounds).flatMap((g) => [g.rule, ...(g.unlessDeclared ? [g.unlessDeclared.rule] : [])]),
      f.consultBefore.refuse.rule,
      f.consultBefore.postpone.rule,
      ...(f.considerConditionsFirst ? [f.considerConditionsFirst.rule] : []),
      f.reasonsFor.refuse.rule,
      f.reasonsFor.postpone.rule,
      f.postponement.rule,
      ...f.clocks.map((c) => c.rule),
      ...Object.values(f.kinds ?? {}),
    ].map((rule) => ({ rule, where: name as string })),
  );
  const own = [
    ...Object.values(instrument.kinds).map((rule) => ({ rule, where: 'kinds' })),
    ...instrument.declarations.map(({ rule }) => ({ rule, where: 'declarations' })),
    ...(instrument.scope ? [{ rule: instrument.scope.seriousCrime.rule, where: 'scope' }] : []),
  ];
  return [...cited, ...own];
}

function checkCitations(instrument: Instrument): string[] {
  const ids = new Set(instrument.rules.map((r) => r.id));
  const broken = citations(instrument).filter(({ rule }) => !ids.has(rule));
  const articles = forms(instrument).flatMap(([name, f]) =>
    [f.article, ...f.articles].map((article) => ({ name, article })),
  );
  const unknown = articles.filter(
    ({ article }) => ![...ids].some((id) => id === article || id.startsWith(`${article}(`)),
  );
  return [
    ...broken.map(({ rule, where }) => `${where} cites ${rule}, which is no rule of ${instrument.id}`),
    ...unknown.map(({ name, article }) => `${name} rests on ${article}, of which there is no rule`),
  ];
}

function checkGrounds(instrument: Instrument): string[] {
  const listed = new Set<string>(instrument.grounds);
  const binding = new Set(instrument.rules.filter((r) => r.force === 'binding').map((r) => r.id));
  const faults = instrument.grounds.filter((g) => !GROUNDS.includes(g)).map((g) => `${g} is no ground`);
  if (listed.size !== instrument.grounds.length) faults.push('a ground is listed twice');
  for (const [name, form] of forms(instrument)) {
    for (const ground of listed) if (!(ground in form.grounds)) faults.push(`${name} has no verdict on ${ground}`);
    for (const [ground, entry] of Object.entries(form.grounds)) {
      if (!listed.has(ground)) faults.push(`${name} has a verdict on ${ground}, which is not listed`);
      if (entry.force === 'binding' && !binding.has(entry.rule))
        faults.push(`${name}: ${ground} is binding by ${entry.rule}, which is not`);
    }
  }
  return faults;
}

function checkDuties(instrument: Instrument): string[] {
  return forms(instrument).flatMap(([name, form]) => {
    const faults: string[] = [];
    const consult = Object.values(form.grounds).some((g) => g.verdict === 'consult');
    if (consult && form.consultBefore.refuse.when !== 'required')
      faults.push(`${name} has grounds that ask for a consultation, and no duty to consult`);
    if (instrument.depth === 'full' && !FORMS.includes(name)) faults.push(`${name} is no form`);
    if (new Set(form.contents.map((c) => c.code)).size !== form.contents.length)
      faults.push(`${name} has a content code twice`);
    for (const content of form.contents)
      if (content.anyOf.length === 0) faults.push(`${name}: ${content.code} names no place`);
    for (const clock of form.clocks)
      if (!Number.isInteger(clock.days) || clock.days < 1)
        faults.push(`${name}: clock ${clock.code} has no whole number of days`);
    return faults;
  });
}

function checkDates(instrument: Instrument): string[] {
  const { adopted, inForceFrom, asOf, version, rules, ratifications, declarations } = instrument;
  const dates: [string, string][] = [
    ['asOf', asOf],
    ['version', version.replace(/\.\d+$/, '')],
    ...(adopted === null ? [] : [['adopted', adopted] as [string, string]]),
    ...(inForceFrom === null ? [] : [['inForceFrom', inForceFrom] as [string, string]]),
    ...rules.map((r): [string, string] => [`rule ${r.id}`, r.date]),
    ...ratifications.map((r): [string, string] => [`ratification ${r.state}`, r.asOf]),
    ...declarations.map((d): [string, string] => [`declaration ${d.state}`, d.from]),
  ];
  const faults = dates.filter(([, date]) => !isDate(date)).map(([what, date]) => `${what}: ${date} is no date`);
  if (adopted !== null && inForceFrom !== null && inForceFrom < adopted) faults.push('in force before it was adopted');
  return faults;
}

function checkParticipation({ parties, inForceFrom, kind }: Instrument): string[] {
  const faults: string[] = [];
  if (kind === 'treaty' && inForceFrom === null && parties.length > 0) faults.push('has Parties, and is not in force');
  const states = new Set<string>();
  for (const { state, from, until, source } of parties) {
    if (!/^[A-Z]{2}$/.test(state)) faults.push(`party ${state} is no State code`);
    if (states.has(state)) faults.push(`party ${state} is there twice`);
    states.add(state);
    if (!isDate(from) || (until !== undefined && (!isDate(until) || until <= from)))
      faults.push(`party ${state} has wrong dates`);
    if (inForceFrom !== null && from < inForceFrom)
      faults.push(`party ${state} is bound before the instrument is in force`);
    if (!source.trim()) faults.push(`party ${state} has no source`);
  }
  return faults;
}

function checkKinds({ depth, kinds }: Instrument): string[] {
  if (depth === 'stub') return [];
  return RULE_KINDS.filter((kind) => kinds[kind] === undefined).map((kind) => `no rule answers to ${kind}`);
}
