import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { modelFamilies } from '../../../models/families/create.ts';
import { MODEL_FAMILIES } from '../../../shared/domain/training/families.ts';
import type { CandidateInput } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { WORKER_FILE } from '../../factories/native-libraries.ts';
import { TRACKER_NAMES, trackerMarket } from '../../factories/tracker-market.ts';
import { familyOf, storeMarket, type TrainingWorld, trainingWorld, VERSION } from './training-world.ts';

const WIDTH = TRACKER_NAMES.length;
const MARKET = trackerMarket({ sessions: 7, rowsPerSession: 80 });

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

/** A market whose features are what `value` makes of them, told the name and what it was. */
const changed = (value: (name: string, was: number) => number): CandidateInput => ({
  ...MARKET,
  features: MARKET.features.map((was, at) => value(TRACKER_NAMES[at % WIDTH] as string, was)),
});

async function trained(market: CandidateInput, families = familyOf) {
  await storeMarket(world, market);
  const train = world.train(world.bucket, [], families);
  return train({ exchange: 'NSE', dataset_version: VERSION, target: 'tb15' });
}

const UNTRAINABLE: Record<string, readonly [CandidateInput, RegExp]> = {
  'too few rows': [
    trackerMarket({ sessions: 1, rowsPerSession: 60 }),
    /^rows: expected at least 120 with a label, was 45$/,
  ],
  'one class only': [
    { ...MARKET, targets: MARKET.targets.map((target) => (target === -128 ? target : 0)) },
    /^target: expected at least two classes, was HOLD only$/,
  ],
  'features that are constant': [
    changed(() => 3),
    /^features: expected at least one that varies, was: \w+ constant/,
  ],
  'features that are missing throughout': [
    changed(() => Number.NaN),
    /^features: expected at least one that varies, was: \w+ missing throughout/,
  ],
  'regime inputs that are constant': [
    changed((name, was) => (/^(realized_vol_5m|vix|price_roc_15m)$/.test(name) ? 1 : was)),
    /^regime: expected one of realized_vol_5m, .* to vary, was none$/,
  ],
};

describe('what cannot be trained', () => {
  it.each(Object.entries(UNTRAINABLE))(
    'ends with the reason and leaves nothing: %s',
    async (_, [market, reason]) => {
      await expect(trained(market)).rejects.toMatchObject({
        name: 'RejectedInput',
        message: expect.stringMatching(reason),
      });
      expect(await world.models.versions('NSE', 'tb15')).toEqual([]);
      expect(await world.bucket.list('models/')).toEqual([]);
      expect(await world.ledgerBucket.list('')).toEqual([]);
    },
  );

  it('ends with the reason: the library of the family is missing', async () => {
    const bare = modelFamilies({ searchPath: '/nowhere', workerFile: WORKER_FILE });
    await expect(trained(MARKET, bare)).rejects.toMatchObject({
      name: 'NotFound',
      message: expect.stringMatching(
        /^lightgbm: lib_lightgbm.so: expected in one of the library folders, was absent/,
      ),
    });
  });
});

describe('what can be trained all the same', () => {
  it('a column that is missing throughout is left out', async () => {
    const { version, bundle_prefix } = await trained(
      changed((name, was) => (name === 'max_pain' || name === 'hour' ? Number.NaN : was)),
    );
    const selector = JSON.parse(
      new TextDecoder().decode(await world.bucket.get(`${bundle_prefix}selector.json`)),
    );
    expect(selector.dropped).toContainEqual({ feature: 'hour', reason: 'missing throughout' });
    expect(version).toMatch(/^2025-12-04-/);
  });

  it('rows of one session only give an exploratory candidate, which the gate refuses', async () => {
    const report = await trained(trackerMarket({ sessions: 1, rowsPerSession: 300 }));
    expect(report).toMatchObject({ exploratory: true, created: true });
    const report_json = await world.bucket.get(`reports/NSE/tb15/${report.version}/training_report.json`);
    const summary = JSON.parse(new TextDecoder().decode(report_json));
    expect(summary.held_out).toBeNull();
  });
});
