import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { RiskState, RiskStore } from '../../ports/risk-store.ts';
import { DynamoTable, recordOf } from './table.ts';

const STATE = 'state';

/** The `risk` table. Key: exchange / `state`. */
export function dynamoRiskStore(client: DynamoDBClient, tableName: string): RiskStore {
  const table = new DynamoTable(client, tableName);
  return {
    async state(exchange) {
      const item = await table.get(exchange, STATE);
      return item === undefined ? undefined : recordOf<RiskState>(item);
    },
    async put(exchange, state) {
      await table.put({ pk: exchange, sk: STATE, ...state });
    },
  };
}
