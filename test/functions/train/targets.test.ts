import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { trainMagnitudeOfExchange } from '../../../functions/train/train-magnitude.ts';
import { bundleFiles } from '../../../shared/adapters/s3/bundle-files.ts';
import { renderChart } from '../../../shared/adapters/vega/render-chart.ts';
import { LABEL_SET_ID } from '../../../shared/domain/labels/label-day.ts';
import { verifyBundle } from '../../../shared/domain/training/bundle.ts';
import { NO_LABEL } from '../../../shared/domain/training/classes.ts';
import { type FamilyName, MODEL_FAMILIES } from '../../../shared/domain/training/families.ts';
import { verifyMagnitudeBundle } from '../../../shared/domain/training/magnitude/bundle.ts';
import { TARGETS } from '../../../shared/domain/training/targets.ts';
import { RejectedInput } from '../../../shared/errors.ts';
import type { CandidateInput, CandidateOptions } from '../../../shared/ports/model-trainer.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { priceLabelRows, TINY_POLICY, trackerMarket } from '../../factories/tracker-market.ts';
import { familyOf, storeMarket, type TrainingWorld, trainingWorld, VERSION } from './training-world.ts';

let cloud: EmbeddedCloud;
let world: TrainingWorld;
const market = trackerMarket({ sessions: 6 });
const labels = priceLabelRows(market);
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  world = await trainingWorld(cloud);
  await storeMarket(world, market, { labels, labelSet: LABEL_SET_ID });
});
afterAll(async () => {
  for (const name of MODEL_FAMILIES) familyOf(name).close();
  await cloud.stop();
});

const request = { exchange: 'NSE' as const, dataset_version: VERSION };
const CLASS_TARGETS = TARGETS.filter(({ kind }) => kind === 'classes');

async function trained(target: string, family: FamilyName) {
  const inputs: CandidateInput[] = [];
  const report = await world.train(world.bucket, inputs)({ ...request, target, family });
  const files = await bundleFiles(world.bucket)(report.bundle_prefix);
  const json = (path: string) => JSON.parse(new TextDecoder().decode(files.get(path)));
  return { report, files, input: inputs[0] as CandidateInput, json };
}

describe.each(CLASS_TARGETS)('a candidate of $name', ({ name: target, source, horizonMinutes }) => {
  it('is trained under its own name, by its own labels and horizon', async () => {
    const { report, files, input, json } = await trained(target, 'lightgbm');
    expect(report.bundle_prefix).toBe(`models/NSE/${target}/${report.version}/`);
    expect(report.report_key).toBe(`reports/NSE/${target}/${report.version}/training.html`);
    expect(verifyBundle(files)).toMatchObject({ target, class_order: ['SELL', 'HOLD', 'BUY'] });
    expect(await world.models.versions('NSE', target)).toHaveLength(1);
    const kept = await world.ledgerBucket.list('trials/');
    expect(kept).toEqual([expect.stringContaining(`trials/NSE/${target}/${report.version}-`)]);

    const { targets, labelSpanMinutes, forwardReturns } = input;
    expect([...targets]).toEqual(labels.map((row) => row[source.column] ?? NO_LABEL));
    const prices = market.prices!;
    for (const [row, span] of labelSpanMinutes.entries()) {
      if (targets[row] === NO_LABEL) {
        expect([span, forwardReturns[row]]).toEqual([0, Number.NaN]);
        continue;
      }
      expect(span <= horizonMinutes && span > 0).toBe(true);
      expect(forwardReturns[row]).toBe(prices[row + span]! / prices[row]! - 1);
      expect(Math.sign(forwardReturns[row]!) * targets[row]!).toBeGreaterThanOrEqual(0);
    }
    const { folds } = json('report.json');
    expect(folds.length).toBeGreaterThan(1);
    for (const { trained_through, judged_from } of folds) expect(trained_through < judged_from).toBe(true);
  });
});

it('is trained by a family without native code, too', async () => {
  const { files } = await trained('dir5', 'linear');
  expect(verifyBundle(files)).toMatchObject({ target: 'dir5', family: 'linear' });
});

describe('a candidate of mag15', () => {
  const magnitude = { ...request, target: 'mag15' };

  it.each(['lightgbm', 'linear'] as const)('is trained by %s, registered and reported', async (family) => {
    const report = await world.trainTargets({ ...magnitude, family });
    expect(report).toMatchObject({
      kind: 'magnitude',
      unit: 'basis points of the underlying',
      created: true,
    });
    const files = await bundleFiles(world.bucket)(report.bundle_prefix);
    expect(verifyMagnitudeBundle(files)).toMatchObject({ target: 'mag15', family, kind: 'magnitude' });
    const row = await world.models.version('NSE', 'mag15', report.version);
    expect(row).toMatchObject({ status: 'candidate', bundle_prefix: `models/NSE/mag15/${report.version}/` });
    const kept = await world.ledgerBucket.list('trials/');
    expect(kept).toEqual([expect.stringContaining(`trials/NSE/mag15/${report.version}-`)]);
    const oof = JSON.parse(new TextDecoder().decode(files.get('oof.json')));
    const amountAt = new Map(labels.map((row) => [Date.parse(row.timestamp), row.return_15]));
    oof.amount.forEach((amount: number, at: number) => {
      expect(amount).toBe(Math.abs(amountAt.get(oof.timestamp_ms[at])!) * 10_000);
    });
    const html = new TextDecoder().decode(await world.bucket.get(report.report_key));
    expect(html).toContain(`Training run: NSE mag15 ${report.version}`);
    expect(html).toContain('None is distilled out of it');
    expect(html).toMatch(/Out of fold its squared error is .* than that of the recent volatility/);
    // One session is named once.
    expect(html).not.toMatch(/fold \d: (\S+) to \1</);
    expect(html.match(/<svg /g)!.length).toBeGreaterThanOrEqual(5);
    expect(html).toContain('R2 against volatility');
  });

  it('is told the rivals’ own parameters, as a candidate of classes is', async () => {
    const asked: CandidateOptions[] = [];
    const failing = trainMagnitudeOfExchange({
      ...world,
      ...{ draw: renderChart, policy: TINY_POLICY, blockingFlags: [], options: {}, seed: 1 },
      ...{ clock: () => 0, codeVersion: 'test' },
      trainMagnitude: async ({ options }) => {
        asked.push(options as CandidateOptions);
        throw new RejectedInput('rows: enough seen', { field: 'rows' });
      },
    });
    await expect(failing({ ...magnitude, family: 'linear' })).rejects.toThrow('enough seen');
    expect(asked[0]).toMatchObject({ parameters: {}, rivalParameters: TINY_POLICY.parameters });
  });

  it('changes nothing when it is trained again', async () => {
    const first = await world.trainTargets({ ...magnitude, family: 'linear' });
    world.time.nowMs += 60_000;
    const again = await world.trainTargets({ ...magnitude, family: 'linear' });
    expect(again).toEqual({ ...first, created: false });
  });

  it('is no class: the procedure of classes says so', async () => {
    await expect(world.train()(magnitude)).rejects.toThrow(
      'target: expected one of classes, was mag15: it is of magnitude',
    );
  });
});
