import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ingestSnapshots } from '../../../functions/ingest/ingest-snapshots.ts';
import { chainGroups } from '../../../shared/domain/features/chain-groups.ts';
import { featureRowsOf } from '../../../shared/domain/features/feature-table.ts';
import { AT, TRACKER_V2_NAMES } from '../../../shared/domain/features/tracker-v2/names.ts';
import { acceptSnapshots } from '../../../shared/domain/market/accept.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSession } from '../../factories/session.ts';
import { chainSnapshots, openPorts, type Ports, stagesOf } from '../pipeline.ts';

const DATE = '2025-12-04';
let cloud: EmbeddedCloud;
let ports: Ports;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  ports = await openPorts(cloud);
});
afterAll(() => cloud.stop());

const whole = aSession({ minutes: 50 });
/** The session as an export of changed legs gives it, posted a month later. */
const sparse = posted(
  whole.map((snapshot) => ({
    ...{ ...snapshot, origin: 'imported_sparse', received_at: snapshot.timestamp },
    ...{ underlying_volume: null, future_price: null, future_oi: null, vix: null },
    legs: snapshot.legs.map((leg) => ({
      ...{ ...leg, ltp: null, volume: null, iv: null, best_bid: null, best_ask: null },
      ...{ bid_quantity: null, ask_quantity: null },
    })),
  })),
);

function posted(body: unknown): StoredSnapshot[] {
  const { accepted, rejected, ignoredFields } = acceptSnapshots(body, {
    ...{ recordedAt: '2026-01-05T10:00:00Z', backfill: true },
  });
  // What the loop itself adds is ignored; the mark of a sparse snapshot is not.
  expect([rejected, ignoredFields]).toEqual([[], 2 * accepted.length]);
  return accepted;
}

async function night(...deliveries: readonly (readonly StoredSnapshot[])[]) {
  const stages = stagesOf(ports);
  for (const snapshots of deliveries) await stages.write(snapshots);
  await stages.compact('NSE', DATE);
  await stages.feature('NSE', DATE);
  const { rows: labels } = await stages.label('NSE', DATE);
  const file = await ports.registry.dayFile('features', 'tracker-v2', 'NSE', DATE);
  const rows = featureRowsOf(await ports.lake.read(file!), TRACKER_V2_NAMES);
  return { labels, rows, chain: await ports.registry.dayFile('chain', 'chain', 'NSE', DATE) };
}

describe('a day that only a sparse export knows', () => {
  it('has features of open interest, marked, and no label to train on', async () => {
    const { rows, labels, chain } = await night(sparse);
    expect(rows.length).toBeGreaterThan(15);
    for (const { values, quality_flags } of rows) {
      expect(quality_flags).toContain('imported_sparse');
      expect(values[AT.pcr_total_oi]).toBeGreaterThan(0);
      expect([values[AT.atm_iv], values[AT.vix], values[AT.bid_ask_spread]]).toEqual([NaN, NaN, NaN]);
    }
    expect(labels).toBe(0);
    expect(chain?.origins).toEqual({ imported_sparse: sparse.length });
    const [batch] = await ports.registry.batches('NSE', DATE);
    expect(batch?.origins).toEqual({ imported_sparse: sparse.length });
  });

  it.each(['before', 'after'])('gives way to recorded snapshots that came %s', async (when) => {
    const { rows, labels, chain } = await night(...(when === 'before' ? [whole, sparse] : [sparse, whole]));
    expect(rows.flatMap(({ quality_flags }) => quality_flags)).not.toContain('imported_sparse');
    expect(rows.every(({ values }) => values[AT.vix]! > 0)).toBe(true);
    expect(labels).toBeGreaterThan(0);
    expect(chain?.origins).toEqual({ live: whole.length, imported_sparse: sparse.length });
    const revised = (await chainSnapshots(ports, 'NSE', DATE)).filter((one) => one.revised);
    expect(revised.map(({ origin }) => origin)).toEqual(sparse.map(() => 'imported_sparse'));
  });
});

it('a sparse snapshot of the running session reaches the lake and no live window', async () => {
  const sent: Record<string, readonly unknown[]> = {};
  const keep = (name: string) => async (messages: readonly unknown[]) => {
    sent[name] = messages;
  };
  const last = whole.at(-1)!;
  const ingest = ingestSnapshots({
    toBatch: { sendAll: keep('batch') },
    toFeature: { sendInOrder: keep('feature') },
    groups: chainGroups([]),
    clock: () => Date.parse(last.timestamp) + 60_000,
  });
  await ingest([{ ...last, origin: 'imported_sparse', received_at: last.timestamp }], true);
  expect([sent['batch']?.length, sent['feature']?.length]).toEqual([1, 0]);
});
