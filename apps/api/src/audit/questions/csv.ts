/**
 * CSV (RFC 4180) that a spreadsheet opens without running anything in it: texts come from other States and from people
 * under investigation, and a cell that begins like a formula would be one. Every text is quoted; one whose first visible
 * character is = + - @ in any width, or that begins with a tab or a line end, gets an apostrophe before it.
 * Spreadsheets show the cell with the apostrophe; a program that reads the file takes it away again.
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

/** Numbers and truth values stand bare: a negative number is one, and cannot be anything else. */
export function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  const text = cell instanceof Date ? cell.toISOString() : cell;
  return `"${isFormula(text) ? `'` : ''}${text.replaceAll('"', '""')}"`;
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
