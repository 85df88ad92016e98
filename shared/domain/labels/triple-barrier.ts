/** What a price met first: the upper barrier (+1), the lower one (-1), or the time limit (0). */
export type BarrierHit = 'upper' | 'lower' | 'time';

export interface BarrierParameters {
  /** Rows a label looks forward. */
  readonly lookForward: number;
  /** Distance of the upper barrier in volatilities. */
  readonly pt: number;
  /** Distance of the lower barrier in volatilities. */
  readonly sl: number;
}

export const DEFAULT_BARRIER: BarrierParameters = { lookForward: 15, pt: 1, sl: 1 };

/** Lists named for kept rows have one entry per kept row; `volatility` has one per input row. */
export interface TripleBarrier {
  /** Row numbers of the input that have a whole horizon ahead and a price. */
  readonly keptRows: number[];
  /** -1, 0 or 1; 0 also where the volatility is undefined. */
  readonly labels: (-1 | 0 | 1)[];
  /** Null where the volatility is undefined. */
  readonly barrierHit: (BarrierHit | null)[];
  /** Rows until the barrier was met, the whole horizon for `time`; null where the volatility is undefined. */
  readonly minutesToHit: (number | null)[];
  /** Rows at the end without a whole horizon ahead. */
  readonly droppedTailRows: number;
  /** Rows with a missing price, before the tail. */
  readonly droppedNullPriceRows: number[];
  /** Deviation of the last 60 one-row returns (fraction), at least 0.0005; null where undefined. */
  readonly volatility: (number | null)[];
}

/** One-row returns that make a volatility. */
export const VOLATILITY_RETURNS = 60;
const FLOOR = 0.0005;

/**
 * The tracker's triple-barrier labels, exactly: the barriers are one one-row volatility from the price, not scaled
 * to the horizon, and rows run on across gaps and nights (FEATURES.md, section 8). `prices` may hold null or NaN
 * for missing. Callers that train on the result drop rows whose `volatility` is null.
 */
export function tripleBarrier(
  prices: readonly (number | null)[],
  parameters: BarrierParameters = DEFAULT_BARRIER,
): TripleBarrier {
  const known = prices.map((price) => price ?? Number.NaN);
  const volatility = volatilityOf(known);
  const end = Math.max(0, known.length - parameters.lookForward);
  const result: TripleBarrier = {
    keptRows: [],
    labels: [],
    barrierHit: [],
    minutesToHit: [],
    droppedTailRows: known.length - end,
    droppedNullPriceRows: [],
    volatility: volatility.map((sigma) => (Number.isNaN(sigma) ? null : sigma)),
  };
  for (let row = 0; row < end; row += 1) {
    if (Number.isNaN(known[row]!)) result.droppedNullPriceRows.push(row);
    else addRow(result, known, row, volatility[row]!, parameters);
  }
  return result;
}

function addRow(
  result: TripleBarrier,
  prices: readonly number[],
  row: number,
  sigma: number,
  parameters: BarrierParameters,
): void {
  const met = Number.isNaN(sigma) ? null : firstBarrier(prices, row, sigma, parameters);
  result.keptRows.push(row);
  result.labels.push(met?.hit === 'upper' ? 1 : met?.hit === 'lower' ? -1 : 0);
  result.barrierHit.push(met?.hit ?? null);
  result.minutesToHit.push(met?.rows ?? null);
}

function firstBarrier(
  prices: readonly number[],
  row: number,
  sigma: number,
  { lookForward, pt, sl }: BarrierParameters,
): { hit: BarrierHit; rows: number } {
  const price = prices[row]!;
  const upper = price * (1 + pt * sigma);
  const lower = price * (1 - sl * sigma);
  for (let rows = 1; rows <= lookForward; rows += 1) {
    const ahead = prices[row + rows]!;
    if (ahead > upper) return { hit: 'upper', rows };
    if (ahead < lower) return { hit: 'lower', rows };
  }
  return { hit: 'time', rows: lookForward };
}

/** NaN until 60 returns exist, and while one of them is undefined or infinite. */
function volatilityOf(prices: readonly number[]): number[] {
  const filled = carryForward(prices);
  const returns = filled.map((price, row) => price / filled[row - 1]! - 1);
  return returns.map((_, row) => {
    if (row < VOLATILITY_RETURNS) return Number.NaN;
    let sum = 0;
    for (let i = row - VOLATILITY_RETURNS + 1; i <= row; i += 1) sum += returns[i]!;
    const mean = sum / VOLATILITY_RETURNS;
    let squares = 0;
    for (let i = row - VOLATILITY_RETURNS + 1; i <= row; i += 1) squares += (returns[i]! - mean) ** 2;
    return Math.max(Math.sqrt(squares / (VOLATILITY_RETURNS - 1)), FLOOR);
  });
}

function carryForward(prices: readonly number[]): number[] {
  let last = Number.NaN;
  return prices.map((price) => {
    if (!Number.isNaN(price)) last = price;
    return last;
  });
}
