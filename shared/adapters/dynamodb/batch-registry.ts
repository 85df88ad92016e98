import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { BatchRow, DayFileKind, DayFileRow } from '../../domain/lake/registry-rows.ts';
import type { Exchange } from '../../domain/market/snapshot.ts';
import type { BatchRegistry } from '../../ports/batch-registry.ts';
import { translated } from '../aws/translate-error.ts';
import { ABSENT, DynamoTable, follows, recordOf } from './table.ts';

const MAX_KEYS_A_GET = 100;
const REVISION_DIGITS = 6;
/** Sorts after `#` and every revision of a date. */
const AFTER_REVISIONS = '$';

/**
 * The `batches` table. Keys: `raw#<exchange>#<date>` / batch id; `seen#<exchange>#<date>` / snapshot id;
 * `<kind>#<set>#<exchange>` / date for the day files that count; `history#<kind>#<set>#<exchange>` / `<date>#<revision>`
 * for every one that ever did.
 */
export function dynamoBatchRegistry(client: DynamoDBClient, tableName: string): BatchRegistry {
  const table = new DynamoTable(client, tableName);
  return {
    async seen(exchange, date, snapshotIds) {
      const found = new Set<string>();
      for (let start = 0; start < snapshotIds.length; start += MAX_KEYS_A_GET) {
        const ids = snapshotIds.slice(start, start + MAX_KEYS_A_GET);
        for (const id of await present(client, tableName, seenKey(exchange, date), ids)) found.add(id);
      }
      return found;
    },
    async commit(row, snapshotIds) {
      const batch = { ...row, pk: rawKey(row.exchange, row.date), sk: row.batch_id };
      const seen = snapshotIds.map((sk) => ({
        pk: seenKey(row.exchange, row.date),
        sk,
        batch_id: row.batch_id,
      }));
      const puts = [batch, ...seen].map((item) => table.putInTransaction(item, ABSENT));
      await table.transact(puts, `register batch ${row.batch_id}`);
    },
    async batches(exchange, date) {
      const items = await table.query({ pk: rawKey(exchange, date) });
      return items.map((item) => recordOf<BatchRow>(item));
    },
    async snapshotCount(exchange, date) {
      return table.count({ pk: seenKey(exchange, date) });
    },
    async dayFile(kind, set, exchange, date) {
      const item = await table.get(dayKey(kind, set, exchange), date);
      return item === undefined ? undefined : recordOf<DayFileRow>(item);
    },
    async dayFiles(kind, set, exchange, from, to) {
      const items = await table.query({ pk: dayKey(kind, set, exchange), from, to });
      return items.map((item) => recordOf<DayFileRow>(item));
    },
    async dayFileRevisions(kind, set, exchange, from, to) {
      const pk = historyKey(kind, set, exchange);
      const [kept, counting] = await Promise.all([
        table.query({ pk, from, to: `${to}${AFTER_REVISIONS}` }),
        table.query({ pk: dayKey(kind, set, exchange), from, to }),
      ]);
      // A row that counts since before revisions were kept has none.
      const rows = [...kept, ...counting].map((item) => recordOf<DayFileRow>(item));
      const byRevision = new Map(rows.map((row) => [revisionKey(row), row]));
      return [...byRevision].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    },
    async switchDayFile(row) {
      const counts = { pk: dayKey(row.kind, row.set, row.exchange), sk: row.date };
      const kept = { pk: historyKey(row.kind, row.set, row.exchange), sk: revisionKey(row) };
      const puts = [
        table.putInTransaction({ ...row, ...counts }, follows(row.revision, 1)),
        table.putInTransaction({ ...row, ...kept }, ABSENT),
      ];
      await table.transact(puts, `switch ${counts.pk} ${row.date} to revision ${row.revision}`);
    },
  };
}

function rawKey(exchange: Exchange, date: string): string {
  return `raw#${exchange}#${date}`;
}

function seenKey(exchange: Exchange, date: string): string {
  return `seen#${exchange}#${date}`;
}

function dayKey(kind: DayFileKind, set: string, exchange: Exchange): string {
  return `${kind}#${set}#${exchange}`;
}

function historyKey(kind: DayFileKind, set: string, exchange: Exchange): string {
  return `history#${dayKey(kind, set, exchange)}`;
}

function revisionKey({ date, revision }: DayFileRow): string {
  return `${date}#${String(revision).padStart(REVISION_DIGITS, '0')}`;
}

async function present(
  client: DynamoDBClient,
  table: string,
  pk: string,
  ids: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  let keys = ids.map((sk) => marshall({ pk, sk }));
  while (keys.length > 0) {
    const request = { [table]: { Keys: keys, ConsistentRead: true, ProjectionExpression: 'sk' } };
    const answer = await translated(`look up ${pk}`, () =>
      client.send(new BatchGetItemCommand({ RequestItems: request })),
    );
    for (const item of answer.Responses?.[table] ?? []) found.push(unmarshall(item)['sk']);
    keys = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return found;
}
