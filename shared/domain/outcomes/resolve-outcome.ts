import { epochMs, MINUTE_MS, minuteStamp, utcIso } from '../market/indian-time.ts';
import type { Action, Recommendation } from '../scoring/recommendation.ts';
import type { LinkedTrade } from './link-trade.ts';
import type { Outcome, UnresolvableReason } from './outcome.ts';

/** How long after its minute an exit price may still be recorded before the minute counts as a gap. */
const GRACE_MINUTES = 2;

export interface ResolveInput {
  readonly recommendation: Pick<Recommendation, 'id' | 'exchange' | 'timestamp' | 'action' | 'model_version'>;
  /** Price of the underlying by minute (epoch milliseconds of the minute's start): each minute's last row. */
  readonly prices: ReadonlyMap<number, number>;
  readonly horizonMinutes: number;
  readonly sessionCloseMs: number;
  readonly nowMs: number;
  /** Moves up to this fraction count as flat (the cost of a round trip). */
  readonly flatBand: number;
  /** The trade that followed, with its re-marked profit; null without one. */
  readonly trade: LinkedTrade | null;
  readonly tradePnlRupees: number | null;
}

/**
 * What became of a recommendation after `horizonMinutes`. The entry is its minute's price, the exit the first price
 * within two minutes from the horizon. Pending until the horizon has passed and a price can be expected;
 * unresolvable when the horizon crosses the session's end or a price never came. Late data may be resolved again.
 * Example: BUY at 100, 101 after 15 minutes: realised_return 0.01, realised_direction 1, correct true.
 */
export function resolveOutcome(input: ResolveInput): Outcome {
  const entryMinute = minuteStamp(epochMs(input.recommendation.timestamp));
  const exitMinute = entryMinute + input.horizonMinutes * MINUTE_MS;
  if (exitMinute > input.sessionCloseMs) return unresolvable(input, 'horizon_crosses_session_end');
  const entry = input.prices.get(entryMinute);
  const exit = exitPrice(input, exitMinute);
  if (input.nowMs < exitMinute + MINUTE_MS) return { ...open(input), status: 'pending' };
  if (entry !== undefined && exit !== undefined) return resolved(input, exit / entry - 1);
  if (input.nowMs < exitMinute + (GRACE_MINUTES + 1) * MINUTE_MS)
    return { ...open(input), status: 'pending' };
  return unresolvable(input, entry === undefined ? 'no_entry_price' : 'no_exit_price');
}

function exitPrice({ prices, sessionCloseMs }: ResolveInput, exitMinute: number): number | undefined {
  for (let late = 0; late <= GRACE_MINUTES; late++) {
    const minute = exitMinute + late * MINUTE_MS;
    const price = minute <= sessionCloseMs ? prices.get(minute) : undefined;
    if (price !== undefined) return price;
  }
  return undefined;
}

function resolved(input: ResolveInput, realisedReturn: number): Outcome {
  const direction = directionOf(realisedReturn, input.flatBand);
  return {
    ...open(input),
    status: 'resolved',
    realised_return: realisedReturn,
    realised_direction: direction,
    correct: isCorrect(input.recommendation.action, direction),
    resolved_at: utcIso(input.nowMs),
  };
}

function isCorrect(action: Action, direction: -1 | 0 | 1): boolean | null {
  if (action === 'HOLD') return null;
  return direction === (action === 'BUY' ? 1 : -1);
}

function directionOf(realisedReturn: number, flatBand: number): -1 | 0 | 1 {
  if (Math.abs(realisedReturn) <= flatBand) return 0;
  return realisedReturn > 0 ? 1 : -1;
}

function unresolvable(input: ResolveInput, reason: UnresolvableReason): Outcome {
  return { ...open(input), status: 'unresolvable', reason, resolved_at: utcIso(input.nowMs) };
}

function open(input: ResolveInput): Omit<Outcome, 'status'> {
  const { recommendation, trade } = input;
  return {
    recommendation_id: recommendation.id,
    exchange: recommendation.exchange,
    horizon: input.horizonMinutes,
    reason: null,
    realised_return: null,
    realised_direction: null,
    correct: null,
    trade_pnl: trade === null ? null : input.tradePnlRupees,
    trade_id: trade?.trade_id ?? null,
    exposure_inverted: trade?.exposure_inverted ?? false,
    model_version: recommendation.model_version,
    resolved_at: null,
  };
}
