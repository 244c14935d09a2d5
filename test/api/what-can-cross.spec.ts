import { letter, measure } from '../support/stored-data.js';
import { Play, problemOf } from './play.js';

// Real: everything but the clock. Characters that are counted differently: a variation selector, and one beyond the basic plane.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url);
});
afterAll(() => play.close());

const KZ = 'KZ central-authority';
const VARIED = 'A\uFE0F';
const ASTRAL = '\u{1F4C4}';
const fill = (unit: string, characters: number): string => unit.repeat(characters / [...unit].length);

describe('what is sent can be taken in', () => {
  it.each([['varied', VARIED], ['astral', ASTRAL]])("one's own reference of as many characters as a message may have: %s", async (_, unit) => {
    const ownReference = fill(unit, 100);
    const id = await play.transmitted({ ownReference });
    expect(await play.view('VN central-authority', id)).toMatchObject({ counterpartReference: ownReference });
  });

  it.each([['varied', VARIED], ['astral', ASTRAL]])('and no longer one is taken, new or saved: %s', async (_, unit) => {
    const ownReference = `${fill(unit, 100)}x`;
    expect([400, 422]).toContain((await play.unchanged(() => play.tryDraft({ ownReference }))).status);
    const id = await play.draft();
    const officer = await play.as('KZ case-officer');
    const etag = await play.etag('KZ case-officer', id);
    const saved = await officer.put(`/requests/${id}`, { letter: letter(), measures: [measure()], ownReference }, { 'if-match': etag });
    expect(problemOf(saved)).toMatchObject({ errors: [{ pointer: '/ownReference' }] });
  });

  it.each([['varied', VARIED], ['astral', ASTRAL]])('every text of a letter as long as a draft may have it: %s', async (_, unit) => {
    const [short, long] = [fill(unit, 250), fill(unit, 9_900)];
    const content = {
      letter: letter({
        subject: short, authority: { name: short }, proceeding: { nature: long, authority: short, functions: short }, offences: [{ label: short, law: 'KZ', provision: short, conventionOffence: 'UNCC 7' }], facts: long, purpose: long,
        persons: [{ role: short, location: short, nationality: short }], confidential: { requested: true, reason: long }, urgent: { reason: long }, suggestedDeadline: { withinDays: 30, reason: long },
      }),
      measures: [measure({ what: long, procedure: long, custodian: short, relation: long, necessity: long, items: [{ type: 'account', value: fill(unit, 250), timeZone: 'UTC', location: short, description: fill(unit, 250) }] })],
    };
    const id = await play.transmitted(content);
    const taken = await play.view('VN central-authority', id);
    expect(taken.content).toMatchObject(content.letter);
    expect(taken.measures[0].content).toMatchObject(content.measures[0]!);
  });

  it('whatever got into the file past the checks of a draft: it is refused to the sender, and nothing leaves', async () => {
    const id = await play.draft();
    await play.act('KZ case-officer', id, null, 'SUBMIT_FOR_REVIEW');
    await play.node.db.asSuperuser(`UPDATE request_file SET own_reference = $2 WHERE state = 'KZ' AND id = $1`, [id, 'x'.repeat(101)]);
    expect(await play.refused(KZ, id, null, 'TRANSMIT')).toMatchObject({ status: 422, code: 'message.body-malformed', errors: [{ pointer: '/body/reference', code: 'text.too-long' }] });
  });
});
