import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { updateFeatures } from '../../../functions/feature/update-features.ts';
import { sqsMessageQueue } from '../../../shared/adapters/sqs/message-queue.ts';
import { computeDay } from '../../../shared/domain/features/compute.ts';
import { withQuality } from '../../../shared/domain/features/row-quality.ts';
import type { ScoreRequest } from '../../../shared/domain/features/score-request.ts';
import { windowTerms } from '../../../shared/domain/features/window.ts';
import { epochMs, istMs, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { qualityTerms } from '../../../shared/domain/market/quality/terms.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSession } from '../../factories/session.ts';
import { failOnce, withFaults } from '../faults.ts';
import { openPorts, type Ports } from '../pipeline.ts';

let cloud: EmbeddedCloud;
let ports: Ports;
let queue: string;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  ports = await openPorts(cloud);
  queue = cloud.queue();
});
afterAll(() => cloud.stop());

const DATE = '2025-12-04';
const [FROM, TO] = [istMs(DATE, 0), istMs(DATE, 1439)];
const SESSION = aSession({ minutes: 40 });
const EXPECTED = (session: readonly StoredSnapshot[]) =>
  withQuality(computeDay(session, ports.featureSet, windowTerms(DATE, ports.rules.NSE)), session, {
    terms: qualityTerms(DATE, ports.rules.NSE),
    policy: ports.quality,
  });

const update = (changes: object = {}, live = true) => {
  const run = updateFeatures({ ...ports, toScore: sqsMessageQueue(cloud.sqs, queue), ...changes });
  return (snapshots: readonly StoredSnapshot[]) => run(snapshots.map((snapshot) => ({ snapshot, live })));
};
const rows = () => ports.window.featureRows('NSE', DATE, ports.featureSet.id, FROM, TO);
const scoreRequests = () => cloud.drain(queue) as ScoreRequest[];

describe('updateFeatures', () => {
  it('serves bit for bit what the bulk computation gives, and asks for each score', async () => {
    const run = update();
    for (let at = 0; at < SESSION.length; at += 7) await run(SESSION.slice(at, at + 7));
    expect(await rows()).toEqual(EXPECTED(SESSION));
    expect(scoreRequests().map(({ timestamp }) => timestamp)).toEqual(
      EXPECTED(SESSION).map(({ timestamp }) => timestamp),
    );
  });

  it('changes nothing when snapshots come again or out of order within a delivery', async () => {
    const run = update();
    await run(SESSION.slice(0, 35));
    await run([...SESSION.slice(33), ...SESSION.slice(30, 38)].reverse());
    await run(SESSION.slice(20, 36));
    expect(await rows()).toEqual(EXPECTED(SESSION));
    expect(await ports.window.minutes('NSE', DATE, FROM, TO)).toEqual(SESSION);
  });

  it('lets a backfill complete the window without answering it', async () => {
    await update({}, false)(SESSION.slice(0, 38));
    expect([await rows(), scoreRequests()]).toEqual([[], []]);
    await update()(SESSION.slice(38));
    expect(await rows()).toEqual(EXPECTED(SESSION).slice(-2));
  });

  it('makes no row while the session has too little history', async () => {
    const { rows: made, failed } = await update()(SESSION.slice(0, 5));
    expect([made, failed, await rows(), scoreRequests()]).toEqual([0, [], [], []]);
  });

  it('serves only the last snapshot of a minute', async () => {
    await update()(SESSION.slice(0, 39));
    scoreRequests();
    const last = SESSION[39]!;
    const again = {
      ...last,
      snapshot_id: 'e'.repeat(32),
      timestamp: utcIso(epochMs(last.timestamp) + 20_000),
    };
    const newer = { ...again, received_at: again.timestamp, underlying_price: last.underlying_price + 10 };
    expect((await update()([newer, last])).rows).toBe(1);
    expect((await rows()).at(-1)).toMatchObject({
      snapshot_id: newer.snapshot_id,
      timestamp: newer.timestamp,
    });
    // The one it replaced comes again later: it must not win its minute back.
    expect((await update()([last])).rows).toBe(0);
    expect((await rows()).at(-1)?.snapshot_id).toBe(newer.snapshot_id);
  });

  it('keeps what belongs to another exchange or the day before out of a window', async () => {
    const yesterday = aSession({ minutes: 40, date: '2025-12-03', seed: 9 });
    const bse = SESSION.slice(0, 39).map((snapshot) => ({ ...snapshot, exchange: 'BSE' as const }));
    await update()([...yesterday, ...bse, ...SESSION]);
    expect(await rows()).toEqual(EXPECTED(SESSION));
  });

  it.each([
    ['before the window', 'window', 'putMinute', 'before'],
    ['after a feature row', 'window', 'putFeatureRow', 'after'],
    ['before asking for scores', 'toScore', 'sendAll', 'before'],
    ['after asking for scores', 'toScore', 'sendAll', 'after'],
  ] as const)(
    'fails the snapshots of a group that dies %s, and gives the same rows in the end',
    async (_, port, method, fault) => {
      const real = { window: ports.window, toScore: sqsMessageQueue(cloud.sqs, queue) };
      const broken = { [port]: withFaults<object>(real[port], failOnce(method, fault)) };
      const { failed } = await update(broken)(SESSION);
      expect(failed).toHaveLength(SESSION.length);
      await update()(SESSION);
      expect(await rows()).toEqual(EXPECTED(SESSION));
      expect(new Set(scoreRequests().map(({ timestamp }) => timestamp)).size).toBe(EXPECTED(SESSION).length);
    },
  );
});
