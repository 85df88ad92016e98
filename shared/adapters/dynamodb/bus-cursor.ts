import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BusCursor } from '../../ports/bus-cursor.ts';
import { ABSENT, type Condition, DynamoTable } from './table.ts';

const PUBLISHED = { pk: 'audit-log', sk: 'published' };

/** A row beside the log's head in the `recommendations` table. */
export function dynamoBusCursor(client: DynamoDBClient, tableName: string): BusCursor {
  const table = new DynamoTable(client, tableName);
  return {
    async position() {
      const item = await table.get(PUBLISHED.pk, PUBLISHED.sk);
      return (item?.['size'] as number | undefined) ?? 0;
    },
    async move(from, to) {
      const unmoved: Condition =
        from === 0
          ? ABSENT
          : { expression: '#size = :read', names: { '#size': 'size' }, values: { ':read': from } };
      await table.put({ ...PUBLISHED, size: to }, unmoved);
    },
  };
}
