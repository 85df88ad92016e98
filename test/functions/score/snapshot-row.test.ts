import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { computeNow } from '../../../shared/domain/features/compute.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { windowTerms } from '../../../shared/domain/features/window.ts';
import { epochMs, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSession } from '../../factories/session.ts';
import { scoringWorld } from './scoring-world.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

test('a snapshot that comes behind others sees nothing of them, and leaves their rows alone', async () => {
  const world = await scoringWorld(cloud);
  const session = aSession({ minutes: 50 });
  const [late, latest] = [session[47], session[49]] as [StoredSnapshot, StoredSnapshot];
  world.time.nowMs = epochMs(latest.timestamp) + 2000;
  for (const one of session) await world.window.putMinute(one, START_MS + 1e9);
  const { snapshot_id: _id, received_at: _received, recorded_at: _recorded, ...bare } = late;
  const snapshot = { ...bare, timestamp: utcIso(epochMs(late.timestamp) + 30_000), vix: 33 };
  const answer = await world.answer({ exchange: 'NSE', snapshot });
  expect(answer.timestamp).toBe(snapshot.timestamp);
  const rowAt = (ms: number) => world.window.featureRow('NSE', '2025-12-04', TRACKER_V2.id, ms);
  const [sent] = world.batchMessages() as [StoredSnapshot];
  const terms = windowTerms('2025-12-04', exchangesRules().NSE);
  const alone = computeNow([...session.slice(0, 48), sent], TRACKER_V2, terms);
  expect((await rowAt(epochMs(snapshot.timestamp)))?.values).toEqual(alone?.values);
  expect(await rowAt(epochMs(latest.timestamp))).toBeUndefined();
  // Behind the one that its minute holds by now it counts for nothing, and is answered on what came before.
  const behind = await world.answer({ exchange: 'NSE', snapshot: { ...bare, vix: 34 } });
  expect(behind.timestamp).toBe(session[46]?.timestamp);
});
