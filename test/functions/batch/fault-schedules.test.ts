import { beforeAll, describe, expect, it } from 'vitest';
import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import { logger } from '../../../shared/observability/logger.ts';
import { startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { memoryBatchRegistry, memoryObjectStore } from '../../contract/memory-ports.ts';
import { plainCodec } from '../../contract/plain-codec.ts';
import { openPorts } from '../pipeline.ts';
import { type Played, playSchedule } from './play-schedule.ts';
import type { Store } from './schedule-world.ts';

/** `FAULT_SCHEDULES=50000` plays more of them. */
const SCHEDULES = Number(process.env['FAULT_SCHEDULES'] ?? 1000);

/** `FAULT_SEED=417` plays that schedule alone. */
const ONE_SEED = process.env['FAULT_SEED'];

// Thousands of messages are not readable on purpose.
beforeAll(() => logger.setLogLevel('SILENT'));

async function playAll(storeOf: () => Store, seeds: readonly number[]): Promise<Played[]> {
  const played: Played[] = [];
  for (const seed of seeds) played.push(await playSchedule(storeOf(), seed));
  return played;
}

const seedsUpTo = (count: number) =>
  ONE_SEED === undefined ? Array.from({ length: count }, (_, seed) => seed) : [Number(ONE_SEED)];

describe('from the API to the compacted day, under seeded faults', () => {
  it(`loses nothing that was accepted and stores nothing twice in ${SCHEDULES} schedules`, {
    timeout: 60_000 + 100 * SCHEDULES,
  }, async () => {
    const storeOf = () => ({
      registry: memoryBatchRegistry(),
      bucket: memoryObjectStore(),
      codec: plainCodec,
    });
    const played = await playAll(storeOf, seedsUpTo(SCHEDULES));
    if (ONE_SEED !== undefined) return;
    // The weather must really have been bad, and poison must really have been there.
    const sum = (of: (one: Played) => number) => played.reduce((total, one) => total + of(one), 0);
    expect(sum(({ accepted }) => accepted)).toBeGreaterThan(SCHEDULES * 2);
    expect(sum(({ buried }) => Math.min(1, buried))).toBeGreaterThan(SCHEDULES / 10);
    expect(Math.min(...played.map(({ faults }) => faults))).toBeGreaterThan(3);
  });

  it('does so in 8 schedules on the embedded cloud', async () => {
    const cloud = await startEmbeddedCloud();
    try {
      const { registry, bucket } = await openPorts(cloud);
      await playAll(() => ({ registry, bucket, codec: hyparquetCodec }), seedsUpTo(8));
    } finally {
      await cloud.stop();
    }
  });
});
