import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { leafHash } from '../../../shared/domain/audit/leaf-hash.ts';
import type { FeatureRow } from '../../../shared/domain/features/feature-row.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import {
  featureRows,
  TRACKER_NAMES,
  trackerMarket,
  trainedCandidate,
} from '../../factories/tracker-market.ts';
import { type ScoringWorld, scoringWorld } from './scoring-world.ts';

const market = trackerMarket({ sessions: 1, rowsPerSession: 20, seed: 78 });
const [row] = featureRows(market, START_MS - market.timestampsMs[0]!) as [FeatureRow];
const features = Object.fromEntries(
  TRACKER_NAMES.map((name, at) => [name, Number.isFinite(row.values[at]) ? row.values[at] : null]),
);

let cloud: EmbeddedCloud;
let candidate: Candidate;
let world: ScoringWorld;
let notes: string[];
beforeAll(async () => {
  [cloud, candidate] = await Promise.all([startEmbeddedCloud(), trainedCandidate(trackerMarket())]);
});
beforeEach(async () => {
  world = await scoringWorld(cloud);
  await world.goLive(candidate);
  notes = [];
});
afterAll(() => cloud.stop());

const ask = (explain: boolean) =>
  world.answer({ exchange: 'NSE', timestamp: row.timestamp, features, explain }, (said) => notes.push(said));

it('drivers asked for after an answer without: the record is given again, and it is said', async () => {
  const first = await ask(false);
  expect(first.drivers).toEqual([]);
  expect(first.probabilities).not.toBeNull();
  expect(notes).toEqual([]);
  const again = await ask(true);
  expect(again).toEqual(first);
  expect(again.leaf_hash).toBe(leafHash(again));
  expect(notes).toEqual([`answered at ${first.recorded_at} without drivers; that record is given again`]);
  expect(await world.store.ofDay('NSE', '2025-12-04')).toEqual([first]);
});

it('an answer with drivers is given again with them, and nothing is to be said', async () => {
  const first = await ask(true);
  expect(first.drivers).toHaveLength(5);
  expect(await ask(true)).toEqual(first);
  expect(await ask(false)).toEqual(first);
  expect(notes).toEqual([]);
});
