import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { judgeCandidate } from '../../../functions/evaluate/judge-candidate.ts';
import { dynamoBatchRegistry } from '../../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoDatasetRegistry } from '../../../shared/adapters/dynamodb/dataset-registry.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { bundleFiles } from '../../../shared/adapters/s3/bundle-files.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { objectTrialLedger } from '../../../shared/adapters/s3/trial-ledger.ts';
import { renderChart } from '../../../shared/adapters/vega/render-chart.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { executionConfig } from '../../../shared/config/execution.ts';
import { gatePolicy } from '../../../shared/config/gate.ts';
import { promotionPolicy } from '../../../shared/config/promotion.ts';
import { contentHash } from '../../../shared/domain/lake/content-hash.ts';
import type { DayFileRow } from '../../../shared/domain/lake/registry-rows.ts';
import { istMs, MINUTE_MS } from '../../../shared/domain/market/indian-time.ts';
import { nextPointer } from '../../../shared/domain/promotion/plan.ts';
import type { ModelVersion } from '../../../shared/domain/promotion/registry.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aBundle } from '../../factories/bundle.ts';
import { A_TRIAL } from '../../factories/report-input.ts';
import { randomOf } from '../../factories/session.ts';
import { evaluatedManifest } from './evaluated-manifest.ts';

const FOLD_DAYS = ['2025-11-10', '2025-11-11', '2025-11-12', '2025-11-13', '2025-11-14', '2025-11-17'];
const HELD_OUT_DAYS = ['2025-11-24', '2025-11-25', '2025-11-26', '2025-11-27', '2025-11-28'];
const EXACT = { ordinaryRows: 20_000, adversarialRows: 20_000, leafMismatches: 0, worstScoreDifference: 0 };
const FOLDS = [{ fold: 1, trained_through: '2025-11-07', judged_from: '2025-11-10' }];
const TRIAL = { ...A_TRIAL, dataset_version: '2025-12-03', daily_returns: [], daily_sharpe: null };

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench();
});

