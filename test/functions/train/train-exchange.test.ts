import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { smokeTest } from '../../../functions/promote/smoke-test.ts';
import { loadBundle } from '../../../models/candidate/load.ts';
import { modelFamilies } from '../../../models/families/create.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { bundleFiles } from '../../../shared/adapters/s3/bundle-files.ts';
import { verifyBundle } from '../../../shared/domain/training/bundle.ts';
import { NO_LABEL } from '../../../shared/domain/training/classes.ts';
import { MODEL_FAMILIES } from '../../../shared/domain/training/families.ts';
import type { CandidateInput } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aManifest } from '../../factories/manifest.ts';
import { WORKER_FILE } from '../../factories/native-libraries.ts';
import { TINY_POLICY, TRACKER_NAMES, trackerMarket } from '../../factories/tracker-market.ts';
import { failOnce, withFaults } from '../faults.ts';
import { familyOf, storeMarket, type TrainingWorld, trainingWorld, VERSION } from './training-world.ts';

let cloud: EmbeddedCloud;
let world: TrainingWorld;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  world = await trainingWorld(cloud);
});
afterAll(async () => {
  for (const name of MODEL_FAMILIES) familyOf(name).close();
  await cloud.stop();
});

const aDataset = (market: CandidateInput, flagsOf: (row: number) => string[] = () => []) =>
  storeMarket(world, market, { flagsOf });

const request = { exchange: 'NSE' as const, dataset_version: VERSION, target: 'tb15' };

