import type { Participation } from '../../libs/treaty/src/instrument.js';

/** Entry into force as printed in the Council of Europe's chart. */
const CHART = 'Council of Europe, chart of signatures and ratifications of Treaty 185, as of 2015-12-03';
/** To be compared with the chart before a release. */
const MEMORY = 'from memory; to be compared with the Council of Europe’s chart of Treaty 185';

const parties = (source: string, verified: boolean, days: Record<string, string>): Participation[] =>
  Object.entries(days).map(([state, from]) => ({ state, from, source, verified }));

export const PARTIES: Participation[] = [
  ...parties(CHART, true, {
    AL: '2004-07-01',
    AM: '2007-02-01',
    AT: '2012-10-01',
    AZ: '2010-07-01',
    BE: '2012-12-01',
    BA: '2006-09-01',
    BG: '2005-08-01',
    HR: '2004-07-01',
    CY: '2005-05-01',
    CZ: '2013-12-01',
    DK: '2005-10-01',
    EE: '2004-07-01',
    FI: '2007-09-01',
    FR: '2006-05-01',
    GE: '2012-10-01',
  }),
  ...parties(MEMORY, false, {
    US: '2007-01-01',
    IS: '2007-05-01',
    HU: '2004-07-01',
    LT: '2004-07-01',
    RO: '2004-09-01',
    SI: '2005-01-01',
    MK: '2005-01-01',
    UA: '2006-07-01',
    NO: '2006-10-01',
    NL: '2007-03-01',
    LV: '2007-06-01',
    SK: '2008-05-01',
    IT: '2008-10-01',
    DE: '2009-07-01',
    RS: '2009-08-01',
    MD: '2009-09-01',
    PT: '2010-07-01',
    ME: '2010-07-01',
    ES: '2010-10-01',
    GB: '2011-09-01',
    CH: '2012-01-01',
    MT: '2012-08-01',
    JP: '2012-11-01',
    AU: '2013-03-01',
    DO: '2013-06-01',
    MU: '2014-03-01',
    PA: '2014-07-01',
    TR: '2015-01-01',
    LU: '2015-02-01',
    PL: '2015-06-01',
    LK: '2015-09-01',
    CA: '2015-11-01',
    SE: '2021-08-01',
  }),
];