describe('judge a candidate', () => {
  it('writes the verdict, binds it to the version, and approves what passes every rule', async () => {
    const { version } = await bench.candidate({ skill: 1 });
    const report = await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    const verdict = await bench.verdict(version);
    expect(verdict.failed).toEqual([]);
    expect(report).toEqual({
      version,
      pass: true,
      failed: [],
      promote: false,
      verdict_key: `reports/NSE/tb15/${version}/verdict.json`,
      research: false,
    });
    const row = await bench.models.version('NSE', 'tb15', version);
    expect(row).toMatchObject({ status: 'approved', verdict_pass: true, verdict_key: report.verdict_key });
    expect(row.verdict_hash).toBe(contentHash(await bench.bucket.get(report.verdict_key!)));
    const page = await bench.bucket.get(`reports/NSE/tb15/${version}/verdict.md`);
    expect(new TextDecoder().decode(page)).toContain(`# Approved: NSE tb15 ${version}`);
  });

  it('refuses a model without skill, by name of the rules', async () => {
    const { version } = await bench.candidate({ skill: 0 });
    const report = await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    expect(report).toMatchObject({ pass: false, promote: false });
    expect(report.failed).toContain('sharpe');
    expect(await bench.models.version('NSE', 'tb15', version)).toMatchObject({ status: 'rejected' });
  });

  it('gives the same verdict for the same candidate', async () => {
    const { version } = await bench.candidate({ skill: 0.5 });
    await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    const first = await bench.verdict(version);
    await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    expect(await bench.verdict(version)).toEqual(first);
  });

  it('lets the machine promote only where the policy is automatic', async () => {
    const { version } = await bench.candidate({ skill: 1 });
    const exchanges = { ...promotionPolicy().exchanges, NSE: 'automatic' as const };
    const judge = bench.judgeWith({ promotion: { schema: 1, exchanges } });
    expect(await judge({ exchange: 'NSE', version, target: 'tb15' })).toMatchObject({ promote: true });
    const poor = await bench.candidate({ skill: 0 });
    const refused = await judge({ exchange: 'NSE', version: poor.version, target: 'tb15' });
    expect(refused.promote).toBe(false);
  });

  it('compares with production, and leaves the verdict of a live version as it is', async () => {
    const live = await bench.candidate({ skill: 0.9, seed: 2 });
    const { verdict_key } = await bench.judge({ exchange: 'NSE', version: live.version, target: 'tb15' });
    await bench.goLive(live.version);
    const { version } = await bench.candidate({ skill: 1 });
    await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    expect(await bench.verdict(version)).toMatchObject({
      baseline_version: live.version,
      candidate_class: 'refresh',
    });
    const before = await bench.verdict(live.version);
    const again = await bench.judge({ exchange: 'NSE', version: live.version, target: 'tb15' });
    expect(again).toMatchObject({ version: live.version, verdict_key, pass: true, promote: false });
    expect(await bench.verdict(live.version)).toEqual(before);
  });

  it('compares with production on the days that both have', async () => {
    const live = await bench.candidate({ skill: 0.9, seed: 2, foldDays: FOLD_DAYS.slice(3) });
    const { version } = await bench.candidate({ skill: 1 });
    const trades = async () => {
      await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
      const { rules } = (await bench.verdict(version)) as { rules: { rule: string; why: string }[] };
      const hitRate = rules.find(({ rule }) => rule === 'hit-rate-holds');
      return Number(/over (\d+) trades/.exec(hitRate?.why ?? '')?.[1]);
    };
    const alone = await trades();
    await bench.judge({ exchange: 'NSE', version: live.version, target: 'tb15' });
    await bench.goLive(live.version);
    const beside = await trades();
    const common = HELD_OUT_DAYS.length + 3;
    expect(beside).toBeGreaterThan(0);
    expect(beside / alone).toBeCloseTo(common / (common + 3), 1);
  });

  it.each([
    ['a file that is not the hashed one', 'export-exact', { tampered: true }],
    [
      'a fold judged on days it learnt from',
      'data-fresh-and-complete',
      { folds: [{ ...FOLDS[0], judged_from: '2025-11-07' }] },
    ],
    [
      'held-out days before the end of training',
      'data-fresh-and-complete',
      { cutoff: '2025-11-25T18:29:00.000Z' },
    ],
    ['an exploratory bundle', 'enough-evidence', { exploratory: true }],
  ])('refuses %s', async (_, rule, change) => {
    const { version } = await bench.candidate({ skill: 1, ...change });
    const { pass, failed } = await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    expect({ pass, failed }).toEqual({ pass: false, failed: [rule] });
  });

  it('refuses features that the lake does not repeat, and names the day', async () => {
    await bench.parity('2025-11-14', { served: 360, equal: 359 });
    const { version } = await bench.candidate({ skill: 1 });
    await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    const verdict = await bench.verdict(version);
    expect(verdict.failed).toEqual(['feature-parity']);
    expect(verdict.rules.at(-1)?.why).toContain('2025-11-14');
  });

  it('names the feature that differs where the night found it', async () => {
    const first_difference = 'NSE#2025-11-14T04:00:00.000Z#tracker-v2 vix: served 11, recomputed 12';
    await bench.parity('2025-11-14', { served: 360, equal: 358, first_difference });
    const { version } = await bench.candidate({ skill: 1 });
    await bench.judge({ exchange: 'NSE', version, target: 'tb15' });
    expect((await bench.verdict(version)).rules.at(-1)?.why).toContain(first_difference);
  });

  it('refuses an old dataset', async () => {
    const { version } = await bench.candidate({ skill: 1 });
    bench.nowMs = istMs('2025-12-15', 960);
    expect(await bench.judge({ exchange: 'NSE', version, target: 'tb15' })).toMatchObject({
      failed: ['data-fresh-and-complete'],
    });
  });

  it('holds positions of a research target as long as its labels look ahead, and promotes none', async () => {
    const { version } = await bench.candidate({ skill: 1, target: 'dir5' });
    const exchanges = { ...promotionPolicy().exchanges, NSE: 'automatic' as const };
    const judge = bench.judgeWith({ promotion: { schema: 1, exchanges } });
    const report = await judge({ exchange: 'NSE', version, target: 'dir5' });
    expect(report).toMatchObject({
      research: true,
      promote: false,
      verdict_key: `reports/NSE/dir5/${version}/verdict.json`,
    });
    const verdict = await bench.verdict(version, 'dir5');
    expect(verdict).toMatchObject({ target: 'dir5', execution: { horizon_minutes: 5 } });
    expect(verdict.rules.length).toBeGreaterThan(8);
    expect(await bench.models.version('NSE', 'dir5', version)).not.toMatchObject({ verdict_key: null });
  });

  it('says why a size is not judged, and leaves the version as it is', async () => {
    const row = await bench.candidate({ skill: 1, target: 'mag15' });
    const report = await bench.judge({ exchange: 'NSE', version: row.version, target: 'mag15' });
    expect(report).toEqual({
      version: row.version,
      pass: false,
      failed: [],
      promote: false,
      verdict_key: null,
      not_judged: expect.stringContaining('mag15 answers a size and takes no positions'),
      research: true,
    });
    expect(await bench.models.version('NSE', 'mag15', row.version)).toEqual(row);
  });

  it('lists the targets there are', async () => {
    await expect(bench.judge({ exchange: 'NSE', version: 'v', target: 'dir7' })).rejects.toThrow(
      'target: expected one of tb15, tb15s, dir3, dir5, dir30, mag15, was dir7',
    );
  });

  it('says which report is missing', async () => {
    const { row } = aBundle({ 'oof.json': {} });
    await bench.models.add(row);
    const judged = bench.judge({ exchange: 'NSE', version: row.version, target: 'tb15' });
    await expect(judged).rejects.toMatchObject({ name: 'InvariantViolated', field: 'oof.json' });
  });
});

