import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rebuildDataset } from '../../../cli/datasets/rebuild.ts';
import { showRebuild } from '../../../cli/datasets/show-rebuild.ts';
import type { DatasetStore } from '../../../cli/datasets/store.ts';
import { CHAIN_V3 } from '../../../shared/domain/features/chain-v3/chain-v3.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { column } from '../../../shared/domain/lake/column-table.ts';
import { istMs, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { aRandomChain } from '../../factories/random-chain.ts';
import { aSession } from '../../factories/session.ts';
import { stagesOf } from '../../functions/pipeline.ts';
import {
  aScreen,
  DATE,
  type DatasetWorld,
  type EmbeddedCloud,
  openWorld,
  recordedAt,
  startEmbeddedCloud,
} from './world.ts';

/** Snapshots that were recorded when they were received. */
const live = (snapshots: readonly StoredSnapshot[]) =>
  snapshots.map((one) => ({ ...one, recorded_at: one.received_at }));
const WEEKLY = live(aRandomChain({ minutes: 70 }));
const MONTHLY = live(aRandomChain({ minutes: 70, seed: 8, exchange: 'NSE_MONTHLY', expiry: '2025-12-30' }));
const EVENING = istMs(DATE, 960);

let cloud: EmbeddedCloud;
let world: DatasetWorld;
let stages: ReturnType<typeof stagesOf>;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  world = await openWorld(cloud);
  stages = stagesOf({ ...world.ports, lakeSets: [TRACKER_V2, CHAIN_V3] });
  world.nowMs = EVENING;
});
afterAll(() => cloud.stop());

/** A night of chain-v3: an earlier session, the monthly chain of the day, then the weekly one. @returns its version. */
async function aNight(): Promise<string> {
  await stages.write(live(aSession({ minutes: 80, date: '2025-12-03', seed: 5 })));
  await stages.write(MONTHLY);
  await stages.write(WEEKLY);
  for (const date of ['2025-12-03', DATE]) {
    if (date === DATE) await stages.compact('NSE_MONTHLY', DATE);
    await stages.compact('NSE', date);
    await stages.feature('NSE', date);
    await stages.label('NSE', date);
  }
  const request = { date: DATE, exchanges: ['NSE'] as const, feature_set: CHAIN_V3.id };
  return (await stages.dataset(request)).version;
}

async function rebuild(version: string, store: DatasetStore = world.store) {
  const manifest = await world.store.datasets.version(version);
  const rebuilt = await rebuildDataset(store, manifest);
  const { output, text } = aScreen();
  showRebuild(manifest, rebuilt, output);
  return { ...rebuilt, text: text() };
}

const MADE = { features: 2, labels: 2, not_recomputed: 0, unlike: 0 };

describe('a version of a set that looks beyond its own chain', () => {
  it('is made again from the other chains and the earlier sessions, to the same bytes', async () => {
    const version = await aNight();
    const features = (await world.ports.registry.dayFile('features', CHAIN_V3.id, 'NSE', DATE))!;
    const table = await world.store.lake.read(features);
    for (const name of ['term_slope_pct', 'return_since_prior_close_pct'] as const) {
      const known = column(table, name).filter((value) => Number.isFinite(value as number));
      expect(known.length, name).toBeGreaterThan(10);
    }
    expect(await rebuild(version)).toMatchObject({ same: true, version, changes: [], recomputed: MADE });
  });

  it('is not changed by what came of the other chain later', async () => {
    const version = await aNight();
    const late = aRandomChain({ minutes: 70, seed: 21, exchange: 'NSE_MONTHLY', expiry: '2025-12-30' });
    await stages.write(
      recordedAt(
        late.map((one) => ({ ...one, timestamp: utcIso(Date.parse(one.timestamp) + 30_000) })),
        EVENING + 60_000,
      ),
    );
    expect(await rebuild(version)).toMatchObject({ same: true, recomputed: MADE });
    await stages.compact('NSE_MONTHLY', DATE);
    expect(await rebuild(version)).toMatchObject({ same: true, recomputed: MADE });
  });

  it('is proven by hash where its inputs are not all known any more, and says so', async () => {
    const version = await aNight();
    const { same, recomputed, text } = await rebuild(version, { ...world.store, summaries: undefined });
    expect({ same, recomputed }).toEqual({
      same: true,
      recomputed: { features: 1, labels: 2, not_recomputed: 1, unlike: 1 },
    });
    expect(text).toMatch(/not made again: 1 files, .* hash only \(chain-v3 reads other chains/);
    expect(text).toContain('1 of them come out otherwise: other code, or inputs that reached the lake after');
  });

  it('names a file that is damaged, though it can be made again', async () => {
    const version = await aNight();
    const { path } = (await world.ports.registry.dayFile('features', CHAIN_V3.id, 'NSE', DATE))!;
    await world.store.bucket.put(path, new TextEncoder().encode('other'));
    expect(await rebuild(version)).toMatchObject({
      same: false,
      changes: [{ kind: 'features', date: DATE, reason: 'damaged' }],
    });
  });
});
