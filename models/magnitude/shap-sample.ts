import type { ShapSample } from '../../shared/domain/training/report/importance.ts';
import type { MagnitudeInput } from '../../shared/ports/magnitude-trainer.ts';
import type { Contribution } from '../../shared/ports/model-scorer.ts';
import type { OpenSession } from '../../shared/ports/model-session.ts';
import type { Fitted } from './fit.ts';
import { loadMagnitude } from './load.ts';
import type { MeasuredRows } from './measured-rows.ts';
import type { Forecasts } from './walk-forward.ts';

/** Rows explained: enough for a steady mean, and less than two seconds. */
const EXPLAINED_ROWS = 200;

/** The finished bundle's explanations of some out-of-fold rows, evenly spread. */
export async function shapSample(
  input: MagnitudeInput,
  data: MeasuredRows,
  { hmm, chances }: Fitted,
  { rows, regimes }: Forecasts,
  files: ReadonlyMap<string, Uint8Array>,
  openSession: OpenSession,
): Promise<ShapSample> {
  const step = Math.max(1, Math.ceil(rows.length / EXPLAINED_ROWS));
  const places = Array.from(rows.keys()).filter((at) => at % step === 0);
  const scorer = await loadMagnitude(files, openSession);
  const explained: (readonly Contribution[])[] = [];
  for (const at of places) {
    const row = rows[at] as number;
    const features = input.features.subarray(row * data.columns, (row + 1) * data.columns);
    const state = Float64Array.from(chances.subarray(row * hmm.states, (row + 1) * hmm.states));
    explained.push((await scorer.explain(features, state)).contributions);
  }
  await scorer.close();
  return {
    features: explained[0]?.map(({ feature }) => feature) ?? [],
    outputs: ['forecast'],
    contributions: Float64Array.from(explained.flat(), ({ shap }) => shap),
    values: Float64Array.from(explained.flat(), ({ value }) => value),
    regimes: places.map((at) => regimes[at] as number),
  };
}
