import { targetNamed } from '../../shared/domain/training/targets.ts';
import type { MagnitudeInput } from '../../shared/ports/magnitude-trainer.ts';
import { type MarketShape, marketRows } from './market-rows.ts';

const HORIZON = 15;

/** The market of `marketRows` with the size of its 15-minute moves: its two volatility regimes make them predictable. */
export function measuredMarket(shape: Partial<MarketShape> = {}): MagnitudeInput {
  const market = marketRows({ sessions: 9, rowsPerSession: 120, features: 9, edge: 0, seed: 3, ...shape });
  const prices = market.prices!;
  const { learns, unit } = targetNamed('mag15');
  const labels = Float64Array.from(prices, (price, row) => {
    const isWithin = market.sessions[row + HORIZON] === market.sessions[row];
    return isWithin ? learns(prices[row + HORIZON]! / price - 1) : Number.NaN;
  });
  return {
    ...market,
    target: 'mag15',
    unit: unit!,
    labels,
    labelSpanMinutes: labels.map((label) => (Number.isNaN(label) ? 0 : HORIZON)),
    prices,
  };
}
