import type { LetterContent, MeasureContent } from '@comity/treaty';
import { letter } from '../support/stored-data.js';
import { Play, type Body } from './play.js';

const VN = 'VN central-authority';
const KZ = 'KZ central-authority';

// Real: everything but the clock.
describe.each([
  ['real-time-traffic', 'UNCC 40(3)(e), 45(1)', '45', 'UNCC 45(2)'],
  ['interception', 'UNCC 40(3)(f), UNCC 46', '46', 'UNCC 46'],
] as const)('%s (%s)', (form, _, article, ground) => {
  let play: Play;
  beforeAll(async () => {
    play = await Play.open(`${import.meta.url}-${form}`);
  });
  afterAll(() => play.close());

  const measure = (patch: Partial<MeasureContent> = {}): MeasureContent => ({
    form, what: 'Traffic of the command server', items: [{ type: 'ipv4', value: '203.0.113.24' }], period: { from: '2026-11-10T00:00:00Z', to: '2026-12-10T00:00:00Z' }, relation: 'The server commands the botnet',
    necessity: 'Its operators show themselves only while they connect', periodReason: 'They connect about once a week', legalBases: [{ instrument: 'uncc-2024', article, date: '2026-11-03', role: 'primary' }], ...patch,
  });
  const lacking = async ({ letter: said = {}, ...patch }: Partial<MeasureContent> & { letter?: Partial<LetterContent> }): Promise<Body[]> => {
    const answer = (await (await play.as('KZ case-officer')).post('/requests/check', { requestedState: 'VN', letter: letter(said), measures: [measure(patch)] })) as { body: Body };
    return answer.body.lacking;
  };

  it('goes from draft to its data, and has nothing to secure', async () => {
    const id = await play.transmitted({ measures: [measure()] });
    await play.act(VN, id, null, 'ACKNOWLEDGE');
    expect((await play.view(VN, id)).measures[0].availableEvents.map((e: Body) => e.type)).not.toContain('SECURE');
    await play.acts(id, [
      [VN, 1, 'EXAMINE'], [VN, 1, 'GRANT'], [VN, 1, 'ASSIGN', { authority: 'Executing authority' }], ['VN competent-authority', 1, 'AUTHORISE', { body: 'Court', remedyOpen: false }],
      ['VN competent-authority', 1, 'BEGIN_EXECUTION'], ['VN competent-authority', 1, 'REPORT_EXECUTION', { result: 'data-obtained' }], [VN, 1, 'DECIDE_TRANSMISSION', { outcome: 'released' }],
    ]);
    const packageId = await play.package(id, 1, { 'flows.csv': Buffer.from('a,b') });
    await play.act(VN, id, 1, 'TRANSMIT_EVIDENCE', { packageId });
    await play.node.settle();
    await play.act(KZ, id, 1, 'CONFIRM_RECEIPT');
    await play.node.settle();
    expect((await play.view(VN, id)).measures[0]).toMatchObject({ form, outcome: 'transmitted-in-full' });
  });

  it('is refused where a similar domestic case would not allow it, with reasons', async () => {
    const id = await play.transmitted({ measures: [measure()] });
    await play.act(VN, id, null, 'ACKNOWLEDGE');
    await play.act(VN, id, 1, 'EXAMINE');
    expect(await play.refused(VN, id, 1, 'REFUSE', { ground: 'not-available-in-similar-domestic-case' })).toMatchObject({ code: 'reasons.required', rule: 'UNCC 40(25)' });
    await play.act(VN, id, 1, 'REFUSE', { ground: 'not-available-in-similar-domestic-case', reasons: 'Not for offences of this weight' });
    await play.node.settle();
    const { body } = (await (await play.as('KZ auditor')).get(`/requests/${id}/timeline`).expect(200)) as { body: Body };
    expect(body.items.find((e: Body) => e.type === 'REFUSED')).toMatchObject({ rule: ground });
  });

  it.each([
    ['the nature of the proceeding, UNCC 45(3)(b)', { letter: { proceeding: undefined } }, 'proceeding.nature-missing', 'UNCC 45(3)(b)'],
    ['the authority, UNCC 45(3)(a)', { letter: { authority: undefined } }, 'authority.missing', 'UNCC 45(3)(a)'],
    ['what identifies the owner or the system, UNCC 45(3)(d)', { items: [], letter: { persons: [] } }, 'items.missing', 'UNCC 45(3)(d)'],
    ['the justification, UNCC 45(3)(e)', { necessity: undefined }, 'necessity.missing', 'UNCC 45(3)(e)'],
    ['the period, UNCC 45(3)(f)', { period: undefined }, 'period.missing', 'UNCC 45(3)(f)'],
    ['the reason for its length, UNCC 45(3)(f)', { periodReason: undefined }, 'period-reason.missing', 'UNCC 45(3)(f)'],
    ['the relation of the data to the offence, UNCC 45(3)(c)', { relation: undefined }, 'relation.missing', 'UNCC 45(3)(c)'],
    ['a period that lies ahead, UNCC 45(3)', { period: { from: '2026-10-01T00:00:00Z', to: '2026-10-31T00:00:00Z' } }, 'period.over', 'UNCC 45(3)'],
  ])('asks for %s', async (_what, patch, code, rule) => {
    expect(await lacking(patch)).toEqual(expect.arrayContaining([expect.objectContaining({ code, rule, blocks: true })]));
  });
});
