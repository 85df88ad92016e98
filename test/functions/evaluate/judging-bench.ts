import { judgeCandidate } from '../../../functions/evaluate/judge-candidate.ts';
import { loadBundle } from '../../../models/candidate/load.ts';
import { dynamoBatchRegistry } from '../../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoDatasetRegistry } from '../../../shared/adapters/dynamodb/dataset-registry.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoRecommendationStore } from '../../../shared/adapters/dynamodb/recommendation-store.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import { bundleFiles } from '../../../shared/adapters/s3/bundle-files.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { objectTrialLedger } from '../../../shared/adapters/s3/trial-ledger.ts';
import { renderChart } from '../../../shared/adapters/vega/render-chart.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { executionConfig, optionPolicy } from '../../../shared/config/execution.ts';
import { gatePolicy } from '../../../shared/config/gate.ts';
import { promotionPolicy } from '../../../shared/config/promotion.ts';
import { qualityPolicy } from '../../../shared/config/quality.ts';
import { riskPolicy } from '../../../shared/config/risk.ts';
import type { DayFileRow } from '../../../shared/domain/lake/registry-rows.ts';
import { istMs } from '../../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../../shared/domain/market/snapshot.ts';
import { nextPointer } from '../../../shared/domain/promotion/plan.ts';
import type { ModelVersion } from '../../../shared/domain/promotion/registry.ts';
import { type EmbeddedCloud, START_MS } from '../../contract/embedded-cloud.ts';
import { aBundle } from '../../factories/bundle.ts';
import { A_TRIAL } from '../../factories/report-input.ts';
import { randomOf } from '../../factories/session.ts';
import { evaluatedManifest } from './evaluated-manifest.ts';
import { marketOf, recordedChain } from './recorded-market.ts';

export const FOLD_DAYS = ['2025-11-10', '2025-11-11', '2025-11-12', '2025-11-13', '2025-11-14', '2025-11-17'];
export const HELD_OUT_DAYS = ['2025-11-24', '2025-11-25', '2025-11-26', '2025-11-27', '2025-11-28'];
const EXACT = { ordinaryRows: 20_000, adversarialRows: 20_000, leafMismatches: 0, worstScoreDifference: 0 };
export const FOLDS = [{ fold: 1, trained_through: '2025-11-07', judged_from: '2025-11-10' }];
const TRIAL = { ...A_TRIAL, dataset_version: '2025-12-03', daily_returns: [], daily_sharpe: null };

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

/** The evaluate stage over stores of its own, with candidates whose scores are made up. */
export async function openBench(
  cloud: EmbeddedCloud,
  recordedDays: readonly string[] = [...FOLD_DAYS, ...HELD_OUT_DAYS],
) {
  const bucket = s3ObjectStore(cloud.s3, cloud.bucket());
  const ledger = objectTrialLedger(s3ObjectStore(cloud.s3, cloud.bucket()));
  const models = dynamoModelRegistry(cloud.dynamodb, await cloud.table());
  const datasets = dynamoDatasetRegistry(cloud.dynamodb, await cloud.table());
  const registry = dynamoBatchRegistry(cloud.dynamodb, await cloud.table());
  const recommendations = dynamoRecommendationStore(cloud.dynamodb, await cloud.table());
  const lake = lakeFiles(bucket, hyparquetCodec);
  const state = { nowMs: START_MS };
  const ports = {
    ...{ models, datasets, registry, bucket, ledger, readFiles: bundleFiles(bucket), draw: renderChart },
    ...{
      rules: exchangesRules(),
      gate: (_: Exchange) => gatePolicy('demo'),
      execution: executionConfig().backtest,
      options: { name: 'tracker-v2', policy: optionPolicy() },
      limits: riskPolicy(),
    },
    ...{ recommendations, lake, blocking: qualityPolicy().blocking },
    load: (files: ReadonlyMap<string, Uint8Array>) => loadBundle(files, openSession),
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
  for (const date of recordedDays) {
    const { row, bytes } = recordedChain(date);
    await bucket.put(row.path, bytes);
    await registry.switchDayFile(row);
  }
  return Object.assign(state, {
    ...{ models, bucket, parity, datasets, registry, recommendations, lake, ledger },
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
    async goLive(version: string, at = '2025-12-04T07:00:00.000Z') {
      const row = await models.version('NSE', 'tb15', version);
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

/** Scores of the market's sessions, whose runs are known in advance for a share of them. */
function scored(sessions: readonly string[], skill: number, seed: number) {
  const random = randomOf(seed);
  let known = false;
  const rows = sessions.flatMap((session) =>
    marketOf(session).map(({ minute, price, right }, at) => {
      if (at % 15 === 0) known = random() < skill;
      const said = known ? right : [-1, 0, 1][Math.floor(random() * 3)]!;
      const sure = skill > 0.5 ? 0.9 : 0.4;
      return { session, minute, price, said, right, sure };
    }),
  );
  const chance = (one: (typeof rows)[number], side: number) =>
    one.said === side ? one.sure : (1 - one.sure) / 2;
  return {
    timestamp_ms: rows.map(({ session, minute }) => istMs(session, minute)),
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
