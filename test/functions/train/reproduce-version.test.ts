import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reproduceVersion } from '../../../functions/train/reproduce-version.ts';
import { trainExchange } from '../../../functions/train/train-exchange.ts';
import { trainCandidate } from '../../../models/candidate/train.ts';
import { trainMagnitude } from '../../../models/magnitude/train.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { bundleFiles } from '../../../shared/adapters/s3/bundle-files.ts';
import { renderChart } from '../../../shared/adapters/vega/render-chart.ts';
import { LABEL_SET_ID } from '../../../shared/domain/labels/label-day.ts';
import { type Bundle, verifyBundle } from '../../../shared/domain/training/bundle.ts';
import { type FamilyName, MODEL_FAMILIES } from '../../../shared/domain/training/families.ts';
import type { TrainingPolicy } from '../../../shared/domain/training/training-policy.ts';
import type { CandidateOptions } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { priceLabelRows, TINY_POLICY, TINY_TRAINING, trackerMarket } from '../../factories/tracker-market.ts';
import { familyOf, storeMarket, type TrainingWorld, trainingWorld, VERSION } from './training-world.ts';

const MARKET = trackerMarket({ sessions: 8, rowsPerSession: 80 });
const FLAGGED = 5;

let cloud: EmbeddedCloud;
let world: TrainingWorld;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  world = await trainingWorld(cloud);
  await storeMarket(world, MARKET, { flagsOf: (row) => (row % 100 === FLAGGED ? ['spot_frozen'] : []) });
});
afterAll(async () => {
  for (const name of MODEL_FAMILIES) familyOf(name).close();
  await cloud.stop();
});

/** A night's training, with whatever its policy and clock were. */
async function trained(
  policy: Partial<TrainingPolicy> = {},
  more: { nowMs?: () => number; options?: Partial<CandidateOptions> } = {},
): Promise<string> {
  const { datasets, models, lake, ledger, bucket } = world;
  const merged = { ...TINY_POLICY, ...policy };
  const train = trainExchange({
    ...{ datasets, models, lake, ledger, bucket, draw: renderChart, topK: 5, policy: merged },
    blockingFlags: ['spot_frozen'],
    train: (input, name) =>
      trainCandidate(input, {
        family: familyOf(name),
        rivals: merged.search.rivals.map(familyOf),
        openSession,
        nowMs: more.nowMs,
      }),
    options: { ...TINY_TRAINING, ...more.options },
    seed: 1,
    clock: () => 1_764_846_000_000,
    codeVersion: 'test',
  });
  return (await train({ exchange: 'NSE', dataset_version: VERSION, target: 'tb15' })).version;
}

interface Again {
  readonly threads?: number;
  readonly codeVersion?: string;
  readonly target?: string;
  /** What became of the bundle since. */
  readonly bundle?: (bundle: Bundle) => Bundle;
}

const partsOf = ([family, ...rivals]: readonly string[]) => ({
  family: familyOf(family as FamilyName),
  rivals: rivals.map((name) => familyOf(name as FamilyName)),
  openSession,
});

function reproduced(version: string, again: Again = {}) {
  const { threads, codeVersion = 'test', bundle = (one) => one, target = 'tb15' } = again;
  const { datasets, models, lake, bucket, time } = world;
  const stored = bundleFiles(bucket);
  const reproduce = reproduceVersion({
    ...{ datasets, models, lake, codeVersion, clock: () => time.nowMs },
    async files(prefix) {
      const files = await stored(prefix);
      if (target !== 'tb15') return files;
      const contents = bundle(verifyBundle(files));
      return files.set('bundle.json', new TextEncoder().encode(JSON.stringify(contents)));
    },
    train: (input, families) => trainCandidate(input, partsOf(families)),
    trainMagnitude: (input, families) => trainMagnitude(input, partsOf(families)),
  });
  return reproduce({ exchange: 'NSE', target, reproduce: version, threads });
}

const everything = async () => ({
  objects: await world.bucket.list(''),
  trials: await world.ledgerBucket.list(''),
  rows: await world.models.versions('NSE', 'tb15'),
});

