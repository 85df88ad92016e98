import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainReport } from '../../../functions/train/train-exchange.ts';
import { bundleFiles } from '../../../shared/adapters/s3/bundle-files.ts';
import { verifyBundle } from '../../../shared/domain/training/bundle.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { TINY_POLICY, trackerMarket } from '../../factories/tracker-market.ts';
import { familyOf, storeMarket, type TrainingWorld, trainingWorld, VERSION } from './training-world.ts';

let cloud: EmbeddedCloud;
let world: TrainingWorld;
let report: TrainReport;
const policy = { ...TINY_POLICY, family: 'linear' as const, distilled: { features: 3 } };
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  world = await trainingWorld(cloud);
  await storeMarket(world, trackerMarket());
  const train = world.train(world.bucket, [], familyOf, policy);
  report = await train({ exchange: 'NSE', dataset_version: VERSION, target: 'tb15' });
});
afterAll(() => cloud.stop());

const json = async (version: string, name: string) =>
  JSON.parse(new TextDecoder().decode(await world.bucket.get(`reports/NSE/tb15/${version}/${name}.json`)));
const pageOf = async (version: string) =>
  new TextDecoder().decode(await world.bucket.get(`reports/NSE/tb15/${version}/training.html`));

describe('a night with a distilled candidate', () => {
  it('registers both, the full one first, each with a bundle that verifies', async () => {
    const rows = await world.models.versions('NSE', 'tb15');
    expect(rows.map(({ version, distilled_of }) => [version, distilled_of])).toEqual([
      [report.version, undefined],
      [report.distilled_version, report.version],
    ]);
    for (const { bundle_prefix, version } of rows) {
      expect(verifyBundle(await bundleFiles(world.bucket)(bundle_prefix)).version).toBe(version);
    }
    expect(rows[0]!.logic_hash).not.toBe(rows[1]!.logic_hash);
  });

  it('counts both as trials', async () => {
    const trials = await world.ledger.all('NSE', 'tb15');
    expect(trials).toHaveLength(2);
    expect(trials.map(({ parameters }) => parameters['distilled_features'] ?? null).sort()).toEqual([
      3,
      null,
    ]);
  });

  it('reports the features for sign-off and what is lost with the others', async () => {
    const { distilled, scores } = await json(report.version, 'training_report');
    expect(distilled).toMatchObject({ version: report.distilled_version, per_regime: 3 });
    const models = new Set(scores.map(({ model }: { model: string }) => model));
    expect([...models]).toEqual(['linear', 'linear, distilled']);
    const html = await pageOf(report.version);
    expect(html).toContain('The few features for risk to sign off');
    for (const feature of distilled.features) expect(html).toContain(feature);
    expect(html).toContain(`${distilled.features.length} features instead of`);
  });

  it('gives the small one a page of its own that names where it comes from', async () => {
    const html = await pageOf(report.distilled_version!);
    expect(html).toContain(`Distilled out of ${report.version}.`);
    expect(html).not.toContain('The few features for risk to sign off');
    expect(
      (await json(report.distilled_version!, 'importance')).drivers_stability.folds.length,
    ).toBeGreaterThan(1);
  });

  it('has the metrics of every model, fold and regime as JSON', async () => {
    const { scores, top_k } = await json(report.version, 'training_report');
    expect(top_k).toBe(5);
    const kinds = new Set(scores.map(({ rows_judged }: { rows_judged: string }) => rows_judged));
    expect([...kinds].sort()).toEqual(['all', 'fold', 'fold and regime', 'held out', 'regime']);
    for (const score of scores) {
      expect(score).toMatchObject({
        log_loss: expect.any(Number),
        brier: expect.any(Number),
        ece: expect.any(Number),
        macro_f1: expect.any(Number),
        precision_at_top_k: expect.any(Number),
      });
    }
  });
});
