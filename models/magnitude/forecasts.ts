import type { ForecastColumns, MagnitudeInput } from '../../shared/ports/magnitude-trainer.ts';
import type { TrainingParts } from '../../shared/ports/model-trainer.ts';
import { withLabel } from '../candidate/observations.ts';
import type { DataPlan } from '../candidate/plan.ts';
import { likeliestState } from '../hmm/filter.ts';
import { loadMagnitude } from './load.ts';
import type { MeasuredRows } from './measured-rows.ts';
import { besideNaive, type Forecasts } from './walk-forward.ts';

interface Run {
  readonly input: MagnitudeInput;
  readonly data: MeasuredRows;
  readonly plan: DataPlan;
  readonly parts: Pick<TrainingParts, 'openSession'>;
}

/**
 * The bundle's own forecasts of the labelled rows kept back: loaded and asked as it would be in production.
 *
 * @param moves - `recentMoves` of each row
 * @param training - rows of the final fit, on which the naive forecasts are fitted, too
 */
export async function heldOutForecasts(
  { input, data, plan, parts }: Run,
  moves: Float64Array,
  training: Int32Array,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Forecasts> {
  const start = plan.trainingEnd;
  const rows = withLabel(
    data,
    Int32Array.from({ length: data.rows - start }, (_, at) => start + at),
  );
  const beside = (forecasts: Float64Array) => besideNaive(data, moves, training, rows, forecasts);
  if (rows.length === 0) return { rows, fold: [], regimes: [], ...beside(new Float64Array(0)) };
  const scorer = await loadMagnitude(files, parts.openSession);
  try {
    const features = input.features.subarray(start * data.columns);
    const { values, regimeProbabilities } = await scorer.replay(features, data.sessions.slice(start));
    const states = scorer.bundle.regime_states;
    const stateOf = (row: number) =>
      likeliestState(regimeProbabilities.subarray((row - start) * states, (row - start + 1) * states));
    return {
      rows,
      fold: Array.from(rows, () => 0),
      regimes: Array.from(rows, stateOf),
      ...beside(Float64Array.from(rows, (row) => values[row - start] as number)),
    };
  } finally {
    await scorer.close();
  }
}

/** Puts forecasts beside what came true, column by column. */
export function forecastColumns(input: MagnitudeInput, forecasts: Forecasts): ForecastColumns {
  const all = Array.from(forecasts.rows);
  return {
    timestamp_ms: all.map((row) => input.timestampsMs[row] as number),
    session: all.map((row) => input.sessions[row] as string),
    fold: forecasts.fold,
    amount: [...forecasts.amounts],
    forecast: [...forecasts.forecasts],
    naive_mean: [...forecasts.naiveMean],
    naive_volatility: [...forecasts.naiveVolatility],
    regime: forecasts.regimes,
    price: all.map((row) => input.prices[row] as number),
  };
}
