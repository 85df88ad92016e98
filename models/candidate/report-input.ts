import type { DistilledReport } from '../../shared/domain/training/report/distilled-section.ts';
import type { ShapSample } from '../../shared/domain/training/report/importance.ts';
import type { JudgedModel } from '../../shared/domain/training/report/scores.ts';
import type { ReportInput } from '../../shared/domain/training/report/training-report.ts';
import type { Contribution } from '../../shared/ports/model-scorer.ts';
import type { OpenSession } from '../../shared/ports/model-session.ts';
import type { CandidateInput, ScoredColumns, TrainingSummary } from '../../shared/ports/model-trainer.ts';
import { foldDrivers } from './drivers.ts';
import type { Learnt } from './learn.ts';
import { loadBundle } from './load.ts';
import type { Observations } from './observations.ts';

/** Rows explained: enough for a steady mean, and less than two seconds. */
const EXPLAINED_ROWS = 200;

interface Run {
  readonly input: CandidateInput;
  readonly data: Observations;
  readonly learnt: Learnt;
  readonly outOfFold: ScoredColumns;
  /** The candidate first. */
  readonly models: readonly JudgedModel[];
  readonly distilled: DistilledReport | null;
  readonly summary: TrainingSummary;
  readonly costReturn: number;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly openSession: OpenSession;
}

/** What a run's report is drawn from: its out-of-fold rows, and the finished bundle's explanations of some of them. */
export async function reportInput(run: Run): Promise<ReportInput> {
  const { data, learnt, outOfFold, summary } = run;
  const { forward } = learnt;
  return {
    rows: {
      timestampsMs: outOfFold.timestamp_ms,
      sessions: outOfFold.session,
      folds: outOfFold.fold,
      regimes: outOfFold.regime,
      labels: Int32Array.from(forward.rows, (row) => data.classes[row] as number),
      uncalibrated: forward.uncalibrated,
      calibrated: forward.chosen.probabilities,
      positions: outOfFold.position,
      forwardReturns: outOfFold.forward_return,
      prices: outOfFold.price,
    },
    calibrationKind: forward.chosen.calibration.kind,
    calibrationLogLosses: forward.chosen.logLosses,
    shap: await shapSample(run),
    drivers: foldDrivers(data, learnt.best.family.name, forward),
    learning: forward.learning,
    folds: summary.folds,
    models: run.models,
    distilled: run.distilled,
    combinatorial: summary.combinatorial,
    costReturn: run.costReturn,
    configurationHash: summary.trial.configuration_hash,
  };
}

async function shapSample({ input, data, learnt, outOfFold, files, openSession }: Run): Promise<ShapSample> {
  const { rows } = learnt.forward;
  const step = Math.max(1, Math.ceil(rows.length / EXPLAINED_ROWS));
  const places = Array.from(rows.keys()).filter((at) => at % step === 0);
  const { chances, hmm } = learnt.fitted;
  const scorer = await loadBundle(files, openSession);
  const explained: (readonly Contribution[])[][] = [];
  for (const at of places) {
    const row = rows[at] as number;
    const features = input.features.subarray(row * data.columns, (row + 1) * data.columns);
    const state = Float64Array.from(chances.subarray(row * hmm.states, (row + 1) * hmm.states));
    explained.push((await scorer.explain(features, state)).map(({ contributions }) => contributions));
  }
  await scorer.close();
  return {
    features: explained[0]?.[0]?.map(({ feature }) => feature) ?? [],
    contributions: Float64Array.from(explained.flat(2), ({ shap }) => shap),
    values: Float64Array.from(
      explained.flatMap(([first]) => first ?? []),
      ({ value }) => value,
    ),
    regimes: places.map((at) => outOfFold.regime[at] as number),
  };
}
