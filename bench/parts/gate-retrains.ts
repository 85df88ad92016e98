import { trainCandidate } from '../../models/candidate/train.ts';
import { dailyReturns } from '../../models/candidate/trial.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { executionConfig } from '../../shared/config/execution.ts';
import type { ModelFamily } from '../../shared/ports/model-family.ts';
import type { CandidateInput } from '../../shared/ports/model-trainer.ts';

/** Net return of each judged session, by date: the same positions that the ledger's Sharpe ratios rest on. */
export type DailyRecord = ReadonlyMap<string, number>;

/** The rows of some sessions, with some of the features: what another night, or another feature set, would learn from. */
export function cut(
  input: CandidateInput,
  sessions: ReadonlySet<string>,
  keepFeature: (at: number) => boolean = () => true,
): CandidateInput {
  const rows = [...input.sessions.keys()].filter((row) => sessions.has(input.sessions[row]!));
  const columns = [...input.featureNames.keys()].filter(keepFeature);
  const width = input.featureNames.length;
  const of = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
  return {
    ...input,
    featureNames: columns.map((at) => input.featureNames[at]!),
    features: Float64Array.from(
      rows.flatMap((row) => columns.map((at) => input.features[row * width + at]!)),
    ),
    timestampsMs: of(input.timestampsMs),
    sessions: rows.map((row) => input.sessions[row]!),
    targets: Int8Array.from(rows, (row) => input.targets[row]!),
    labelSpanMinutes: of(input.labelSpanMinutes),
    forwardReturns: of(input.forwardReturns),
    prices: input.prices === null ? null : of(input.prices),
  };
}

/** Trains as a night does and gives the out-of-sample record: walk-forward sessions, then those held out. */
export async function recordOf(input: CandidateInput, family: ModelFamily): Promise<DailyRecord> {
  const costReturn = executionConfig().backtest.cost_bps / 10_000;
  const options = { exactnessRows: 100, costReturn };
  const { outOfFold, holdout } = await trainCandidate({ ...input, options }, { family, openSession });
  return new Map(
    [outOfFold, holdout].flatMap((columns) => {
      const { daily_returns } = dailyReturns(columns, costReturn);
      return [...new Set(columns.session)].map((session, at): [string, number] => [
        session,
        daily_returns[at]!,
      ]);
    }),
  );
}