interface CandidateShape {
  /** Share of rows whose next move the scores know. */
  readonly skill: number;
  readonly seed?: number;
  readonly target?: string;
  readonly tampered?: boolean;
  readonly exploratory?: boolean;
  readonly cutoff?: string;
  readonly folds?: unknown;
  readonly foldDays?: readonly string[];
}

async function openBench() {
  const bucket = s3ObjectStore(cloud.s3, cloud.bucket());
  const ledger = objectTrialLedger(s3ObjectStore(cloud.s3, cloud.bucket()));
  const models = dynamoModelRegistry(cloud.dynamodb, await cloud.table());
  const datasets = dynamoDatasetRegistry(cloud.dynamodb, await cloud.table());
  const registry = dynamoBatchRegistry(cloud.dynamodb, await cloud.table());
  const state = { nowMs: START_MS };
  const ports = {
    ...{ models, datasets, registry, bucket, ledger, readFiles: bundleFiles(bucket), draw: renderChart },
    ...{ rules: exchangesRules(), gate: gatePolicy('demo'), execution: executionConfig().backtest },
    ...{ promotion: promotionPolicy(), clock: () => state.nowMs },
  };
  const parity = async (date: string, compared: NonNullable<DayFileRow['parity']>) => {
    const before = await registry.dayFile('features', 'tracker-v2', 'NSE', date);
    await registry.switchDayFile({
      ...{ kind: 'features', set: 'tracker-v2', exchange: 'NSE', date, path: `features/${date}.parquet` },
      ...{ rows: 360, sha256: 'a'.repeat(64), source_sha256: null, last_recorded_at: '', created_at: '' },
      ...{ batch_ids: [], parity: compared, revision: (before?.revision ?? 0) + 1 },
    });
  };
  await datasets.add(evaluatedManifest(FOLD_DAYS));
  for (const date of FOLD_DAYS) await parity(date, { served: 360, equal: 360 });
  return Object.assign(state, {
    ...{ models, bucket, parity },
    judge: judgeCandidate(ports),
    judgeWith: (change: Partial<typeof ports>) => judgeCandidate({ ...ports, ...change }),
    async candidate({ skill, seed = 1, target = 'tb15', ...shape }: CandidateShape): Promise<ModelVersion> {
      const { files, row } = aBundle(
        {
          'decision.json': { skill, seed },
          'oof.json': scored(shape.foldDays ?? FOLD_DAYS, skill, seed),
          'holdout.json': scored(HELD_OUT_DAYS, skill, seed + 1),
          'report.json': {
            folds: shape.folds ?? FOLDS,
            exactness: { ...EXACT, worstProbabilityDifference: 1e-8 },
          },
        },
        {
          target,
          exploratory: shape.exploratory ?? false,
          training_cutoff: shape.cutoff ?? '2025-11-20T18:29:00.000Z',
        },
      );
      if (shape.tampered) files.set('decision.json', new TextEncoder().encode('{"skill":2}\n'));
      for (const [path, bytes] of files) await bucket.put(`${row.bundle_prefix}${path}`, bytes);
      await ledger.add('NSE', target, row.version, [{ ...TRIAL, target }]);
      await models.add(row);
      return row;
    },
    async verdict(version: string, target = 'tb15') {
      const key = `reports/NSE/${target}/${version}/verdict.json`;
      return JSON.parse(new TextDecoder().decode(await bucket.get(key)));
    },
    async goLive(version: string) {
      const row = await models.version('NSE', 'tb15', version);
      const at = '2025-12-04T07:00:00.000Z';
      const pointer = nextPointer(null, row, at);
      await models.apply({
        versions: [{ ...row, status: 'live', revision: row.revision + 1 }],
        pointer,
        history: {
          ...{ exchange: 'NSE', target: 'tb15', event: 'promoted', from_version: null, to_version: version },
          ...{ operator: 'asha', reason: 'first', override: false, refusal: null, compliance_class: 'logic' },
          ...{ verdict_key: row.verdict_key, verdict_hash: row.verdict_hash, execution: null, at },
          pointer_revision: 1,
        },
      });
    },
  });
}

