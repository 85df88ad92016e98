import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { epochMs } from '../../domain/market/indian-time.ts';
import type { HealthStore, Report } from '../../ports/health-store.ts';
import { DynamoTable, type Item } from './table.ts';

const KEEP_S = 90 * 86_400;

/** The `health` table. Key: `<kind>#<exchange>` / time; the report as JSON text, ninety days. */
export function dynamoHealthStore(client: DynamoDBClient, tableName: string): HealthStore {
  const table = new DynamoTable(client, tableName);
  return {
    async add(kind, exchange, { at, body }) {
      const expires_at = Math.floor(epochMs(at) / 1000) + KEEP_S;
      await table.put({ pk: `${kind}#${exchange}`, sk: at, body: JSON.stringify(body), expires_at });
    },
    async latest(kind, exchange, limit) {
      return (await table.query({ pk: `${kind}#${exchange}`, newestFirst: true, limit })).map(reportOf);
    },
    async between(kind, exchange, from, to) {
      return (await table.query({ pk: `${kind}#${exchange}`, from, to })).map(reportOf);
    },
  };
}

function reportOf(item: Item): Report {
  return { at: item['sk'] as string, body: JSON.parse(item['body'] as string) };
}
