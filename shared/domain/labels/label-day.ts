import { MINUTE_MS, minuteStamp, sessionDate, utcIso } from '../market/indian-time.ts';
import { forwardReturns, type PricePoint } from './forward-returns.ts';
import { HORIZONS, type LabelRow } from './label-row.ts';
import {
  type BarrierParameters,
  DEFAULT_BARRIER,
  tripleBarrier,
  VOLATILITY_RETURNS,
} from './triple-barrier.ts';

/** The label set that this code makes: triple barrier over 15 minutes, returns over 3, 5, 15 and 30. */
export const LABEL_SET_ID = 'tracker-tb15-v1';

export interface LabelInput extends PricePoint {
  readonly uid: string;
}

export interface LabelOptions {
  /** The session's close (epoch milliseconds): labels that look beyond it are null. Default: the last row. */
  readonly closeMs?: number;
  readonly barrier?: BarrierParameters;
}

/**
 * Labels the rows of one session (one a minute, by rising time), one label row per input row in the same order.
 * Everything is by the clock: minutes without a row are gaps that no barrier is met in, and where half of the minutes
 * that a target rests on are gaps, it is null. Throws RangeError when the
 * rows are not of one session, or not one a minute by rising time. Empty input gives no rows.
 */
export function labelDay(rows: readonly LabelInput[], options: LabelOptions = {}): LabelRow[] {
  assertOneSession(rows);
  const { closeMs = Number.POSITIVE_INFINITY, barrier = DEFAULT_BARRIER } = options;
  const targets = targetsOf(rows, closeMs, barrier);
  const ahead = HORIZONS.map((horizon) => forwardReturns(rows, horizon, closeMs));
  return rows.map((row, index) => {
    const forward = HORIZONS.flatMap((horizon, at) => [
      [`return_${horizon}`, ahead[at]!.returns[index]!],
      [`direction_${horizon}`, ahead[at]!.directions[index]!],
    ]);
    const timestamp = utcIso(row.timestampMs);
    return { uid: row.uid, timestamp, ...Object.fromEntries(forward), ...targets[index]! } as LabelRow;
  });
}

type Target = Pick<LabelRow, 'target' | 'barrier_hit' | 'minutes_to_hit' | 'volatility'>;

/** Below this share of observed minutes, a volatility or a horizon says more about the gaps than the market. */
const MIN_OBSERVED_SHARE = 0.5;

/** The triple barrier on the session's minute grid, so that its horizon is minutes and not rows. */
function targetsOf(rows: readonly LabelInput[], closeMs: number, barrier: BarrierParameters): Target[] {
  const grid = minuteGrid(rows, closeMs);
  const result = tripleBarrier(grid, barrier);
  const kept = new Map(result.keptRows.map((gridRow, index) => [gridRow, index]));
  const isObserved = observedShares(grid);
  return rows.map((row) => {
    const at = gridIndex(rows, row);
    const sigma = result.volatility[at] ?? null;
    const volatility = isObserved(at - VOLATILITY_RETURNS, at) ? sigma : null;
    const index = kept.get(at);
    const minutes = index === undefined ? null : result.minutesToHit[index]!;
    if (index === undefined || volatility === null || minutes === null || !isObserved(at, at + minutes)) {
      return { target: null, barrier_hit: null, minutes_to_hit: null, volatility };
    }
    return {
      target: result.labels[index]!,
      barrier_hit: result.barrierHit[index]!,
      minutes_to_hit: minutes,
      volatility,
    };
  });
}

/** Whether enough of the minutes after `from` up to and including `to` have a row. */
function observedShares(grid: readonly (number | null)[]): (from: number, to: number) => boolean {
  const seen = [0];
  for (const price of grid) seen.push(seen.at(-1)! + Number(price !== null));
  return (from, to) => seen[to + 1]! - seen[Math.max(from, -1) + 1]! >= MIN_OBSERVED_SHARE * (to - from);
}

function minuteGrid(rows: readonly LabelInput[], closeMs: number): (number | null)[] {
  const last = rows.findLast((row) => minuteStamp(row.timestampMs) <= closeMs);
  if (last === undefined) return [];
  const grid = new Array<number | null>(gridIndex(rows, last) + 1).fill(null);
  for (const row of rows) {
    const at = gridIndex(rows, row);
    if (at < grid.length) grid[at] = row.underlyingPrice;
  }
  return grid;
}

function gridIndex(rows: readonly LabelInput[], row: LabelInput): number {
  return (minuteStamp(row.timestampMs) - minuteStamp(rows[0]!.timestampMs)) / MINUTE_MS;
}

function assertOneSession(rows: readonly LabelInput[]): void {
  for (let i = 1; i < rows.length; i += 1) {
    const [before, now] = [rows[i - 1]!.timestampMs, rows[i]!.timestampMs];
    if (minuteStamp(now) <= minuteStamp(before) || sessionDate(now) !== sessionDate(before)) {
      throw new RangeError(
        `rows: expected one row a minute of one session by rising time, was ${utcIso(now)} after ${utcIso(before)}`,
      );
    }
  }
}
