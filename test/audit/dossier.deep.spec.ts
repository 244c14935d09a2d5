import { seeded } from '../../libs/audit/src/testing/sample-log.js';
import { DossierCase, verifyBytes } from './dossier-case.js';

// Real: database, rooms, HTTP, the States' own keys, a case played from draft to evidence.
describe('flipped bytes of a dossier at length', () => {
  it('are found, each of 600, in a whole one and in one of which parts are withheld', async () => {
    const one = await DossierCase.open(import.meta.url);
    const random = seeded(20270302);
    const tally: Record<string, string> = {};
    for (const query of ['', '?withhold=contents,messages']) {
      const whole = Buffer.from(`${(await one.export('KZ auditor', query)).join('\n')}\n`);
      expect(verifyBytes(whole).ok).toBe(true);
      let found = 0;
      for (let n = 0; n < 600; n += 1) {
        const bytes = Buffer.from(whole);
        bytes[random(bytes.length)]! ^= 1 + random(255);
        if (!verifyBytes(bytes).ok) found += 1;
      }
      tally[query || 'whole'] = `${found} of 600`;
    }
    console.info(`flipped bytes of a dossier found: ${JSON.stringify(tally)}`);
    expect(Object.values(tally)).toEqual(['600 of 600', '600 of 600']);
    await one.close();
  });
});