describe('trainExchange', () => {
  it('registers a candidate with its lineage and a bundle that verifies', async () => {
    const manifest = await aDataset(trackerMarket());
    const report = await world.train()(request);
    expect(report).toMatchObject({ exploratory: false, created: true });
    expect(report.folds).toBeGreaterThan(1);
    expect(report.out_of_fold_auc.buy).toBeGreaterThan(0.6);
    const bundle = verifyBundle(await bundleFiles(world.bucket)(report.bundle_prefix));
    const row = await world.models.version('NSE', 'tb15', report.version);
    expect(row).toMatchObject({
      status: 'candidate',
      revision: 0,
      bundle_hash: bundle.bundle_hash,
      bundle_prefix: `models/NSE/tb15/${report.version}/`,
      dataset_version: VERSION,
      dataset_hash: manifest.content_hash,
      verdict_key: null,
    });
    expect(row.version).toBe(`${VERSION}-${bundle.bundle_hash.slice(0, 8)}`);
    expect(bundle.feature_names).toEqual(TRACKER_NAMES);
    expect(await world.models.livePointer('NSE', 'tb15')).toBeUndefined();
  });

  it('says on the page when no regime had enough rows for the model of its own that was asked for', async () => {
    await aDataset(trackerMarket());
    const pageOf = async (per_regime: boolean) => {
      const { report_key } = await world.train()({ ...request, per_regime });
      return new TextDecoder().decode(await world.bucket.get(report_key));
    };
    expect(await pageOf(false)).toMatch(/Out of fold its probabilities are [0-9.]+ % (better|worse) /);
    expect(await pageOf(false)).not.toContain('One model for all regimes');
    expect(await pageOf(true)).toContain('One model for all regimes: in some fold none had enough rows');
  });

  it('learns from the lake the rows that were written, bit for bit', async () => {
    const market = trackerMarket();
    await aDataset(market);
    const inputs: CandidateInput[] = [];
    await world.train(world.bucket, inputs)(request);
    const [given] = inputs as [CandidateInput];
    expect(given.features).toEqual(market.features);
    expect(given.timestampsMs).toEqual(market.timestampsMs);
    expect(given.sessions).toEqual(market.sessions);
    expect(given.targets).toEqual(market.targets);
    expect(given.prices).toEqual(market.prices);
    const labelled = (spans: Float64Array) => spans.filter((_, at) => market.targets[at] !== NO_LABEL);
    expect(labelled(given.labelSpanMinutes)).toEqual(labelled(market.labelSpanMinutes));
  });

  it('neither learns from nor judges by rows that quality blocks, and says how many', async () => {
    const market = trackerMarket();
    const isBlocked = (row: number) => row % 7 === 3;
    const trainedWith = async (nonsense: number) => {
      world = await trainingWorld(cloud);
      const width = TRACKER_NAMES.length;
      const features = market.features.map((value, at) =>
        isBlocked(Math.floor(at / width)) ? nonsense : value,
      );
      await aDataset({ ...market, features }, (row) => (isBlocked(row) ? ['stale_quotes'] : ['vix_missing']));
      return world.train()(request);
    };
    const report = await trainedWith(-1e6);
    const rows = Array.from(market.targets.keys()).filter(isBlocked).length;
    expect(report.blocked_rows).toEqual({ rows, flags: { stale_quotes: rows } });
    const page = new TextDecoder().decode(await world.bucket.get(report.report_key));
    expect(page).toContain(`${rows} rows left out for their quality flags (stale_quotes ${rows})`);
    expect((await trainedWith(7)).version).toBe(report.version);
  });

  it('gives the same version for the same dataset again, and changes nothing', async () => {
    await aDataset(trackerMarket());
    const first = await world.train()(request);
    const files = await bundleFiles(world.bucket)(first.bundle_prefix);
    world.time.nowMs += 60_000;
    const again = await world.train()(request);
    expect(again).toEqual({ ...first, created: false });
    expect(await bundleFiles(world.bucket)(first.bundle_prefix)).toEqual(files);
    expect(await world.models.versions('NSE', 'tb15')).toHaveLength(1);
    const kept = await world.ledgerBucket.list('trials/');
    expect(kept).toEqual([expect.stringContaining(`trials/NSE/tb15/${first.version}-`)]);
  });

  it.each(['before', 'after'] as const)(
    'finishes a run that broke off %s a file was written',
    async (fault) => {
      await aDataset(trackerMarket());
      const breaking = withFaults(world.bucket, failOnce('put', fault));
      await expect(world.train(breaking)(request)).rejects.toMatchObject({ name: 'Temporary' });
      expect(await world.models.versions('NSE', 'tb15')).toEqual([]);
      world.time.nowMs += 60_000;
      const report = await world.train()(request);
      expect(report.created).toBe(true);
      expect(verifyBundle(await bundleFiles(world.bucket)(report.bundle_prefix)).version).toBe(
        report.version,
      );
    },
  );

  it('writes what it found for people and for machines', async () => {
    await aDataset(trackerMarket());
    const { version, report_key } = await world.train()(request);
    const prefix = `reports/NSE/tb15/${version}/`;
    expect(report_key).toBe(`${prefix}training.html`);
    const text = async (name: string) => new TextDecoder().decode(await world.bucket.get(`${prefix}${name}`));
    const html = await text('training.html');
    expect(html).toContain(`Training run: NSE tb15 ${version}`);
    expect(html.match(/<svg /g)!.length).toBeGreaterThan(8);
    const json = async (name: string) => JSON.parse(await text(`${name}.json`));
    const summary = await json('training_report');
    const { after } = await json('calibration');
    expect(after.rows).toBe(summary.out_of_fold.rows);
    expect(after.log_loss).toBe(summary.out_of_fold.log_loss);
    expect((await json('auto_ml_summary')).trials).toHaveLength(1);
    const { features, contributions } = await json('shap');
    expect(contributions[0]).toHaveLength(3);
    expect(contributions[0][0]).toHaveLength(features.length);
    expect((await json('importance')).features).toHaveLength(features.length);
  });

  it.each(['xgboost', 'linear'] as const)('trains, reports and can be scored with %s', async (name) => {
    await aDataset(trackerMarket());
    const inputs: CandidateInput[] = [];
    const report = await world.train(world.bucket, inputs)({ ...request, family: name });
    expect(report.out_of_fold_auc.buy).toBeGreaterThan(0.6);
    const files = await bundleFiles(world.bucket)(report.bundle_prefix);
    const row = await world.models.version('NSE', 'tb15', report.version);
    expect([row.family, verifyBundle(files).family]).toEqual([name, name]);
    expect(inputs[0]!.options!.parameters).toEqual(TINY_POLICY.parameters[name]);
    const lightgbm = await world.train()(request);
    expect((await world.models.version('NSE', 'tb15', lightgbm.version)).logic_hash).not.toBe(row.logic_hash);
    await smokeTest(bundleFiles(world.bucket), (found) => loadBundle(found, openSession))(row);
  });

  it('says why a family whose library is missing cannot train, and others go on', async () => {
    await aDataset(trackerMarket());
    const bare = modelFamilies({ searchPath: '/nowhere', workerFile: WORKER_FILE });
    const train = (name: 'xgboost' | 'linear') =>
      world.train(world.bucket, [], bare)({ ...request, family: name });
    await expect(train('xgboost')).rejects.toMatchObject({
      name: 'NotFound',
      message: expect.stringMatching(/^xgboost: libxgboost.so: expected .* run layers\/xgboost\/build.ts$/),
    });
    expect((await train('linear')).created).toBe(true);
  });

  it('calls a handful of sessions exploratory', async () => {
    await aDataset(trackerMarket({ sessions: 3 }));
    const report = await world.train()(request);
    expect(report.exploratory).toBe(true);
    expect((await world.models.version('NSE', 'tb15', report.version)).exploratory).toBe(true);
  });

  it('refuses too few rows with the reason', async () => {
    await aDataset(trackerMarket({ sessions: 1, rowsPerSession: 10 }));
    await expect(world.train()(request)).rejects.toMatchObject({
      name: 'RejectedInput',
      message: expect.stringMatching(/expected .*was /),
    });
    expect(await world.models.versions('NSE', 'tb15')).toEqual([]);
    expect(await world.bucket.list('models/')).toEqual([]);
    expect(await world.ledgerBucket.list('')).toEqual([]);
  });

  it('refuses an exchange that the dataset does not have', async () => {
    await aDataset(trackerMarket({ sessions: 1, rowsPerSession: 10 }));
    await expect(world.train()({ ...request, exchange: 'BSE' })).rejects.toMatchObject({
      name: 'RejectedInput',
      field: 'exchange',
    });
  });

  it('lists the targets there are when it does not know one', async () => {
    await expect(world.train()({ ...request, target: 'dir7' })).rejects.toMatchObject({
      name: 'RejectedInput',
      field: 'target',
      message: 'target: expected one of tb15, tb15s, dir3, dir5, dir30, mag15, was dir7',
    });
  });

  it('says which column the labels of a dataset lack for a target', async () => {
    await aDataset(trackerMarket({ sessions: 2, rowsPerSession: 30 }));
    await expect(world.train()({ ...request, target: 'tb15s' })).rejects.toThrow(
      /^target: expected one that the labels of dataset 2025-12-04 \(tracker-tb15-v1\) have, was tb15s: they have no session_target/,
    );
  });

  it('learns from an imported dataset only when that is asked for', async () => {
    await world.datasets.add(aManifest({ version: 'legacy-7', legacy: true, origin: 'tracker' }));
    const legacy = { ...request, dataset_version: 'legacy-7' };
    await expect(world.train()(legacy)).rejects.toThrow(/allow_legacy.*was legacy-7/);
    await expect(world.train()({ ...legacy, allow_legacy: true })).rejects.not.toThrow(/allow_legacy/);
  });

  it('says which dataset version is unknown', async () => {
    await expect(world.train()({ ...request, dataset_version: '2020-01-01' })).rejects.toMatchObject({
      name: 'NotFound',
      message: expect.stringContaining('2020-01-01'),
    });
  });

  it('does not learn from a file that is not what the manifest says', async () => {
    const { files } = await aDataset(trackerMarket({ sessions: 2, rowsPerSession: 30 }));
    const { path } = files[1]!;
    const other = await world.bucket.get(files[3]!.path);
    await world.bucket.put(path, other);
    await expect(world.train()(request)).rejects.toMatchObject({
      name: 'InvariantViolated',
      message: expect.stringContaining(path),
    });
  });
});
