import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { updateFeatures } from '../../../functions/feature/update-features.ts';
import { liveInputs } from '../../../shared/adapters/online/live-inputs.ts';
import { observationSchema } from '../../../shared/domain/alerts/observation.ts';
import { CHAIN_V3 } from '../../../shared/domain/features/chain-v3/chain-v3.ts';
import { featureNames } from '../../../shared/domain/features/feature-set.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import type { Exchange, StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { arrivalsOf, marketDay } from '../../factories/market-day.ts';
import { aDaySummary } from '../../factories/rows.ts';
import { randomOf } from '../../factories/session.ts';
import { openPorts, type Ports, stagesOf } from '../pipeline.ts';

let cloud: EmbeddedCloud;
let ports: Ports;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  ports = await openPorts(cloud, [TRACKER_V2, CHAIN_V3]);
});
afterAll(() => cloud.stop());

const DATE = '2025-12-04';
const EXCHANGES: readonly Exchange[] = ['NSE', 'NSE_MONTHLY', 'BSE'];
const DAY = marketDay({ date: DATE, exchanges: EXCHANGES, minutes: 50 });
/** Enough for a few rows of either set. */
const MORNING = DAY.slice(0, 35 * EXCHANGES.length);
const SIBLING_FEATURE = featureNames(CHAIN_V3).indexOf('cross_index_iv_spread');
const DAYS_FEATURE = featureNames(CHAIN_V3).indexOf('return_since_prior_close_pct');

const update = () => updateFeatures({ ...ports, toScore: { sendAll: async () => {} } });

async function serve(arrivals: readonly StoredSnapshot[], atOnce: number): Promise<void> {
  const run = update();
  for (let at = 0; at < arrivals.length; at += atOnce) {
    const { failed } = await run(
      arrivals.slice(at, at + atOnce).map((snapshot) => ({ snapshot, live: true })),
    );
    expect(failed).toEqual([]);
  }
}

async function bulk(snapshots: readonly StoredSnapshot[], exchange: Exchange) {
  const stages = stagesOf(ports);
  await stages.write(snapshots);
  await stages.compact(exchange, DATE);
  return stages.feature(exchange, DATE);
}

const servedRows = (set: string, exchange: Exchange = 'NSE') =>
  ports.window.featureRows(exchange, DATE, set, 0, 4e12);

