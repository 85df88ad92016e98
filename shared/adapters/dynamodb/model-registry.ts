import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Exchange } from '../../domain/market/snapshot.ts';
import {
  historyRowSchema,
  livePointerSchema,
  type ModelVersion,
  modelVersionSchema,
} from '../../domain/promotion/registry.ts';
import { NotFound } from '../../errors.ts';
import type { ModelRegistry } from '../../ports/model-registry.ts';
import { ABSENT, DynamoTable, follows, recordOf } from './table.ts';

const HISTORY = 'history#';
const VERSION = 'version#';
const LIVE = 'live';

/**
 * The `models` table. Partition `<exchange>#<target>`; sort keys `live` (the pointer), `version#<version>` and
 * `history#<time>#<version>`.
 */
export function dynamoModelRegistry(client: DynamoDBClient, tableName: string): ModelRegistry {
  const table = new DynamoTable(client, tableName);
  return {
    async livePointer(exchange, target) {
      const item = await table.get(partition(exchange, target), LIVE);
      return item === undefined ? undefined : livePointerSchema.parse(recordOf(item));
    },
    async version(exchange, target, version) {
      const item = await table.get(partition(exchange, target), `${VERSION}${version}`);
      if (item === undefined) {
        throw new NotFound(`model: expected a registered version of ${exchange} ${target}, was ${version}`);
      }
      return modelVersionSchema.parse(recordOf(item));
    },
    async versions(exchange, target) {
      const items = await table.query({ ...startingWith(exchange, target, VERSION), newestFirst: true });
      const versions = items.map((item) => modelVersionSchema.parse(recordOf(item)));
      return versions.sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
    },
    async history(exchange, target) {
      const items = await table.query(startingWith(exchange, target, HISTORY));
      return items.map((item) => historyRowSchema.parse(recordOf(item)));
    },
    async apply({ versions = [], pointer, history }) {
      const puts = versions.map((row) => table.putInTransaction(versionItem(row), follows(row.revision, 0)));
      if (pointer !== undefined) {
        const key = { pk: partition(pointer.exchange, pointer.target), sk: LIVE };
        puts.push(table.putInTransaction({ ...pointer, ...key }, follows(pointer.revision, 1)));
      }
      if (history !== undefined) {
        const sk = `${HISTORY}${history.at}#${history.to_version}#${history.event}`;
        const key = { pk: partition(history.exchange, history.target), sk };
        puts.push(table.putInTransaction({ ...history, ...key }, ABSENT));
      }
      await table.transact(puts, 'change the model registry');
    },
  };
}

function versionItem(row: ModelVersion): Record<string, unknown> {
  return { ...row, pk: partition(row.exchange, row.target), sk: `${VERSION}${row.version}` };
}

function partition(exchange: Exchange, target: string): string {
  return `${exchange}#${target}`;
}

function startingWith(
  exchange: Exchange,
  target: string,
  prefix: string,
): { pk: string; from: string; to: string } {
  return { pk: partition(exchange, target), from: prefix, to: `${prefix}~` };
}
