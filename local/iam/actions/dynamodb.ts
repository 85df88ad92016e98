import { arn } from '../../cloudformation/arn.ts';
import type { CloudIdentity } from '../../cloudformation/identity.ts';
import type { LocalRequest } from '../../service.ts';
import type { AccessRequest } from '../evaluate.ts';
import { jsonBody, operationOf } from './json.ts';

interface TransactItem {
  readonly [operation: string]: { readonly TableName?: string } | undefined;
}

/** Actions inside a transaction, by the name of the item's member. */
const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

/** What a DynamoDB request needs to be allowed: one entry per table, index and, in a transaction, per action. */
export function dynamoDbAccess(request: LocalRequest, identity: CloudIdentity): AccessRequest[] {
  const operation = operationOf(request);
  const body = jsonBody(request);
  const access = (action: string, table: string, index?: string) => ({
    action: `dynamodb:${action}`,
    resource: `${tableArn(identity, table)}${index === undefined ? '' : `/index/${index}`}`,
  });
  if (Array.isArray(body['TransactItems'])) {
    return body['TransactItems'].flatMap((item: TransactItem) =>
      Object.entries(item).map(([name, part]) =>
        access(TRANSACTION_ACTIONS[name] ?? name, part?.TableName ?? ''),
      ),
    );
  }
  if (typeof body['RequestItems'] === 'object' && body['RequestItems'] !== null) {
    return Object.keys(body['RequestItems']).map((table) => access(operation, table));
  }
  if (typeof body['TableName'] !== 'string') return [{ action: `dynamodb:${operation}`, resource: '*' }];
  const index = typeof body['IndexName'] === 'string' ? body['IndexName'] : undefined;
  return [access(operation, body['TableName'], index)];
}

function tableArn(identity: CloudIdentity, table: string): string {
  return table.startsWith('arn:') ? table : arn(identity, 'dynamodb', `table/${table}`);
}
