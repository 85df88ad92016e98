import { afterAll, beforeAll, expect, it } from 'vitest';
import { updateFeatures } from '../../../functions/feature/update-features.ts';
import { epochMs, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSession, randomOf } from '../../factories/session.ts';
import { openPorts, stagesOf } from '../pipeline.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

const DATE = '2025-12-04';

/** A session as it may arrive: lost minutes, late snapshots, two in a minute, a revision of the same moment. */
function arrivals(seed: number): StoredSnapshot[] {
  const random = randomOf(seed);
  let made = 0;
  const variant = (
    snapshot: StoredSnapshot,
    afterMs: number,
    delayMs: number,
    price: number,
  ): StoredSnapshot => ({
    ...snapshot,
    snapshot_id: String(++made).padStart(32, '0'),
    timestamp: utcIso(epochMs(snapshot.timestamp) + afterMs),
    received_at: utcIso(epochMs(snapshot.timestamp) + afterMs + delayMs),
    underlying_price: snapshot.underlying_price + price,
  });
  const session = aSession({ seed, minutes: 55, faults: 0.05 }).flatMap((snapshot) => {
    const delayMs = random() < 0.2 ? Math.floor(random() * 240_000) : 1000;
    const all = [variant(snapshot, 0, delayMs, 0)];
    if (random() < 0.15) all.push(variant(snapshot, 20_000, Math.floor(random() * 200_000), 3));
    if (random() < 0.1) all.push(variant(snapshot, 0, delayMs + 30_000, 7));
    return all;
  });
  return session.sort((a, b) => epochMs(a.received_at) - epochMs(b.received_at));
}

it('a row that was served stays as it was served, whatever comes later', async () => {
  const ports = await openPorts(cloud);
  const update = updateFeatures({ ...ports, toScore: { sendAll: async () => {} } });
  const session = aSession({ minutes: 40 }).map((snapshot) => ({ snapshot, live: true }));
  const late = session[38]!;
  await update(session.filter((one) => one !== late));
  const rows = () => ports.window.featureRows('NSE', DATE, 'tracker-v2', 0, 4e12);
  const before = await rows();
  await update([late, session[39]!]);
  const after = await rows();
  expect(after).toHaveLength(before.length + 1);
  expect(after.filter(({ snapshot_id }) => snapshot_id !== late.snapshot.snapshot_id)).toEqual(before);
});

it.each([
  [1, 1],
  [2, 10],
  [3, 10],
  [4, 4],
])('the lake repeats every served row bit for bit: arrivals %i, delivered by %i', async (seed, atOnce) => {
  const ports = await openPorts(cloud);
  const update = updateFeatures({ ...ports, toScore: { sendAll: async () => {} } });
  const session = arrivals(seed);
  for (let at = 0; at < session.length; at += atOnce) {
    await update(session.slice(at, at + atOnce).map((snapshot) => ({ snapshot, live: true })));
  }
  const stages = stagesOf(ports);
  await stages.write(session.toReversed());
  await stages.compact('NSE', DATE);
  const { rows, served, equal } = await stages.feature('NSE', DATE);
  expect(served).toBeGreaterThan(15);
  expect([served, equal]).toEqual([rows, rows]);
  const kept = await ports.window.featureRows('NSE', DATE, 'tracker-v2', 0, 4e12);
  const flags = new Set(kept.flatMap(({ quality_flags }) => quality_flags));
  // Of what this session suffers from, each looks back in another way: by time, by minute, by receipt, by leg.
  expect([...flags]).toEqual(
    expect.arrayContaining(['clock_skew', 'minute_gap', 'missing_strikes', 'volume_falling']),
  );
});
