import { gunzipSync, gzipSync } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FeatureRow } from '../../domain/features/feature-row.ts';
import { epochMs, MINUTE_MS, minuteStamp, sessionDate, utcIso } from '../../domain/market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../../domain/market/snapshot.ts';
import { Conflict } from '../../errors.ts';
import type { OnlineWindow } from '../../ports/online-window.ts';
import { type Condition, DynamoTable, type Item } from './table.ts';

/**
 * The `online-window` table. Keys: `minute#<exchange>#<date>` / minute (UTC ISO), legs gzipped;
 * `feature#<set>#<exchange>#<date>` / minute, values as little-endian doubles. `expires_at` is the TTL (seconds).
 */
export function dynamoOnlineWindow(client: DynamoDBClient, tableName: string): OnlineWindow {
  const table = new DynamoTable(client, tableName);
  return {
    async putMinute(snapshot, expiresAtMs) {
      const timestampMs = epochMs(snapshot.timestamp);
      const item = {
        pk: minuteKey(snapshot.exchange, sessionDate(timestampMs)),
        sk: minuteOf(timestampMs),
        timestamp_ms: timestampMs,
        snapshot_gz: gzipSync(JSON.stringify(snapshot)),
        expires_at: Math.floor(expiresAtMs / 1000),
      };
      return stored(table, item, {
        expression: 'attribute_not_exists(pk) OR timestamp_ms < :timestamp',
        values: { ':timestamp': timestampMs },
      });
    },
    async minutes(exchange, date, fromMs, toMs) {
      const items = await table.query({
        pk: minuteKey(exchange, date),
        from: minuteOf(fromMs),
        to: minuteOf(toMs),
      });
      return items
        .filter(
          (item) => (item['timestamp_ms'] as number) >= fromMs && (item['timestamp_ms'] as number) <= toMs,
        )
        .map(toSnapshot);
    },
    async lastMinute(exchange, date, toMs) {
      const pk = minuteKey(exchange, date);
      const newestUpTo = async (ms: number) =>
        (await table.query({ pk, from: '0', to: minuteOf(ms), newestFirst: true, limit: 1 }))[0];
      const newest = await newestUpTo(toMs);
      const isTooNew = newest !== undefined && (newest['timestamp_ms'] as number) > toMs;
      const found = isTooNew ? await newestUpTo(toMs - MINUTE_MS) : newest;
      return found && toSnapshot(found);
    },
    async putFeatureRow(row, expiresAtMs) {
      const { values, ...rest } = row;
      const timestampMs = epochMs(row.timestamp);
      const item = {
        ...rest,
        pk: featureKey(row.feature_set, row.exchange, sessionDate(timestampMs)),
        sk: minuteOf(timestampMs),
        values_f64: Buffer.from(values.buffer, values.byteOffset, values.byteLength),
        expires_at: Math.floor(expiresAtMs / 1000),
      };
      await stored(table, item, {
        expression: 'attribute_not_exists(pk) OR #timestamp <= :timestamp',
        names: { '#timestamp': 'timestamp' },
        values: { ':timestamp': row.timestamp },
      });
    },
    async featureRow(exchange, date, set, timestampMs) {
      const item = await table.get(featureKey(set, exchange, date), minuteOf(timestampMs));
      return item === undefined ? undefined : toFeatureRow(item);
    },
    async latestFeatureRow(exchange, date, set, toMs) {
      const pk = featureKey(set, exchange, date);
      // Two, since the minute of `toMs` may hold a row that is a few seconds too new.
      const range = { pk, from: '0', to: minuteOf(toMs), newestFirst: true, limit: 2 };
      const rows = (await table.query(range)).map(toFeatureRow);
      return rows.find((row) => epochMs(row.timestamp) <= toMs);
    },
    async featureRows(exchange, date, set, fromMs, toMs) {
      const range = { pk: featureKey(set, exchange, date), from: minuteOf(fromMs), to: minuteOf(toMs) };
      const rows = (await table.query(range)).map(toFeatureRow);
      return rows.filter((row) => epochMs(row.timestamp) >= fromMs && epochMs(row.timestamp) <= toMs);
    },
  };
}

/** @returns whether it was put; not where the condition does not hold. */
async function stored(table: DynamoTable, item: Item, condition: Condition): Promise<boolean> {
  try {
    await table.put(item, condition);
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}

function toSnapshot(item: Item): StoredSnapshot {
  return JSON.parse(gunzipSync(item['snapshot_gz'] as Uint8Array).toString()) as StoredSnapshot;
}

function toFeatureRow(item: Item): FeatureRow {
  const { pk: _pk, sk: _sk, expires_at: _expires, values_f64, ...row } = item;
  // A copy, since a Float64Array must start at a multiple of eight bytes.
  const values = new Float64Array(Uint8Array.from(values_f64 as Uint8Array).buffer);
  return { ...row, values } as FeatureRow;
}

function minuteKey(exchange: Exchange, date: string): string {
  return `minute#${exchange}#${date}`;
}

function featureKey(set: string, exchange: Exchange, date: string): string {
  return `feature#${set}#${exchange}#${date}`;
}

function minuteOf(ms: number): string {
  return utcIso(minuteStamp(ms));
}
