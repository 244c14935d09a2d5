import { csvCell, csvLine, isFormula, wantsCsv } from './csv.js';

/** The cells of a line as a spreadsheet with this list separator reads them: a quote counts at the beginning of a cell only, and what follows its end is added. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let [cell, quoted, began] = ['', false, false];
  const end = (): void => {
    cells.push(cell);
    [cell, began] = ['', false];
  };
  const text = line.replace(/\r\n$/, '');
  for (let at = 0; at < text.length; at += 1) {
    if (quoted && text.startsWith('""', at)) cell += text[(at += 1)];
    else if (text[at] === '"' && (quoted || !began)) [quoted, began] = [!quoted, true];
    else if (!quoted && text.startsWith(separator, at)) {
      end();
      at += separator.length - 1;
    } else if (!quoted && /[\r\n]/.test(text[at]!)) end();
    else [cell, began] = [cell + text[at], true];
  }
  end();
  return cells;
}

describe('a cell of CSV', () => {
  const FORMULAS = [
    ...['=', '+', '-', '@'].map((sign) => `${sign}cmd|' /C calc'!A0`),
    ...['\uff1d', '\uff0b', '\uff0d', '\uff20', '\ufe66', '\ufe62', '\ufe63', '\ufe6b', '\u207c', '\u2212'].map((sign) => `${sign}1+1`),
    '\ttext', '\rtext', ' =1', '\u00a0=1', '\ufeff=1', '\u200b@x', '\u2066=1', '\u202e+1', '\u3000-1', '\u0000=1',
  ];

  it.each(FORMULAS.map((text) => [JSON.stringify(text), text]))('that begins like a formula stands as text: %s', (_, text) => {
    expect(csvCell(text)).toBe(`"'${text.replaceAll('"', '""')}"`);
    expect(isFormula(text)).toBe(true);
  });

  it.each(['', 'KZ-2026-1', 'a=1', "'=1", '1+1', 'Jón Þór', '司法', 'https://example.org', '(=1)'])('that does not is left as it is: %s', (text) => {
    expect(csvCell(text)).toBe(`"${text}"`);
  });

  const SEPARATORS = [',', ';', '|', '\t', '\n', '\r', '\r\n'];
  const HIDDEN = ['=HYPERLINK("http://x";"y")', '+1+1', '-1', '@x', '\uff1d1', ' =1', '\u200b=1', '"=1', '" "=1'];

  it.each(SEPARATORS.map((separator) => [JSON.stringify(separator), separator]))('begins no formula in a spreadsheet that splits at %s', (_, separator) => {
    for (const hidden of HIDDEN) {
      for (const text of [`REF 7${separator}${hidden}${separator}z`, `${separator}${hidden}`, `"${separator}${hidden}`, `${hidden}${separator}${hidden}`]) {
        const line = csvLine(['2026-11-03T09:12:40.000Z', text, 'last']);
        expect(cellsOf(line, separator).filter((cell) => isFormula(cell.trimStart()))).toEqual([]);
      }
    }
  });

  it.each(['Kazakhstan; Viet Nam', 'a;b|c\td\r\ne', 'Almaty, +7 727 2', 'one - two; three = four', ';;', '"a";"b"', 'x;\r\n'])('that is harmless comes back as it was: %j', (text) => {
    expect(cellsOf(csvLine(['at', text]), ',')).toEqual(['at', text]);
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
