import type { Arrangement, LegalBasisQuery } from './bases.js';
import { resolveLegalBases } from './bases.js';

const ask = (more: Partial<LegalBasisQuery>) =>
  resolveLegalBases({ requesting: 'KZ', requested: 'VN', form: 'stored-data', on: '2026-11-03', ...more });
const lines = (more: Partial<LegalBasisQuery>) => ask(more).bases.map((b) => `${b.instrument} ${b.via}`);
const training: Arrangement = {
  requesting: 'KZ',
  requested: 'VN',
  instrument: 'uncc-2024',
  mode: 'training',
  validFrom: '2026-01-01',
};

describe('legal bases of a measure', () => {
  it('UNCC 40(6): the Convention is not available while it is not in force, and the answer says so', () => {
    expect(ask({}).notAvailable).toContainEqual(
      expect.objectContaining({ instrument: 'uncc-2024', reason: 'not-in-force' }),
    );
    expect(lines({})).toEqual(['reciprocity reciprocity']);
  });

  it('a ratification of what is not in force binds nobody', () => {
    expect(lines({ requesting: 'QA', requested: 'VN' })).toEqual(['reciprocity reciprocity']);
  });

  it('training mode applies it, says so, and reciprocity stays open', () => {
    const [first] = ask({ arrangements: [training] }).bases;
    expect(first).toMatchObject({
      instrument: 'uncc-2024',
      article: 'UNCC 44',
      via: 'training',
      note: expect.stringMatching(/Training/),
    });
    expect(lines({ arrangements: [training] })).toEqual(['uncc-2024 training', 'reciprocity reciprocity']);
  });

  it('a recorded arrangement goes before training', () => {
    const agreed: Arrangement = { ...training, mode: 'arrangement', reason: 'exchange of notes' };
    expect(lines({ arrangements: [training, agreed] })[0]).toBe('uncc-2024 arrangement');
  });

  it('an arrangement holds in its own direction and within its days: the last day is not counted', () => {
    expect(lines({ requesting: 'VN', requested: 'KZ', arrangements: [training] })).toEqual(['reciprocity reciprocity']);
    expect(lines({ on: '2025-12-31', arrangements: [training] })).toEqual(['reciprocity reciprocity']);
    expect(lines({ on: '2026-11-02', arrangements: [{ ...training, validTo: '2026-11-03' }] })).toContain(
      'uncc-2024 training',
    );
    expect(lines({ on: '2026-11-03', arrangements: [{ ...training, validTo: '2026-11-03' }] })).not.toContain(
      'uncc-2024 training',
    );
    expect(lines({ arrangements: [{ ...training, validTo: null }] })).toContain('uncc-2024 training');
  });

  it('Budapest: binds both Parties from the day of the later one, and then reciprocity does not stand in', () => {
    const silkRoad = { requesting: 'US', requested: 'IS', on: '2013-06-12' };
    expect(lines(silkRoad)).toEqual(['budapest-2001 treaty']);
    expect(ask(silkRoad).notAvailable).toContainEqual(
      expect.objectContaining({ instrument: 'reciprocity', reason: 'instrument-binds' }),
    );
    expect(ask({ ...silkRoad, on: '2007-04-30' }).notAvailable).toContainEqual(
      expect.objectContaining({ instrument: 'budapest-2001', reason: 'requested-not-party' }),
    );
    expect(ask({ ...silkRoad, on: '2006-12-31' }).notAvailable).toContainEqual(
      expect.objectContaining({ instrument: 'budapest-2001', reason: 'requesting-not-party' }),
    );
    expect(lines({ ...silkRoad, on: '2007-05-01' })).toEqual(['budapest-2001 treaty']);
  });

  it('an arrangement beside a treaty that binds stays an alternative', () => {
    const arrangements: readonly Arrangement[] = [{ ...training, requesting: 'US', requested: 'IS' }];
    expect(lines({ requesting: 'US', requested: 'IS', arrangements })).toEqual([
      'budapest-2001 treaty',
      'uncc-2024 training',
    ]);
  });

  it('a fact from memory is not passed off as verified', () => {
    expect(ask({ requesting: 'US', requested: 'IS' }).bases[0]!.verified).toBe(false);
    expect(ask({ requesting: 'FR', requested: 'EE' }).bases[0]!.verified).toBe(true);
  });

  it('instruments whose parties are not in the data are to be checked, not offered as binding', () => {
    expect(ask({}).toCheck.map((b) => b.instrument)).toEqual(['untoc-2000', 'uncac-2003']);
    expect(ask({ on: '2000-01-01' }).toCheck).toEqual([]);
  });

  it('a form an instrument does not know is answered with the reason', () => {
    const { bases, notAvailable } = ask({ requesting: 'US', requested: 'IS', form: 'emergency-disclosure' });
    expect(bases.map((b) => b.instrument)).toEqual(['reciprocity']);
    expect(notAvailable).toContainEqual(
      expect.objectContaining({ instrument: 'budapest-2001', reason: 'form-not-in-instrument' }),
    );
  });
});
