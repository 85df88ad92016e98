/** What a command shows: lines for people, or with --json one JSON object as the last line. */
export interface Output {
  line(text?: string): void;
  table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void;
  /**
   * Shows progress of something that takes a while: on a terminal a bar that is drawn anew, elsewhere a line when at
   * least five seconds have passed and the numbers have changed. The end is always shown, once.
   */
  progress(label: string, done: number, total: number): void;
  /** The command's result: printed as the last line with --json. */
  result(value: Readonly<Record<string, unknown>>): void;
}

/** Writes to the given streams; with `json` the lines for people go to the error stream. */
export function openOutput(json: boolean, stdout = process.stdout, stderr = process.stderr): Output {
  const people = json ? stderr : stdout;
  const interactive = stderr.isTTY === true;
  let lastShownMs = 0;
  let lastText = '';
  return {
    line: (text = '') => void people.write(`${text}\n`),
    table: (head, rows) => void people.write(`${renderTable(head, rows)}\n`),
    progress(label, done, total) {
      const now = performance.now();
      const finished = done >= total;
      if (!finished && now - lastShownMs < (interactive ? 100 : 5000)) return;
      const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
      const text = `${label} ${done}/${total} (${percent} %)`;
      if (text === lastText) return;
      lastShownMs = now;
      lastText = text;
      stderr.write(interactive ? `\r\x1b[K${bar(percent)} ${text}${finished ? '\n' : ''}` : `${text}\n`);
    },
    result(value) {
      if (json) stdout.write(`${JSON.stringify(value)}\n`);
    },
  };
}

const BAR_WIDTH = 20;

/** Example: `bar(25)` is `[=====               ]`. */
function bar(percent: number): string {
  const filled = Math.floor((BAR_WIDTH * Math.min(percent, 100)) / 100);
  return `[${'='.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}]`;
}

/** Columns padded to their widest cell, numbers to the right. Example: two columns `stage  in`. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const isNumber = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
  return [lines[0], widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)].join('\n');
}