describe('reproduceVersion', () => {
  it('gives the same bundle of a magnitude, its search as far as it came', async () => {
    world = await trainingWorld(cloud);
    const labels = priceLabelRows(MARKET);
    await storeMarket(world, MARKET, { labels, labelSet: LABEL_SET_ID });
    const { version } = await world.trainTargets({
      ...{ exchange: 'NSE', dataset_version: VERSION, target: 'mag15' },
      configurations: 2,
    });
    for (const threads of [1, 2]) {
      expect(await reproduced(version, { threads, target: 'mag15' })).toMatchObject({
        same: true,
        different: [],
      });
    }
  });

  it.each(MODEL_FAMILIES)(
    'gives the same bundle with %s, with 1 and 2 threads, and registers nothing',
    async (family) => {
      const version = await trained({ family });
      const before = await everything();
      for (const threads of [1, 2]) {
        const report = await reproduced(version, { threads });
        expect(report).toMatchObject({ version, same: true, different: [], changed: [] });
        expect(report.reproduced_hash).toBe(report.bundle_hash);
        expect(report.reproduced_hash.slice(0, 8)).toBe(version.slice(-8));
      }
      expect(await everything()).toEqual(before);
    },
  );

  it('does a search again as far as its clock let it come, and what was left out for its flags', async () => {
    let now = 0;
    // Looks at the clock are all the time there is: a few configurations of nine.
    const nowMs = () => (now += 1000);
    const search = { configurations: 9, rivals: ['linear' as const], budget_seconds: 9, least_sessions: 0 };
    const version = await trained(
      { search, recency_half_life_sessions: 3 },
      { nowMs, options: { folds: 2, regimeStates: 2 } },
    );
    const files = await bundleFiles(world.bucket)(`models/NSE/tb15/${version}/`);
    const { procedure } = verifyBundle(files);
    const judged = procedure!.options['searchJudged'] as number[];
    expect(judged[1]).toBeGreaterThan(1);
    expect(judged[1]).toBeLessThan(8);
    expect(procedure!.families).toEqual(['lightgbm', 'linear']);
    expect(procedure!.blocking_flags).toEqual(['spot_frozen']);
    expect(procedure!.libraries['lightgbm']).toMatch(/^[0-9a-f]{64}$/);
    expect(await reproduced(version)).toMatchObject({ same: true, different: [] });
  });

  it('is the same with combinatorial folds, which decide nothing', async () => {
    const plain = await trained();
    const judged = await trained({ combinatorial: { groups: 3, judged: 1 } });
    expect(judged).toBe(plain);
    expect(await reproduced(judged)).toMatchObject({ same: true });
  });

  it('names each file that came out otherwise', async () => {
    const version = await trained();
    const report = await reproduced(version, { bundle: (bundle) => ({ ...bundle, seed: 2 }) });
    expect(report).toMatchObject({ same: false, changed: [] });
    expect(report.reproduced_hash).not.toBe(report.bundle_hash);
    const names = report.different.map(({ file }) => file);
    expect(names).toContain('model.onnx');
    expect(names).toContain('oof.json');
    expect(names).not.toContain('report.json');
    for (const { was, now } of report.different) expect(now).not.toBe(was);
  });

  it('says that code or a library is another one, also where the result is the same', async () => {
    const version = await trained();
    const older = (bundle: Bundle): Bundle => ({
      ...bundle,
      procedure: { ...bundle.procedure!, libraries: { node: 'v1', lightgbm: 'a'.repeat(64) } },
    });
    const report = await reproduced(version, { codeVersion: '9.9.9', bundle: older });
    expect(report.same).toBe(true);
    expect(report.changed.map(({ what }) => what)).toEqual([
      'code version',
      'library lightgbm',
      'library node',
    ]);
    expect(report.changed[0]).toMatchObject({ was: 'test', now: '9.9.9' });
  });

  it('refuses a version that does not say how it was trained, and one there is not', async () => {
    const version = await trained();
    const imported = reproduced(version, { bundle: ({ procedure: _, ...bundle }) => bundle });
    await expect(imported).rejects.toMatchObject({
      name: 'RejectedInput',
      field: 'reproduce',
      message: expect.stringContaining(version),
    });
    await expect(reproduced('2025-12-04-00000000')).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('does not take a dataset file that is no longer what the manifest says', async () => {
    const version = await trained();
    const { files } = await world.datasets.version(VERSION);
    await world.bucket.put(files[0]!.path, await world.bucket.get(files[2]!.path));
    await expect(reproduced(version)).rejects.toMatchObject({
      name: 'InvariantViolated',
      message: expect.stringContaining(files[0]!.path),
    });
  });
});
