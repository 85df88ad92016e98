import { fixed } from './fixed.ts';

/** Inputs of the tracker's position size; rates and volatilities are fractions, money is rupees. */
export interface PositionSizeInput {
  /** Clipped to 0..1; below 0.5 nothing is bought. */
  readonly mlConfidence: number;
  /** Clipped to 0..1. */
  readonly winRate: number;
  /** Mean win over mean loss; at least 0.01. */
  readonly avgWinLossRatio: number;
  readonly maxRisk?: number;
  readonly accountSizeRupees?: number;
  readonly marginPerLotRupees?: number;
  readonly kellyMultiplier?: number;
  /** Fraction per year (live: volatility index / 100); missing, 0 or negative: not used. */
  readonly currentVolatility?: number | null;
  readonly targetVolatility?: number;
}

export interface PositionSize {
  /** Share of the account to risk, four decimals. */
  readonly fraction: number;
  /** Full Kelly share, four decimals. */
  readonly kellyFraction: number;
  readonly recommendedLots: number;
  readonly capitalAllocatedRupees: number;
}

const NOTHING: PositionSize = {
  fraction: 0,
  kellyFraction: 0,
  recommendedLots: 0,
  capitalAllocatedRupees: 0,
};

/**
 * The tracker's position size: fractional Kelly scaled by confidence and volatility, capped at `maxRisk`, and one
 * lot forced whenever there is any edge at all (FEATURES.md, section 9; questionable, see 13.20).
 * No edge, or an input that is not a number, is nothing. Example: confidence 0.72, win rate 0.58, ratio 1.55 give fraction 0.02 and 1 lot.
 */
export function positionSize(input: PositionSizeInput): PositionSize {
  const { maxRisk = 0.02, accountSizeRupees = 1_000_000, marginPerLotRupees = 175_000 } = input;
  const confidence = clip(input.mlConfidence);
  const winRate = clip(input.winRate);
  if (confidence < 0.5 || winRate <= 0) return NOTHING;
  const ratio = Math.max(input.avgWinLossRatio, 0.01);
  const kelly = (winRate * ratio - (1 - winRate)) / ratio;
  if (!(kelly * confidence > 0)) return NOTHING;
  const wanted = kelly * confidence * (input.kellyMultiplier ?? 0.3) * volatilityScale(input);
  const fraction = Math.min(wanted, maxRisk);
  const capital = accountSizeRupees * fraction;
  const lots = marginPerLotRupees === 0 ? 0 : Math.floor(capital / marginPerLotRupees);
  const forced = lots <= 0 && fraction > 0;
  return {
    fraction: Number(fixed(fraction, 4)),
    kellyFraction: Number(fixed(kelly, 4)),
    recommendedLots: forced ? 1 : Math.max(lots, 0),
    capitalAllocatedRupees: Number(fixed(capital, 2)),
  };
}

function volatilityScale({ currentVolatility, targetVolatility = 0.2 }: PositionSizeInput): number {
  if (currentVolatility === undefined || currentVolatility === null || !(currentVolatility > 0)) return 1;
  return Math.min(targetVolatility / currentVolatility, 2);
}

function clip(value: number): number {
  return Math.max(0, Math.min(1, value));
}
