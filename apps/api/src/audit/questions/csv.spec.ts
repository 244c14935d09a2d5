import { csvCell, csvLine, isFormula, wantsCsv } from './csv.js';

describe('a cell of CSV', () => {
  const FORMULAS = [
    ...['=', '+', '-', '@'].map((sign) => `${sign}cmd|' /C calc'!A0`),
    ...['\uff1d', '\uff0b', '\uff0d', '\uff20', '\ufe66', '\ufe62', '\ufe63', '\ufe6b', '\u207c', '\u2212'].map((sign) => `${sign}1+1`),
    '\t=1', '\r=1', '\n=1', '\ttext', '\rtext', ' =1', '\u00a0=1', '\ufeff=1', '\u200b@x', '\u2066=1', '\u202e+1', '\u3000-1', '\u0000=1',
  ];

  it.each(FORMULAS.map((text) => [JSON.stringify(text), text]))('that begins like a formula stands as text: %s', (_, text) => {
    expect(csvCell(text)).toBe(`"'${text.replaceAll('"', '""')}"`);
    expect(isFormula(text)).toBe(true);
  });

  it.each(['', 'KZ-2026-1', 'a=1', "'=1", '1+1', 'Jón Þór', '司法', 'https://example.org', '(=1)'])('that does not is left as it is: %s', (text) => {
    expect(csvCell(text)).toBe(`"${text}"`);
  });

  it('is quoted, with its quotes doubled and its line ends, commas and semicolons kept', () => {
    expect(csvCell('say "yes"; and,\r\nno')).toBe('"say ""yes""; and,\r\nno"');
    // A quote at the beginning cannot end the cell and begin another with a formula.
    expect(csvCell('","=1')).toBe('""",""=1"');
  });

  it('is bare as a number, a truth value or nothing, and a time is text', () => {
    expect(csvLine([-5, 0.25, true, null, undefined, new Date(0)])).toBe('-5,0.25,true,,,"1970-01-01T00:00:00.000Z"\r\n');
  });
});

describe('what a caller accepts', () => {
  it.each<[string | undefined, boolean]>([
    ['text/csv', true], ['TEXT/CSV; charset=utf-8', true], ['text/csv, application/json;q=0.5', true], ['application/json, text/csv', true], ['text/csv;q=0.3, application/json', false],
    ['text/csv;q=0', false], ['application/json', false], ['*/*', false], [undefined, false], ['text/html, text/csvx', false],
  ])('%s: CSV %s', (accept, csv) => expect(wantsCsv(accept)).toBe(csv));
});
