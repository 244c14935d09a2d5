/**
 * CSV (RFC 4180) that a spreadsheet opens without running anything in it: texts come from other States and from people
 * under investigation, and a cell that begins like a formula would be one. Every text is quoted; one whose first visible
 * character is = + - @ in any width, or that begins with a tab or a line end, gets an apostrophe before it. So does each
 * part of a text that a spreadsheet whose list separator is no comma would split off: to it our quotes are but text.
 * Spreadsheets show the apostrophe. A program that needs the text to the letter asks for JSON.
 */
export const CSV = 'text/csv';

export type Cell = string | number | boolean | null | undefined | Date;

const BEGINS_FORMULA = new Set(['=', '+', '-', '@', '\u2212']);
/** White space, controls and characters without width: what a spreadsheet may skip before it looks for a formula. */
const INVISIBLE = /^[\s\p{Cc}\p{Cf}\p{Zs}\u115f\u1160\u3164\uffa0]+/u;

/** Whether a spreadsheet might take the text for a formula. */
export function isFormula(text: string): boolean {
  if (/^[\t\r\n\v\f]/.test(text)) return true;
  const [first] = text.replace(INVISIBLE, '');
  // Full-width, small and superscript forms of the four are the same character by compatibility (NFKC).
  return first !== undefined && BEGINS_FORMULA.has(first.normalize('NFKC')[0]!);
}

/** Where a spreadsheet may split what we quoted: list separators other than the comma (of a region, or chosen), and line ends. */
const SPLITS = /([;|\t\r\n])/;

/** Quotes are looked through too: an empty pair of them at the beginning of a cell is taken away before the rest is read. */
const beginsFormula = (part: string): boolean => isFormula(part.replace(/^["\s\p{Cc}\p{Cf}\p{Zs}\u115f\u1160\u3164\uffa0]+/u, ''));

/** The text with an apostrophe before all that could begin a cell and be taken for a formula there. */
function asText(text: string): string {
  const [first, ...split] = text.split(SPLITS);
  return (isFormula(text) ? `'` : '') + first! + split.map((part) => (beginsFormula(part) ? `'${part}` : part)).join('');
}

/** Numbers and truth values stand bare: a negative number is one, and cannot be anything else. */
export function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  const text = cell instanceof Date ? cell.toISOString() : cell;
  return `"${asText(text).replaceAll('"', '""')}"`;
}

export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/** Whether a caller asks for CSV rather than JSON (RFC 9110 12.5.1): named, and with no lower weight. */
export function wantsCsv(accept: string | undefined): boolean {
  const weight = (type: string): number => {
    for (const part of (accept ?? '').toLowerCase().split(',')) {
      const [range, ...params] = part.split(';').map((piece) => piece.trim());
      if (range !== type) continue;
      const q = params.map((param) => /^q=([01](?:\.\d{0,3})?)$/.exec(param)?.[1]).find((found) => found !== undefined);
      return q === undefined ? 1 : Number(q);
    }
    return 0;
  };
  const csv = weight(CSV);
  return csv > 0 && csv >= weight('application/json');
}
