import { DeadlinesService, EscalationsService, LEASE_MS, RemindersService } from '@comity/requests';
import { Play, type Body } from '../api/play.js';
import { testNode, type TestNode } from '../support/node.js';
import { layOut, type Load } from './clock-load.js';
import { tally } from './clock-tally.js';

// Real: PostgreSQL and all rooms. Set by hand: the clock.
const DAY_MS = 86_400_000;

/** Columns of an event that are not made by the database. */
const EVENT = ['state', 'file_id', 'seq', 'measure', 'type', 'source', 'at', 'payload', 'facts', 'crossed', 'rule', 'sent', 'letter_state', 'measure_state'];

describe('three workers at once', () => {
  let node: TestNode;
  let load: Load;
  let clock: number;
  const services = () => ({ deadlines: node.app.get(DeadlinesService, { strict: false }), reminders: node.app.get(RemindersService, { strict: false }), escalations: node.app.get(EscalationsService, { strict: false }) });
  /** One round of all three, until none of them finds anything. */
  const work = async (): Promise<number> => {
    const { deadlines, reminders, escalations } = services();
    let total = 0;
    for (let done = 1; done > 0; total += done) {
      const rounds = await Promise.all([0, 1, 2].map(async () => (await deadlines.fireDue('KZ', 7)) + (await reminders.run('KZ')) + (await escalations.run('KZ', 3))));
      done = rounds.reduce((a, b) => a + b, 0);
    }
    return total;
  };
  const setDays = (days: number) => node.clock.set(new Date(clock + days * DAY_MS));

  beforeAll(async () => {
    node = await testNode(import.meta.url);
    load = await layOut(node, { lapsing: 40, ahead: 8, reminders: 60, calls: 4, preserved: 4 });
    clock = node.clock.now().getTime();
  }, 120_000);
  afterAll(() => node.close());

  it('whose clock steps a day back and a day ahead lose nothing, fire nothing twice, and release nothing: N of N', async () => {
    for (const days of [-1, 0, 1, 0, -1, 1, 0]) {
      setDays(days);
      await work();
    }
    const { right, of, wrong } = await tally(node, load);
    process.stdout.write(`${right} of ${of} deadlines, alarms and steps as they must be with three workers at once and clocks a day off either way\n`);
    expect(wrong).toEqual([]);
    expect(of).toBeGreaterThan(120);
    setDays(0);
    expect(await work()).toBe(0);
  });

  it('are held to it by a tally that sees a term lost, a term fired twice, an alarm lost, and data released', async () => {
    const [term, ahead, alarm] = [load.lapsing[0]!, load.ahead[0]!, load.reminders[0]!];
    const plants = [
      [`UPDATE deadline SET status = 'open', settled_at = NULL WHERE id = '${term}'`, term],
      [`INSERT INTO file_event (${EVENT.join(', ')}) SELECT ${EVENT.map((column) => (column === 'seq' ? '99' : `e.${column}`)).join(', ')} FROM file_event e JOIN deadline d USING (state, file_id) WHERE d.id = '${term}' AND e.type = 'LAPSE_CONSULTATION'`, term],
      [`UPDATE deadline SET status = 'fired', settled_at = due_at - interval '1 day' WHERE id = '${ahead}'`, ahead],
      [`DELETE FROM alarm WHERE deadline_id = '${alarm}'`, alarm],
      [`UPDATE measure SET chart = jsonb_set(chart, '{value,main}', '"preservationReleased"') WHERE state = 'KZ' AND form = 'preservation' AND file_id = (SELECT file_id FROM deadline WHERE id = '${load.preserved[0]!}')`, 'preserved'],
      [`UPDATE audit_entry SET prev_hash = leaf_hash WHERE state = 'KZ' AND subject = 'node' AND seq = (SELECT max(seq) FROM audit_entry WHERE state = 'KZ' AND subject = 'node')`, 'broken links of the log'],
    ] as const;
    const found: string[] = [];
    for (const [plant] of plants) {
      await node.db.asSuperuser(plant);
      found.push((await tally(node, load)).wrong.map((w) => w.split(':')[0]).join());
    }
    plants.forEach(([, id], i) => expect(found[i]).toContain(id));
  });

  it('do not wait for a lease that was given before the clock was set back, but for one that runs', async () => {
    const [id] = load.ahead.slice(1);
    const lease = (ms: number) => node.db.asSuperuser(`UPDATE deadline SET due_at = $2, leased_until = $3 WHERE id = $1`, [id, new Date(clock - 1), new Date(clock + ms)]);
    const status = async () => (await node.db.asSuperuser<{ status: string }>('SELECT status FROM deadline WHERE id = $1', [id]))[0]!.status;
    setDays(0);
    // What the test before has put back.
    await services().deadlines.fireDue('KZ');
    await lease(LEASE_MS - 1);
    expect([await services().deadlines.fireDue('KZ'), await status()]).toEqual([0, 'open']);
    await lease(DAY_MS);
    expect([await services().deadlines.fireDue('KZ'), await status()]).toEqual([1, 'fired']);
  });

  it('go on past a term that cannot be fired, and say so', async () => {
    const [broken, sound] = load.ahead.slice(2);
    await node.db.asSuperuser(`UPDATE deadline SET due_at = $2, leased_until = NULL WHERE id = ANY ($1)`, [[broken, sound], new Date(clock - 1)]);
    await node.db.asSuperuser(`UPDATE deadline SET due_at = due_at - interval '1 hour', fires = 'NO_SUCH_ACT' WHERE id = $1`, [broken]);
    await node.db.asSuperuser(`UPDATE measure SET chart = '{}' WHERE state = 'KZ' AND file_id = (SELECT file_id FROM deadline WHERE id = $1)`, [broken]);
    setDays(0);
    await expect(services().deadlines.fireDue('KZ')).rejects.toThrow();
    const rows = await node.db.asSuperuser<{ id: string; status: string }>('SELECT id, status FROM deadline WHERE id = ANY ($1)', [[broken, sound]]);
    expect(new Map(rows.map((r) => [r.id, r.status]))).toEqual(new Map([[broken, 'open'], [sound, 'fired']]));
  });
});

