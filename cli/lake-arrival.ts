import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoBatchRegistry } from '../shared/adapters/dynamodb/batch-registry.ts';
import { snapshotId } from '../shared/domain/market/identity.ts';
import { epochMs, sessionDate } from '../shared/domain/market/indian-time.ts';
import type { ChainSnapshot, Exchange } from '../shared/domain/market/snapshot.ts';
import { Temporary } from '../shared/errors.ts';
import type { Connection } from './connection.ts';
import type { Output } from './output.ts';

const LOOK_EVERY_MS = 500;
/** The batch window is a minute; after this long without progress something is wrong. */
const PATIENCE_MS = 180_000;

/** Remembers posted snapshots, and waits until each of them is in a registered micro-batch. */
export interface LakeArrival {
  expect(snapshot: ChainSnapshot): void;
  /** @throws Temporary naming how many are missing when nothing has arrived for three minutes. */
  untilArrived(onProgress: (arrived: number, expected: number) => void): Promise<void>;
}

export function lakeArrival(connection: Connection): LakeArrival {
  Object.assign(process.env, connection.environment);
  const registry = dynamoBatchRegistry(
    new DynamoDBClient({ region: connection.region }),
    connection.tables['batches']!,
  );
  const missing = new Map<string, Set<string>>();
  let expected = 0;
  const countMissing = () => [...missing.values()].reduce((sum, ids) => sum + ids.size, 0);

  async function look(): Promise<void> {
    for (const [day, ids] of missing) {
      const [exchange, date] = day.split('/') as [Exchange, string];
      for (const seen of await registry.seen(exchange, date, [...ids])) ids.delete(seen);
      if (ids.size === 0) missing.delete(day);
    }
  }

  return {
    expect(snapshot) {
      const day = `${snapshot.exchange}/${sessionDate(epochMs(snapshot.timestamp))}`;
      const ids = missing.get(day) ?? new Set<string>();
      const before = ids.size;
      missing.set(day, ids.add(snapshotId(snapshot)));
      expected += ids.size - before;
    },
    async untilArrived(onProgress) {
      let last = countMissing();
      let changedAtMs = performance.now();
      while (last > 0) {
        await look();
        const now = countMissing();
        onProgress(expected - now, expected);
        if (now < last) changedAtMs = performance.now();
        else if (performance.now() - changedAtMs > PATIENCE_MS) {
          throw new Temporary(
            `lake: expected ${expected} snapshots, was ${now} fewer; see the dead-letter queue`,
          );
        }
        last = now;
        if (now > 0) await pause(LOOK_EVERY_MS);
      }
    },
  };
}

/** Waits until all is in the lake; says once what is waited for, then how far it is. */
export async function showArrival(
  arrival: Pick<LakeArrival, 'untilArrived'>,
  output: Pick<Output, 'line' | 'progress'>,
): Promise<void> {
  let said = false;
  await arrival.untilArrived((arrived, expected) => {
    if (arrived < expected && !said) output.line('waiting for the last batch window, up to 60 s');
    said = true;
    output.progress('in the lake', arrived, expected);
  });
}
