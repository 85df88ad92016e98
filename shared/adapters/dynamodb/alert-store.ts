import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { alertStateSchema } from '../../domain/alerts/alert-state.ts';
import type { AlertStore } from '../../ports/alert-store.ts';
import { DynamoTable, follows, recordOf } from './table.ts';

const PARTITION = 'alert';

/** The `alerts` table. Key: `alert` / `<rule>#<exchange>`; there are a few dozen of them at most. */
export function dynamoAlertStore(client: DynamoDBClient, tableName: string): AlertStore {
  const table = new DynamoTable(client, tableName);
  return {
    async state(rule, exchange) {
      const item = await table.get(PARTITION, keyOf(rule, exchange));
      return item === undefined ? undefined : alertStateSchema.parse(recordOf(item));
    },
    async put(state) {
      const key = { pk: PARTITION, sk: keyOf(state.rule, state.exchange) };
      await table.put({ ...state, ...key }, follows(state.revision, 1));
    },
    async all() {
      const items = await table.query({ pk: PARTITION });
      return items.map((item) => alertStateSchema.parse(recordOf(item)));
    },
  };
}

function keyOf(rule: string, exchange: string): string {
  return `${rule}#${exchange}`;
}
