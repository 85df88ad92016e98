import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { approvalSchema } from '../../domain/promotion/approval.ts';
import type { Approvals } from '../../ports/approvals.ts';
import { DynamoTable, follows, recordOf } from './table.ts';

const APPROVAL = 'approval';

/** In the `models` table, beside the versions. Key: `<exchange>#<target>` / `approval`. */
export function dynamoApprovals(client: DynamoDBClient, tableName: string): Approvals {
  const table = new DynamoTable(client, tableName);
  return {
    async current(exchange, target) {
      const item = await table.get(`${exchange}#${target}`, APPROVAL);
      return item === undefined ? undefined : approvalSchema.parse(recordOf(item));
    },
    async put(approval) {
      const pk = `${approval.exchange}#${approval.target}`;
      await table.put({ ...approval, pk, sk: APPROVAL }, follows(approval.revision, 1));
    },
  };
}
