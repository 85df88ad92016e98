import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DaySummary } from '../../domain/features/day-summary.ts';
import type { Exchange } from '../../domain/market/snapshot.ts';
import { Conflict } from '../../errors.ts';
import type { DaySummaries } from '../../ports/day-summaries.ts';
import { ABSENT, DynamoTable, type Item } from './table.ts';

/**
 * Day summaries in the `online-window` table, without a time to live. Keys: `day-summary#<exchange>` / date, the summary
 * as JSON text, so that every number comes back bit for bit; `prior-days#<exchange>` / date, the dates that were fixed.
 */
export function dynamoDaySummaries(client: DynamoDBClient, tableName: string): DaySummaries {
  const table = new DynamoTable(client, tableName);
  const fixedDates = async (exchange: Exchange, date: string) =>
    (await table.get(priorKey(exchange), date))?.['dates'] as readonly string[] | undefined;
  return {
    add: (exchange, summary) =>
      putFirst(table, { pk: summaryKey(exchange), sk: summary.date, summary: JSON.stringify(summary) }),
    async between(exchange, from, to) {
      if (from > to) return [];
      const items = await table.query({ pk: summaryKey(exchange), from, to });
      return items.map((item) => JSON.parse(item['summary'] as string) as DaySummary);
    },
    async fix(exchange, date, earlier) {
      const isFirst = await putFirst(table, { pk: priorKey(exchange), sk: date, dates: [...earlier] });
      return isFirst ? earlier : ((await fixedDates(exchange, date)) ?? earlier);
    },
    fixed: fixedDates,
  };
}

async function putFirst(table: DynamoTable, item: Item): Promise<boolean> {
  try {
    await table.put(item, ABSENT);
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}

function summaryKey(exchange: Exchange): string {
  return `day-summary#${exchange}`;
}

function priorKey(exchange: Exchange): string {
  return `prior-days#${exchange}`;
}
