import { instruments, profile, type Form } from '@comity/treaty';
import { freshMeasure, type Facts, type MachineEvent, type Refusal } from './machine-parts.js';
import { RULES, refusalsOf, type RuleName } from './rules.js';

const FULL = instruments().filter((i) => i.depth === 'full');
const LETTER = { side: 'requested', noticeGiven: false, withdrawalAsked: false, replyDue: false } as const;
/** A file in which every rule has something to say against going on. */
const context = {
  ...freshMeasure('requested'), conditionsPending: true, costsPending: true, confidentialityHeld: true, holds: ['appeal'], warningHeld: true, releaseNoticed: false,
};
const facts = (id: string, form: Form, more: Partial<Facts> = {}): Facts => ({
  v: 1, at: '2026-11-03T09:12:40.000Z', instrument: { id, version: profile(id).version }, form, requestedState: 'VN', conventionOffence: true, letterState: 'draft',
  letterOpen: false, letterAcknowledged: false, letterSent: false, allMeasuresFinal: false, measureFinal: true, anyWithdrawable: false, actorDrafted: true,
  lacking: [{ code: 'items.missing', detail: 'Name the items.', rule: 'practice:items', force: 'practice' }],
  evidencePackage: { sealed: false, files: 0 }, receipt: 'mismatch', noticeTermPassed: false, consultationTermPassed: false, periodOver: false, releaseTermPassed: false,
  preservedUntil: '2027-03-01T00:00:00.000Z', linked: 'waiting', ...more,
});
const event = (f: Facts, payload: Record<string, unknown> = {}): MachineEvent => ({ type: 'ANY', payload, facts: f });
const refusal = (name: RuleName, id: string, form: Form = 'stored-data', more: Partial<Facts> = {}): Refusal | undefined =>
  refusalsOf([name], { ...context, ...LETTER } as never, event(facts(id, form, more), { kind: 'privilege', until: '2026-12-01T00:00:00Z', from: '2026-11-03T00:00:00Z', ground: 'bank-secrecy' }))[0];

/** Binding by a rule that is practice would be an invention; the other way round is a rule applied by analogy. */
const faultIn = ({ rule, force }: Refusal, rules: ReadonlyMap<string, string>): string | null => {
  if (!rules.has(rule!)) return `${rule} is no rule of the profile`;
  if (force !== 'binding' && force !== 'practice') return `${rule} is cited without its force`;
  return force === 'binding' && rules.get(rule!) === 'practice' ? `${rule} is cited as law` : null;
};

describe('what a refusal rests on', () => {
  it.each(FULL.map((i) => [i.id]))('%s: names rules of the profile, and a practice says that it is one', (id) => {
    const rules = new Map(profile(id).rules.map((r) => [r.id, r.force]));
    let cited = 0;
    for (const name of Object.keys(RULES) as RuleName[]) {
      for (const form of ['stored-data', 'preservation'] as const) {
        for (const linked of ['waiting', 'granted', 'grace'] as const) {
          const found = refusal(name, id, form, { linked });
          if (found?.rule === undefined) continue;
          cited += 1;
          expect([name, faultIn(found, rules)]).toEqual([name, null]);
        }
      }
    }
    expect(cited).toBeGreaterThan(50);
    // What it must not let through.
    const planted = (rule: string, force?: Refusal['force']) => faultIn({ code: 'x.y', detail: 'z', rule, ...(force && { force }) }, rules);
    expect(planted('practice:safeguards', 'binding')).toContain('cited as law');
    expect(planted('practice:safeguards')).toContain('without its force');
    expect(planted('UNCC 99', 'binding')).toContain('no rule');
  });

  it('practice to UNCC 40(20), law by Budapest 27(8): the measure holds until the requesting State decides on confidentiality', () => {
    expect(refusal('confidentialityDecided', 'uncc-2024')).toMatchObject({ rule: 'practice:confidentiality-hold', force: 'practice' });
    expect(refusal('confidentialityDecided', 'budapest-2001')).toMatchObject({ rule: 'Budapest 27(8)', force: 'binding' });
  });

  it('practice to UNCC 24(4): the authorisation is on record before execution, under every instrument', () => {
    for (const { id } of FULL) expect(refusal('authorised', id)).toMatchObject({ code: 'measure.not-authorised', rule: 'practice:safeguards', force: 'practice' });
  });

  it('UNCC 42(8) keeps preserved data until the decision; until transmission, and in the days of grace, practice does', () => {
    const kept = (linked: Facts['linked']) => refusal('noLinkedMeasureWaits', 'uncc-2024', 'preservation', { linked: linked! });
    expect(kept('waiting')).toMatchObject({ rule: 'UNCC 42(8)', force: 'binding' });
    expect(kept('granted')).toMatchObject({ rule: 'practice:kept-until-transmitted', force: 'practice' });
    expect(kept('grace')).toMatchObject({ rule: 'practice:release-after-notice', force: 'practice' });
  });

  it('costs: the law where the instrument has a word on them, practice where it is silent', () => {
    expect(refusal('costsAnswered', 'uncc-2024')).toMatchObject({ rule: 'UNCC 40(30)', force: 'binding' });
    expect(refusal('costsAnswered', 'budapest-2001')).toMatchObject({ rule: 'practice:costs', force: 'practice' });
  });

  it('UNCC 42(5): dual criminality is a ground against preservation under a reservation of the requested State only, and for no Convention offence', () => {
    const { declarations } = profile('uncc-2024');
    const codes = (more: Partial<Facts>) => refusalsOf(['refusalAllowed'], context, event(facts('uncc-2024', 'preservation', { conventionOffence: false, ...more }), { ground: 'dual-criminality-absent', reasons: 'Ours' })).map((r) => r.code);
    expect(codes({ requestedState: 'VN' })).not.toEqual([]);
    declarations.push({ state: 'VN', rule: 'UNCC 42(5)', from: '2026-01-01', source: 'planted by this test' } as never);
    try {
      expect(codes({ requestedState: 'VN' })).toEqual([]);
      expect(codes({ requestedState: 'KZ' })).not.toEqual([]);
      expect(codes({ requestedState: 'VN', conventionOffence: true })).not.toEqual([]);
    } finally {
      declarations.pop();
    }
  });

  it('UNCC 40(25): reasons for refusing a preservation are asked for by practice, and the rule is told as such', () => {
    const of = (form: Form, ground: string) => refusalsOf(['refusalAllowed'], context, event(facts('uncc-2024', form), { ground }))[0];
    expect(of('stored-data', 'persecution')).toMatchObject({ code: 'reasons.required', rule: 'UNCC 40(25)', force: 'binding' });
    expect(of('preservation', 'persecution')).toMatchObject({ code: 'reasons.required', rule: 'UNCC 40(25)', force: 'practice' });
    expect(of('stored-data', 'bank-secrecy')).toMatchObject({ rule: 'UNCC 40(24)', force: 'binding' });
  });
});
