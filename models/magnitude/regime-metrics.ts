import { measureForecasts } from '../../shared/domain/training/magnitude/metrics.ts';
import type { MagnitudeRegime } from '../../shared/ports/magnitude-trainer.ts';
import type { Forecasts } from './walk-forward.ts';

/** How good forecasts were in each regime, the calmest first. */
export function metricsByRegime(forecasts: Forecasts): MagnitudeRegime[] {
  const { regimes } = forecasts;
  const states = [...new Set(regimes)].sort((a, b) => a - b);
  return states.map((regime) => {
    const pick = (values: Float64Array) => values.filter((_, at) => regimes[at] === regime);
    const { amounts, naiveMean, naiveVolatility } = forecasts;
    return {
      regime,
      metrics: measureForecasts({
        amounts: pick(amounts),
        forecasts: pick(forecasts.forecasts),
        naiveMean: pick(naiveMean),
        naiveVolatility: pick(naiveVolatility),
      }),
    };
  });
}
