import type { Chart } from './chart.ts';

/** A part of a page: words, then a table, then pictures. */
export interface Section {
  readonly title: string;
  readonly says: string;
  readonly table?: Table | undefined;
  readonly charts: readonly Chart[];
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** Digits after the point in columns of numbers that are not all whole; four significant digits when left out. */
  readonly decimals?: number | undefined;
}

// The colours are all stated, so that a browser in dark mode shows the page and its pictures as they were drawn.
const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; border-bottom: 1px solid #ddd; }
section { overflow-x: auto; } table { border-collapse: collapse; margin: .6rem 0; font-size: .85em; } th, td { padding: .2rem .4rem; border-bottom: 1px solid #eee; text-align: left; vertical-align: top; } td:first-child { min-width: 5rem; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; } figure { display: inline-block; margin: .4rem 1rem .4rem 0; vertical-align: top; }
figure svg { max-width: 100%; height: auto; } .lead { color: #555; }`;

/**
 * One HTML page that needs nothing else: no script, no network. `draw` turns a chart into SVG; text is escaped, SVG is
 * taken as it is.
 */
export async function page(
  title: string,
  lead: string,
  sections: readonly Section[],
  draw: (chart: Chart) => Promise<string>,
): Promise<string> {
  const parts: string[] = [];
  for (const section of sections) {
    const pictures: string[] = [];
    for (const one of section.charts) pictures.push(`<figure>${await draw(one)}</figure>`);
    parts.push(
      `<section><h2>${escaped(section.title)}</h2><p>${escaped(section.says)}</p>` +
        `${section.table === undefined ? '' : tableOf(section.table)}${pictures.join('\n')}</section>`,
    );
  }
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>${escaped(title)}</title><style>${STYLE}</style></head>`,
    `<body><h1>${escaped(title)}</h1><p class="lead">${escaped(lead)}</p>`,
    ...parts,
    '</body></html>',
    '',
  ].join('\n');
}

function tableOf({ head, rows, decimals }: Table): string {
  // A column of numbers, some of them missing, is read from the right; one with any word in it from the left.
  const isNumber = head.map((_, column) => rows.every((row) => typeof row[column] !== 'string'));
  const digits = head.map((_, column) => (rows.every((row) => isWhole(row[column])) ? 0 : decimals));
  const line = (tag: string, cells: readonly (string | number | null)[]) =>
    `<tr>${cells.map((cell, column) => `<${tag}${isNumber[column] ? ' class="number"' : ''}>${escaped(shown(cell, digits[column]))}</${tag}>`).join('')}</tr>`;
  return `<table>${line('th', head)}${rows.map((row) => line('td', row)).join('')}</table>`;
}

const isWhole = (cell: string | number | null | undefined) => cell === null || Number.isInteger(cell);

function shown(cell: string | number | null, decimals: number | undefined): string {
  if (cell === null) return '-';
  if (typeof cell === 'string') return cell;
  if (decimals !== undefined) return cell.toFixed(decimals);
  return Number.isInteger(cell) ? String(cell) : String(Number(cell.toPrecision(4)));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