describe('the calendar and the clocks of a place', () => {
  let play: Play;
  beforeAll(async () => {
    play = await Play.open(import.meta.url);
  });
  afterAll(() => play.close());
  const at = async (instant: string) => {
    play.node.clock.set(new Date(instant));
    await play.node.settle();
  };

  it.each([
    ['on a day of 23 hours', '2027-03-14', '2027-03-15T03:59:59.999Z', '2027-03-14T23:59:59.999-04:00'],
    ['on a day of 25 hours', '2027-11-07', '2027-11-08T04:59:59.999Z', '2027-11-07T23:59:59.999-05:00'],
    ['on a leap day', '2028-02-29', '2028-03-01T04:59:59.999Z', '2028-02-29T23:59:59.999-05:00'],
  ])('%s in New York: due at the end of that day and no millisecond before', async (_, on, dueAt, local) => {
    const id = await play.draft({ requestedState: 'IS' }, 'US case-officer');
    const us = await play.as('US case-officer');
    const answer = await us.post(`/requests/${id}/deadlines`, { kind: 'internal', on, reason: 'Term of the court' }).expect(201);
    expect(answer.body).toMatchObject({ dueAt, local: { at: local, timeZone: 'America/New_York' } });
    await at(new Date(Date.parse(dueAt) - 1).toISOString());
    expect((await play.view('US case-officer', id)).alarms).toEqual([]);
    await at(dueAt);
    expect((await play.view('US case-officer', id)).alarms.map((a: Body) => a.id)).toEqual([answer.body.id]);
  });

  it('UNCC 40(28): a consultation whose term lies behind a leap day lapses at its millisecond, told to the other State once', async () => {
    await at('2032-02-27T10:00:00.000Z');
    const id = await play.transmitted();
    await play.act('KZ central-authority', id, 1, 'OPEN_CONSULTATION', { subject: 'timing', proposal: 'By March', term: '2032-02-29T23:59:59.999Z' });
    await play.node.settle();
    const lapses = async (who: string) => (await (await play.as(who)).get(`/requests/${id}/timeline`).expect(200)).body.items.filter((e: Body) => /LAPSE/.test(e.type)).length;
    await at('2032-02-29T23:59:59.998Z');
    expect([await lapses('KZ auditor'), await lapses('VN auditor')]).toEqual([0, 0]);
    await at('2032-02-29T23:59:59.999Z');
    await at('2032-02-28T23:59:59.999Z');
    await at('2032-03-01T00:00:00.000Z');
    expect([await lapses('KZ auditor'), await lapses('VN auditor')]).toEqual([1, 1]);
  });
});