describe('every set, live and in bulk', () => {
  it.each([
    [1, 1],
    [3, 10],
  ])('are equal bit for bit with siblings and days: arrivals %i, by %i', async (seed, atOnce) => {
    for (const exchange of EXCHANGES) {
      for (const date of ['2025-12-01', '2025-12-02', '2025-12-03']) {
        await ports.summaries.add(exchange, aDaySummary(date));
      }
    }
    const arrivals = arrivalsOf(DAY, seed);
    const random = randomOf(seed);
    // Within a delivery in any order.
    const shuffled = Array.from({ length: Math.ceil(arrivals.length / atOnce) }, (_, at) =>
      arrivals
        .slice(at * atOnce, (at + 1) * atOnce)
        .map((one) => [random(), one] as const)
        .sort(([a], [b]) => a - b)
        .map(([, one]) => one),
    ).flat();
    await serve(shuffled, atOnce);
    await stagesOf(ports).write(arrivals.toReversed());
    for (const exchange of EXCHANGES) {
      // The siblings of the first are still in micro-batches, those of the last are compacted.
      await stagesOf(ports).compact(exchange, DATE);
      const report = await stagesOf(ports).feature(exchange, DATE);
      expect(report.sets.map(({ set }) => set)).toEqual(['tracker-v2', 'chain-v3']);
      for (const { set, rows, served, equal, first_difference } of report.sets) {
        expect(first_difference, `${exchange} ${set}`).toBeNull();
        expect(served).toBeGreaterThan(15);
        expect([served, equal]).toEqual([rows, rows]);
      }
    }
    expect(ports.observations).toHaveLength(EXCHANGES.length);
    expect(ports.observations).toContainEqual({
      kind: 'check',
      rule: 'feature-parity',
      exchange: 'BSE',
      check: { kind: 'clear', subject: null },
    });
    const rows = await servedRows('chain-v3');
    for (const feature of [SIBLING_FEATURE, DAYS_FEATURE]) {
      expect(rows.filter(({ values }) => !Number.isNaN(values[feature])).length).toBeGreaterThan(15);
    }
  });

  it('is loud where a served row differs: in the registry, the report and an alert', async () => {
    await serve(MORNING, 30);
    const [row] = await servedRows('chain-v3');
    row!.values[SIBLING_FEATURE]! = 0.5;
    await ports.window.putFeatureRow(row!, Date.now());
    const report = await bulk(MORNING, 'NSE');
    const [tracker, chain] = report.sets;
    expect(tracker).toMatchObject({ set: 'tracker-v2', first_difference: null });
    expect(chain!.served - chain!.equal).toBe(1);
    expect(chain!.first_difference).toMatch(/#chain-v3 cross_index_iv_spread: served 0\.5, recomputed /);
    const file = await ports.registry.dayFile('features', 'chain-v3', 'NSE', DATE);
    expect(file?.parity).toEqual({
      served: chain!.served,
      equal: chain!.equal,
      first_difference: chain!.first_difference,
    });
    expect(ports.observations.map((one) => observationSchema.parse(one))).toMatchObject([
      {
        rule: 'feature-parity',
        exchange: 'NSE',
        check: {
          kind: 'breached',
          finding: { subject: DATE, severity: 'critical', numbers: { rows: 1, 'chain-v3': 1 } },
        },
      },
    ]);
  });

  it('reads a sibling that is being compacted at the same time', async () => {
    await serve(MORNING, 30);
    await stagesOf(ports).write(MORNING);
    await stagesOf(ports).compact('NSE', DATE);
    let raced = false;
    const read: Ports['lake']['read'] = async (file, columns) => {
      if (!raced && file.path.startsWith('raw/exchange=BSE/')) {
        raced = true;
        await stagesOf(ports).compact('BSE', DATE);
      }
      return ports.lake.read(file, columns);
    };
    const { served, equal } = await stagesOf({ ...ports, lake: { ...ports.lake, read } }).feature(
      'NSE',
      DATE,
    );
    expect([raced, served]).toEqual([true, equal]);
  });

  it('keeps what was found when a day is made again after its served rows have gone', async () => {
    await serve(MORNING, 30);
    const first = await bulk(MORNING, 'NSE');
    const gone = { ...ports, window: { ...ports.window, featureRows: async () => [] } };
    expect(await stagesOf(gone).feature('NSE', DATE)).toEqual(first);
    expect((await ports.registry.dayFile('features', 'tracker-v2', 'NSE', DATE))?.revision).toBe(1);
  });
});

describe('earlier days', () => {
  it('stay the ones of the first live row, though a late night adds one', async () => {
    await ports.summaries.add('NSE', aDaySummary('2025-12-02'));
    const [early, late] = [MORNING.slice(0, 75), MORNING.slice(75)];
    await serve(early, 25);
    await ports.summaries.add('NSE', aDaySummary('2025-12-03', { closeUnderlying: 20_000, closeAtmIv: 0.9 }));
    // Another instance, which has nothing cached.
    ports = { ...ports, inputs: liveInputs(ports) };
    await serve(late, 30);
    const { sets } = await bulk(MORNING, 'NSE');
    for (const { served, equal, rows } of sets) expect([served, equal]).toEqual([rows, rows]);
    expect(await ports.summaries.fixed('NSE', DATE)).toEqual(['2025-12-02']);
  });

  it('are summarised once the session is over, and the first summary stays', async () => {
    const summaries = () => ports.summaries.between('NSE', DATE, DATE);
    ports = { ...ports, clock: () => Date.UTC(2025, 11, 4, 6) };
    await bulk(MORNING.slice(0, 90), 'NSE');
    expect(await summaries()).toEqual([]);
    ports = { ...ports, clock: () => Date.UTC(2025, 11, 4, 12) };
    await bulk(MORNING.slice(0, 90), 'NSE');
    const [summary] = await summaries();
    expect(summary).toMatchObject({ date: DATE, openUnderlying: MORNING[0]!.underlying_price });
    await bulk(MORNING, 'NSE');
    expect(await summaries()).toEqual([summary]);
  });
});
