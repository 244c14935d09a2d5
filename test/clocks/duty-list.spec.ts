import { inTransaction } from '@comity/database';
import { DUTY_LIST, type DutyList } from '@comity/requests';
import { DirectoryApiModule } from '../../apps/api/src/directory/directory-api.module.js';
import { Play, type Body } from '../api/play.js';
import { preservation } from '../support/network.js';

const TURN = { validFrom: '2026-11-01', source: 'Roster', asOf: '2026-11-01', verified: true, authorityId: 'KZ-point-of-contact', network: 'uncc-41', kind: 'telephone', hours: 'at-any-hour' };
const [DAY, NIGHT, HEAD, NEW] = ['+77010000001', '+77010000002', '+77010000003', '+77010000009'] as const;

// Real: everything but the clock. Almaty is at UTC+05:00.
describe('UNCC 41(1): the duty list by the clocks of the desk', () => {
  let play: Play;
  const order = (at: string): Promise<(string | undefined)[]> =>
    inTransaction(play.node.db.dataSource, { state: 'KZ' }, async (tx) => (await play.node.app.get<DutyList>(DUTY_LIST, { strict: false }).order(tx, new Date(at), 'uncc-2024')).map(({ turn }) => turn?.value));
  const record = async (turn: object): Promise<string> => (await (await play.as('KZ administrator')).post('/directory/duty-list', { ...TURN, ...turn }).expect(201)).body.id;
  const at = async (instant: string) => {
    play.node.clock.set(new Date(instant));
    await play.node.settle();
  };
  const sent = async (): Promise<string> => {
    const id = await play.draft({ requestedState: 'KZ', measures: [preservation()] }, 'SG point-of-contact');
    await play.act('SG point-of-contact', id, null, 'TRANSMIT');
    await play.node.settle();
    return id;
  };
  const called = async (id: string): Promise<string | undefined> => (await play.view('KZ point-of-contact', id)).alarms.find((a: Body) => a.kind === 'call-unanswered').called.turn?.value;

  beforeAll(async () => {
    play = await Play.open(import.meta.url, {}, [DirectoryApiModule]);
    await play.node.db.asSuperuser(`UPDATE duty_turn SET valid_to = valid_from WHERE state = 'KZ'`);
    await record({ rank: 1, office: 'duty officer', value: DAY, hours: '06:00-22:00' });
    await record({ rank: 1, office: 'duty officer', value: NIGHT, hours: '22:00-06:00' });
    await record({ rank: 2, office: 'head of the desk', value: HEAD });
  });
  afterAll(() => play.close());

  it('calls an office of two shifts by the number of the shift that is on duty, once', async () => {
    expect(await order('2026-11-04T07:00:00Z')).toEqual([DAY, HEAD, undefined]);
    expect(await order('2026-11-04T20:00:00Z')).toEqual([NIGHT, HEAD, undefined]);
  });

  it('of the night: the night shift is called first, the day shift not at all', async () => {
    await at('2026-11-04T20:00:00Z');
    const id = await sent();
    const numbers: (string | undefined)[] = [];
    for (const time of ['20:30', '20:45', '21:00', '21:15']) {
      await at(`2026-11-04T${time}:00Z`);
      numbers.push(await called(id));
    }
    expect(numbers).toEqual([NIGHT, HEAD, undefined, undefined]);
  });

  it('calls the next shift of an office whose number before went unanswered, and no number twice', async () => {
    // Called first at 05:40 in Almaty; the shift changes at 06:00, 01:00 in UTC.
    await at('2026-11-05T00:10:00Z');
    const id = await sent();
    const numbers: (string | undefined)[] = [];
    for (const time of ['00:40', '01:00', '01:15', '01:30']) {
      await at(`2026-11-05T${time}:00Z`);
      numbers.push(await called(id));
    }
    expect(numbers).toEqual([NIGHT, DAY, HEAD, undefined]);
  });

  it('a turn begins and ends with the day in the zone of its authority', async () => {
    const id = await record({ rank: 1, office: 'new desk', value: NEW, validFrom: '2026-11-10' });
    expect(await order('2026-11-09T18:59:00Z')).not.toContain(NEW);
    expect(await order('2026-11-09T19:30:00Z')).toContain(NEW);
    await (await play.as('KZ administrator')).post(`/directory/duty-list/${id}/end`, { on: '2026-11-12' }).expect(200);
    expect(await order('2026-11-11T18:59:00Z')).toContain(NEW);
    expect(await order('2026-11-11T19:00:00Z')).not.toContain(NEW);
    await at('2026-11-09T19:30:00Z');
    expect((await (await play.as('KZ administrator')).get('/directory/duty-list').expect(200)).body.items.map((turn: Body) => turn.value)).toContain(NEW);
  });

  it('does not call the turns of a point of contact that has ended', async () => {
    await (await play.as('KZ administrator')).post('/directory/authorities/KZ-point-of-contact/end', { on: '2026-11-20' }).expect(200);
    expect(await order('2026-11-19T18:59:00Z')).toContain(HEAD);
    expect(await order('2026-11-19T19:00:00Z')).not.toContain(HEAD);
    expect((await (await play.as('KZ administrator')).get('/directory/duty-list?on=2026-11-20').expect(200)).body.items).toEqual([]);
  });
});
