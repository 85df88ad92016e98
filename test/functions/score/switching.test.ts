import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FeatureRow } from '../../../shared/domain/features/feature-row.ts';
import { epochMs } from '../../../shared/domain/market/indian-time.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { randomOf } from '../../factories/session.ts';
import { featureRows, trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';
import { type ScoringWorld, scoringWorld } from './scoring-world.ts';

const MINUTES = 10;
const REQUESTS = 200;
const AT_ONCE = 8;
const SWITCHES = 16;
const market = trackerMarket({ sessions: 1, rowsPerSession: MINUTES, seed: 77 });
const session = featureRows(market, START_MS - market.timestampsMs.at(-1)!);

let cloud: EmbeddedCloud;
let candidates: Candidate[];
let world: ScoringWorld;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  candidates = [];
  for (const seed of [1, 2]) candidates.push(await trainedCandidate({ ...trackerMarket(), seed }));
});
beforeEach(async () => {
  world = await scoringWorld(cloud);
  for (const row of session) await world.window.putFeatureRow(row, START_MS + 1e9);
});
afterAll(() => cloud.stop());

/** All of an answer that a model decides. */
const decided = (answer: Recommendation) => {
  const { model_version, dataset_version, feature_set, action, confidence, rationale } = answer;
  const { probabilities, regime, regime_probabilities, drivers, features_summary } = answer;
  const { kelly_fraction, kelly_full, risk_flags, input_hash } = answer;
  return {
    ...{ model_version, dataset_version, feature_set, action, confidence, rationale, probabilities, regime },
    ...{
      regime_probabilities,
      drivers,
      features_summary,
      kelly_fraction,
      kelly_full,
      risk_flags,
      input_hash,
    },
  };
};

const score = (row: FeatureRow) =>
  world.score({ exchange: 'NSE', target: 'tb15', vectorFor: async () => row && { vector: row } });

describe('a switch while requests are answered', () => {
  it(`gives each of ${REQUESTS} answers one version, and everything in it is that version's`, async () => {
    const alone = new Map<string, ReturnType<typeof decided>>();
    for (const candidate of candidates) {
      const { version } = await world.goLive(candidate);
      for (const row of session) alone.set(`${version} ${row.timestamp}`, decided(await score(row)));
    }
    const versions = candidates.map(({ bundle }) => bundle.version);
    const random = randomOf(3);
    const answers: Recommendation[] = [];
    const row = () => session[Math.floor(random() * MINUTES)] as FeatureRow;
    const asking = async () => {
      while (answers.length < REQUESTS) answers.push(await score(row()));
    };
    const switching = async () => {
      for (let at = 0; at < SWITCHES; at++) {
        await world.promote(await world.models.version('NSE', 'tb15', versions[at % 2] as string));
        const seen = answers.length;
        await expect
          .poll(() => answers.length, { interval: 1, timeout: 30_000 })
          .toBeGreaterThan(Math.min(seen + 5, REQUESTS - 1));
      }
    };
    await Promise.all([switching(), ...Array.from({ length: AT_ONCE }, asking)]);
    for (const answer of answers) {
      expect(decided(answer)).toEqual(alone.get(`${answer.model_version} ${answer.timestamp}`));
    }
    for (const version of versions) {
      const own = answers.filter(({ model_version }) => model_version === version);
      expect(own.length).toBeGreaterThan(REQUESTS / 10);
    }
    expect(world.modelFaults).toEqual([]);
  }, 60_000);

  it('asks a probe on a row of the bundle that answers it, whatever goes live meanwhile', async () => {
    const [first, second] = candidates as [Candidate, Candidate];
    await world.goLive(first);
    let bundleOfRow: string | undefined;
    const answer = await world.score({
      ...{ exchange: 'NSE', target: 'tb15' },
      vectorFor: async (model) => {
        await world.goLive(second);
        const vector = session.at(-1) as FeatureRow;
        bundleOfRow = (await model.scoreFeatures({ vector })).metadata.model?.version;
        return { vector };
      },
    });
    expect([answer.model_version, bundleOfRow]).toEqual([first.bundle.version, first.bundle.version]);
    const probed = await world.answer({ exchange: 'NSE', target: 'tb15', probe: true });
    expect(probed.model_version).toBe(second.bundle.version);
    expect(epochMs(probed.timestamp)).toBe(world.time.nowMs);
  });

  it('is seen within two seconds, without a restart', async () => {
    const [first, second] = candidates as [Candidate, Candidate];
    await world.goLive(first);
    const before = await score(session.at(-1) as FeatureRow);
    await world.goLive(second);
    world.time.stopwatchMs -= 1;
    const cached = await score(session.at(-1) as FeatureRow);
    world.time.stopwatchMs += 1;
    const after = await score(session.at(-1) as FeatureRow);
    expect([before, cached, after].map(({ model_version }) => model_version)).toEqual([
      ...[first, first, second].map(({ bundle }) => bundle.version),
    ]);
  });
});
