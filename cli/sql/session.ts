import type { Readable } from 'node:stream';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { SqlResult } from '../../shared/ports/sql-database.ts';
import type { Output } from '../output.ts';
import { type LakeScope, lakeScope } from './lake-sessions.ts';
import { loadView, type ViewSources } from './lake-views.ts';
import { resultTable } from './result-table.ts';
import { readStatements } from './statements.ts';
import { madeWith, type View, viewsIn } from './view-names.ts';
import { literal } from './view-statements.ts';

export interface SqlOptions {
  readonly exchange?: readonly Exchange[];
  readonly from?: string;
  readonly to?: string;
  /** How many rows to show. */
  readonly rows: number;
  /** How many rows the record keeps, at least those shown; as many as are shown when left out. */
  readonly kept?: number;
  readonly csv?: string;
}

/** Statements one after another over one database; a view is made when a statement first names it. */
export interface SqlSession {
  /** Runs and shows a statement. @throws RejectedInput with DuckDB's words for a wrong one. */
  run(sql: string): Promise<Readonly<Record<string, unknown>>>;
  /** Runs what is typed; on a terminal it asks and survives a wrong statement. */
  converse(input: Readable & { isTTY?: boolean }, prompt: NodeJS.WritableStream): Promise<void>;
}

export async function sqlSession(
  sources: ViewSources,
  options: SqlOptions,
  output: Output,
): Promise<SqlSession> {
  const { from, to, exchange: exchanges = EXCHANGES } = options;
  const scope = await lakeScope(sources, { exchanges, from, to });
  const loaded = new Set<View>();
  output.line(scopeText(scope));

  async function run(sql: string) {
    for (const view of viewsIn(sql)) {
      if (loaded.has(view)) continue;
      await loadView(sources, scope, view);
      for (const made of madeWith(view)) loaded.add(made);
    }
    if (options.csv !== undefined) return writeCsv(sources, sql, options.csv, output);
    const result = await sources.database.query(sql, options.kept ?? options.rows);
    const shown = { ...result, rows: result.rows.slice(0, options.rows) };
    output.line(resultTable(shown, process.stdout.columns ?? Number.POSITIVE_INFINITY));
    return asRecord(result);
  }

  return {
    run,
    async converse(input, prompt) {
      const isAsked = input.isTTY === true;
      const ask = (isFirst: boolean) => isAsked && prompt.write(isFirst ? 'oi> ' : '... ');
      for await (const sql of readStatements(input, ask)) {
        try {
          output.result({ ok: true, ...(await run(sql)) });
        } catch (error) {
          if (!isAsked || !(error instanceof RejectedInput)) throw error;
          output.line(error.message);
        }
      }
    },
  };
}

function scopeText({ sessions, exchanges }: LakeScope): string {
  if (sessions.length === 0) return 'no session in the lake within these days; ./oi backfill FILE brings one';
  const days = sessions.length === 1 ? sessions[0] : `${sessions[0]} to ${sessions.at(-1)}`;
  const count = `${sessions.length} ${sessions.length === 1 ? 'session' : 'sessions'}`;
  return `${count}: ${days}, ${exchanges.join(' ')} (--from, --to, --exchange choose others)`;
}

async function writeCsv({ database }: ViewSources, sql: string, file: string, output: Output) {
  const query = sql.trim().replace(/[;\s]+$/, '');
  const copy = (rows: string) => database.query(`COPY (${rows}\n) TO ${literal(file)} (FORMAT csv, HEADER)`);
  // COPY takes queries only; what tells of tables (summarize, describe, show) is one inside another.
  const { rows } = await copy(query).catch((error: unknown) => {
    if (!isParserError(error)) throw error;
    return copy(`SELECT * FROM (${query}\n)`).catch((again: unknown) => {
      throw isParserError(again) ? notForCsv(query, again) : again;
    });
  });
  const written = rows[0]?.[0] ?? 0;
  output.line(`${written} rows written to ${file}`);
  return { file, total: written };
}

/** Such a statement was not run. */
function isParserError(error: unknown): error is RejectedInput {
  return error instanceof RejectedInput && error.message.startsWith('Parser Error');
}

function notForCsv(query: string, cause: RejectedInput): RejectedInput {
  const expected = 'one query that gives rows (select, with, from, values, summarize, describe, show)';
  const message = `--csv: expected ${expected}, was ${query}\n${cause.message}`;
  return new RejectedInput(message, { field: 'sql', cause });
}

function asRecord({ columns, rows, total }: SqlResult) {
  const names = columns.map(({ name }) => name);
  return {
    total,
    columns,
    rows: rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]))),
  };
}
