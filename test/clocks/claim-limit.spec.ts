import { DeadlinesService } from '@comity/requests';
import { measure } from '../support/stored-data.js';
import { Play } from '../api/play.js';

describe('terms that fall due together', () => {
  let play: Play;
  beforeAll(async () => {
    play = await Play.open(import.meta.url);
  });
  afterAll(() => play.close());

  it('are taken no more at a time than was asked for, also those of one file', async () => {
    const id = await play.transmitted({ measures: [measure(), measure(), measure()] });
    const term = new Date(play.node.clock.now().getTime() + 600_000).toISOString();
    for (const no of [1, 2, 3]) await play.act('KZ central-authority', id, no, 'OPEN_CONSULTATION', { subject: 'scope', proposal: 'A call', term });
    await play.node.settle();
    play.node.clock.set(new Date(Date.parse(term) + 1000));
    const deadlines = play.node.app.get(DeadlinesService, { strict: false });
    const fired: number[] = [];
    for (let i = 0; i < 3; i += 1) fired.push(await deadlines.fireDue('KZ', 1));
    expect([...fired, await deadlines.fireDue('KZ', 1)]).toEqual([1, 1, 1, 0]);
  });
});
