import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { smokeTest } from '../../../functions/promote/smoke-test.ts';
import { trainExchange } from '../../../functions/train/train-exchange.ts';
import { loadBundle } from '../../../models/candidate/load.ts';
import { trainCandidate } from '../../../models/candidate/train.ts';
import { modelFamilies } from '../../../models/families/create.ts';
import { dynamoDatasetRegistry } from '../../../shared/adapters/dynamodb/dataset-registry.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import { bundleFiles } from '../../../shared/adapters/s3/bundle-files.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { objectTrialLedger } from '../../../shared/adapters/s3/trial-ledger.ts';
import { renderChart } from '../../../shared/adapters/vega/render-chart.ts';
import { qualityPolicy } from '../../../shared/config/quality.ts';
import type { DatasetManifest } from '../../../shared/domain/datasets/manifest.ts';
import { featureTable } from '../../../shared/domain/features/feature-table.ts';
import { labelTable } from '../../../shared/domain/labels/label-table.ts';
import { verifyBundle } from '../../../shared/domain/training/bundle.ts';
import { NO_LABEL } from '../../../shared/domain/training/classes.ts';
import { MODEL_FAMILIES } from '../../../shared/domain/training/families.ts';
import type { CandidateInput } from '../../../shared/ports/model-trainer.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aManifest } from '../../factories/manifest.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';
import {
  featureRows,
  labelRows,
  TINY_POLICY,
  TINY_TRAINING,
  TRACKER_NAMES,
  trackerMarket,
} from '../../factories/tracker-market.ts';
import { failOnce, withFaults } from '../faults.ts';

const VERSION = '2025-12-04';
const searchPath = `${libraryFolder()}:${libraryFolder('xgboost')}`;
const familyOf = modelFamilies({ searchPath, workerFile: WORKER_FILE });

let cloud: EmbeddedCloud;
let world: Awaited<ReturnType<typeof trainingWorld>>;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  world = await trainingWorld();
});
afterAll(async () => {
  for (const name of MODEL_FAMILIES) familyOf(name).close();
  await cloud.stop();
});

async function trainingWorld() {
  const bucket = s3ObjectStore(cloud.s3, cloud.bucket());
  const ledgerBucket = s3ObjectStore(cloud.s3, cloud.bucket());
  const ledger = objectTrialLedger(ledgerBucket);
  const datasets = dynamoDatasetRegistry(cloud.dynamodb, await cloud.table());
  const models = dynamoModelRegistry(cloud.dynamodb, await cloud.table());
  const lake = lakeFiles(bucket, hyparquetCodec);
  const time = { nowMs: Date.UTC(2025, 11, 4, 11) };
  const train = (store: ObjectStore = bucket, inputs: CandidateInput[] = [], families = familyOf) =>
    trainExchange({
      ...{ datasets, models, lake, ledger, bucket: store, draw: renderChart },
      policy: TINY_POLICY,
      blockingFlags: qualityPolicy().blocking,
      train: (input, name) => {
        inputs.push(input);
        return trainCandidate(input, { family: families(name), openSession });
      },
      options: TINY_TRAINING,
      seed: 1,
      clock: () => time.nowMs,
      codeVersion: 'test',
    });
  return { bucket, ledger, ledgerBucket, datasets, models, lake, time, train };
}

/** Writes a market into the lake, one feature and one label file a session, and registers the dataset version. */
async function aDataset(
  market: CandidateInput,
  flagsOf: (row: number) => readonly string[] = () => [],
): Promise<DatasetManifest> {
  const rows = featureRows(market).map((row, at) => ({ ...row, quality_flags: flagsOf(at) }));
  const labels = labelRows(market);
  const files: DatasetManifest['files'][number][] = [];
  for (const date of [...new Set(market.sessions)].reverse()) {
    const ofDay = (_: unknown, at: number) => market.sessions[at] === date;
    const tables = {
      features: featureTable(rows.filter(ofDay), TRACKER_NAMES),
      labels: labelTable(labels.filter(ofDay)),
    };
    for (const kind of ['features', 'labels'] as const) {
      const stored = await world.lake.write(
        tables[kind],
        (hash) => `${kind}/exchange=NSE/date=${date}/${hash}.parquet`,
      );
      files.push({ ...stored, kind, exchange: 'NSE', date, rows: tables[kind].rows, source_sha256: null });
    }
  }
  const manifest = aManifest({ version: VERSION, files });
  await world.datasets.add(manifest);
  return manifest;
}

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
      world = await trainingWorld();
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
    expect(await world.ledgerBucket.list('trials/')).toEqual([`trials/NSE/tb15/${first.version}.json`]);
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
      name: 'InvariantViolated',
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

  it('refuses a target that has no labels', async () => {
    await expect(world.train()({ ...request, target: 'dir5' })).rejects.toMatchObject({
      name: 'RejectedInput',
      message: 'target: expected tb15, was dir5',
    });
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
