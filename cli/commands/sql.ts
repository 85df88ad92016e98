import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { type Command, InvalidArgumentError } from 'commander';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { sessionDate } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import type { SqlDatabase } from '../../shared/ports/sql-database.ts';
import { type Connection, ENVIRONMENTS } from '../connection.ts';
import { contextOf } from '../context.ts';
import { environmentNow } from '../environment-now.ts';
import { calendarDate } from '../options.ts';
import type { Output } from '../output.ts';
import { NEWEST_SESSIONS } from '../sql/lake-sessions.ts';
import type { ViewSources } from '../sql/lake-views.ts';
import { type SqlOptions, sqlSession } from '../sql/session.ts';

/** Fetched lake files, for all environments: their names are the hashes of what they hold. */
const CACHE = join(ENVIRONMENTS, '..', 'cache', 'lake');
const SHOWN_ROWS = 40;
/** Days of exchanges that take longer to look through than one waits without a word. */
const MANY_DAYS = 2000;

export function sqlCommand(program: Command): void {
  program
    .command('sql')
    .description(
      'query the lake: chain, raw, features, labels, recommendations, trades, outcomes; without a query, reads them from stdin',
    )
    .argument('[query]', 'one or more statements of DuckDB')
    .option('--exchange <names>', 'only these exchanges, with commas between them', exchangeList)
    .option('--from <date>', `first day; the newest ${NEWEST_SESSIONS} sessions when left out`, calendarDate)
    .option('--to <date>', 'last day', calendarDate)
    .option('--rows <count>', `how many rows; ${SHOWN_ROWS} when left out, all with --json`, positive)
    .option('--csv <file>', 'write the rows of one query to a file instead, all of them')
    .action(async (query: string | undefined, asked: AskedOptions, command: Command) => {
      const { output, connect } = contextOf(command);
      const options = sessionOptions(asked, command.optsWithGlobals<{ json?: boolean }>().json === true);
      // 70 MB that no other command needs.
      const { duckdbDatabase } = await import('../../shared/adapters/duckdb/sql-database.ts');
      const database = await duckdbDatabase();
      try {
        const session = await sqlSession(sourcesOf(connect(), database, output), options, output);
        if (query === undefined) await session.converse(process.stdin, process.stdout);
        else output.result({ ok: true, ...(await session.run(query)) });
      } finally {
        database.close();
      }
    });
}

type AskedOptions = Omit<SqlOptions, 'rows' | 'kept'> & { readonly rows?: number };

/** A table for people ends after a screen; JSON has every row unless a number was asked for. */
export function sessionOptions({ rows, ...options }: AskedOptions, isJson: boolean): SqlOptions {
  const shown = rows ?? SHOWN_ROWS;
  return { ...options, rows: shown, kept: isJson && rows === undefined ? Number.POSITIVE_INFINITY : shown };
}

function sourcesOf(connection: Connection, database: SqlDatabase, output: Output): ViewSources {
  Object.assign(process.env, connection.environment);
  const { region, tables, lakeBucket } = connection;
  const dynamo = new DynamoDBClient({ region });
  return {
    database,
    registry: dynamoBatchRegistry(dynamo, tables['batches'] as string),
    recommendations: dynamoRecommendationStore(dynamo, tables['recommendations'] as string),
    bucket: s3ObjectStore(new S3Client({ region }), lakeBucket),
    cache: CACHE,
    fetched: (done, total) => output.progress('fetching lake files', done, total),
    today: async () => sessionDate(await environmentNow(connection.name)),
    calendarFrom: exchangesRules().NSE.market.coverage.from,
    looked: (done, total) => total > MANY_DAYS && output.progress('looking for records', done, total),
  };
}

/** A list that takes more than one word would take the query as well. */
function exchangeList(text: string): Exchange[] {
  return text.split(',').map((name) => {
    const known = EXCHANGES.find((exchange) => exchange === name);
    if (known !== undefined) return known;
    throw new InvalidArgumentError(`expected ${EXCHANGES.join(', ')}, was ${name}.`);
  });
}

function positive(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('expected a whole number above 0.');
}
