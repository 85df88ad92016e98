import type { SqlResult, SqlValue } from '../../shared/ports/sql-database.ts';

/** A cell wider than this is cut: nobody reads a rationale in a table. */
const WIDEST_CELL = 48;
const GAP = '  ';

/**
 * A result as text of at most `width` columns: numbers to the right, long cells cut with `…`, columns that find no
 * place named below, then how many rows there are beyond those shown.
 */
export function resultTable({ columns, rows, total }: SqlResult, width: number): string {
  const cells = [columns.map(({ name }) => name), ...rows.map((row) => row.map(cellText))].map((row) =>
    row.map((text) => cut(text, WIDEST_CELL)),
  );
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => [...(row[at] ?? '')].length)));
  const shown = fitting(widths, width);
  const isNumber = columns.map((_, at) => isNumeric(rows.map((row) => row[at] ?? null)));
  const lines = cells.map((row) => line(row.slice(0, shown), widths, isNumber));
  const rule = widths
    .slice(0, shown)
    .map((columnWidth) => '-'.repeat(columnWidth))
    .join(GAP);
  const hidden = columns.slice(shown).map(({ name }) => name);
  return [
    ...[lines[0] as string, rule, ...lines.slice(1)],
    ...(hidden.length === 0 ? [] : [`... ${hidden.length} more columns: ${hidden.join(', ')}`]),
    rowsText(rows.length, total),
  ].join('\n');
}

/** How many columns fit, one at least. */
function fitting(widths: readonly number[], width: number): number {
  let used = -GAP.length;
  const tooWide = widths.findIndex((columnWidth) => {
    used += GAP.length + columnWidth;
    return used > width;
  });
  return tooWide === -1 ? widths.length : Math.max(1, tooWide);
}

function line(row: readonly string[], widths: readonly number[], isNumber: readonly boolean[]): string {
  const padded = row.map((text, at) => {
    const space = ' '.repeat((widths[at] ?? 0) - [...text].length);
    return isNumber[at] ? space + text : text + space;
  });
  return padded.join(GAP).trimEnd();
}

function isNumeric(values: readonly SqlValue[]): boolean {
  const present = values.filter((value) => value !== null);
  return present.length > 0 && present.every((value) => typeof value === 'number');
}

/** Numbers with eight digits at most, nested values as JSON; --json and --csv give all of it. */
function cellText(value: SqlValue): string {
  if (value === null) return 'null';
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(8)));
  return typeof value === 'object' ? JSON.stringify(value) : String(value).replaceAll('\n', ' ');
}

function cut(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, width - 1).join('')}…`;
}

function rowsText(shown: number, total: number): string {
  const rows = `${total} ${total === 1 ? 'row' : 'rows'}`;
  return shown === total ? rows : `... ${total - shown} more (${rows})`;
}