/** Scores of sessions whose price moves in runs of fifteen minutes, known in advance for a share of them. */
function scored(sessions: readonly string[], skill: number, seed: number) {
  const random = randomOf(seed);
  const rows = sessions.flatMap((session) => {
    let price = 26_000;
    let drift = 0;
    let known = false;
    return Array.from({ length: 360 }, (_, minute) => {
      if (minute % 15 === 0) {
        drift = [-1, 0, 1][Math.floor(random() * 3)]! * (4 + random() * 4);
        known = random() < skill;
      }
      price += drift;
      const right = Math.sign(drift);
      const said = known ? right : [-1, 0, 1][Math.floor(random() * 3)]!;
      const sure = skill > 0.5 ? 0.9 : 0.4;
      return { session, minute, price, said, right, sure };
    });
  });
  const chance = (one: (typeof rows)[number], side: number) =>
    one.said === side ? one.sure : (1 - one.sure) / 2;
  return {
    timestamp_ms: rows.map(({ session, minute }) => istMs(session, 555) + minute * MINUTE_MS),
    session: rows.map(({ session }) => session),
    fold: rows.map(() => 1),
    target: rows.map(({ right }) => right),
    sell: rows.map((one) => chance(one, -1)),
    hold: rows.map((one) => chance(one, 0)),
    buy: rows.map((one) => chance(one, 1)),
    regime: rows.map(() => 0),
    position: rows.map(({ said }) => said),
    forward_return: rows.map(() => null),
    price: rows.map(({ price }) => price),
  };
}
