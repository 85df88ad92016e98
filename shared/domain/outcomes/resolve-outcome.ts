import { epochMs, MINUTE_MS, minuteStamp, utcIso } from '../market/indian-time.ts';
import type { Action, Recommendation } from '../scoring/recommendation.ts';
import type { FollowedHorizon } from './horizon.ts';
import type { LinkedTrade } from './link-trade.ts';
import type { HorizonResult, Outcome, UnresolvableReason } from './outcome.ts';

/** How long after its minute an exit price may still be recorded before the minute counts as a gap. */
export const GRACE_MINUTES = 2;

/** What is needed to say what the market did after a recommendation. */
export interface MarketInput {
  readonly recommendation: Pick<Recommendation, 'timestamp' | 'action'>;
  /** Price of the underlying by minute (epoch milliseconds of the minute's start): each minute's last usable row. */
  readonly prices: ReadonlyMap<number, number>;
  readonly sessionCloseMs: number;
  readonly nowMs: number;
  /** Moves up to this fraction count as flat (the cost of a round trip). */
  readonly flatBand: number;
}

export interface ResolveInput extends MarketInput {
  readonly recommendation: Pick<Recommendation, 'id' | 'exchange' | 'timestamp' | 'action' | 'model_version'>;
  readonly horizonMinutes: number;
  /** The trade that followed, with its re-marked profit; null without one. */
  readonly trade: Pick<LinkedTrade, 'trade_id' | 'exposure_inverted'> | null;
  readonly tradePnlRupees: number | null;
}

/**
 * What became of a recommendation after `horizonMinutes`. The entry is its minute's price, the exit the first price
 * within two minutes from the horizon. Pending until the horizon has passed and a price can be expected;
 * unresolvable when the horizon crosses the session's end or a price never came. Late data may be resolved again.
 * Example: BUY at 100, 101 after 15 minutes: realised_return 0.01, realised_direction 1, correct true.
 */
export function resolveOutcome(input: ResolveInput): Outcome {
  const { recommendation, trade } = input;
  const result = resultAt(input, input.horizonMinutes);
  return {
    recommendation_id: recommendation.id,
    exchange: recommendation.exchange,
    ...result,
    horizon: input.horizonMinutes,
    trade_pnl: trade === null ? null : input.tradePnlRupees,
    trade_id: trade?.trade_id ?? null,
    exposure_inverted: trade?.exposure_inverted ?? false,
    model_version: recommendation.model_version,
    resolved_at: result.status === 'pending' ? null : utcIso(input.nowMs),
  };
}

/**
 * What the market did up to one horizon, by the rule of `resolveOutcome`. At `close` the exit is the session's last
 * usable price, known three minutes after the close; without one later than the entry it is unresolvable.
 */
export function resultAt(input: MarketInput, horizon: FollowedHorizon): HorizonResult {
  return horizon === 'close' ? resultAtClose(input) : resultAfter(input, horizon);
}

/** The first moment at which a horizon may be resolved; asked later, it may take the grace for its price into account. */
export function resolvableFromMs(
  { recommendation, sessionCloseMs }: Pick<MarketInput, 'recommendation' | 'sessionCloseMs'>,
  horizon: FollowedHorizon,
): number {
  if (horizon === 'close') return sessionCloseMs + (GRACE_MINUTES + 1) * MINUTE_MS;
  return entryMinuteOf(recommendation) + (horizon + 1) * MINUTE_MS;
}

function resultAfter(input: MarketInput, horizon: number): HorizonResult {
  const entryMinute = entryMinuteOf(input.recommendation);
  const exitMinute = entryMinute + horizon * MINUTE_MS;
  if (exitMinute > input.sessionCloseMs) return unresolvable(horizon, 'horizon_crosses_session_end');
  if (input.nowMs < resolvableFromMs(input, horizon)) return pending(horizon);
  const entry = input.prices.get(entryMinute);
  const exit = exitPrice(input, exitMinute);
  if (entry !== undefined && exit !== undefined) return resolved(input, horizon, exit / entry - 1);
  if (input.nowMs < exitMinute + (GRACE_MINUTES + 1) * MINUTE_MS) return pending(horizon);
  return unresolvable(horizon, entry === undefined ? 'no_entry_price' : 'no_exit_price');
}

function resultAtClose(input: MarketInput): HorizonResult {
  if (input.nowMs < resolvableFromMs(input, 'close')) return pending('close');
  const entryMinute = entryMinuteOf(input.recommendation);
  const entry = input.prices.get(entryMinute);
  if (entry === undefined) return unresolvable('close', 'no_entry_price');
  let last = entryMinute;
  for (const minute of input.prices.keys()) {
    if (minute > last && minute <= input.sessionCloseMs) last = minute;
  }
  if (last === entryMinute) return unresolvable('close', 'no_exit_price');
  return resolved(input, 'close', input.prices.get(last)! / entry - 1);
}

function entryMinuteOf({ timestamp }: Pick<Recommendation, 'timestamp'>): number {
  return minuteStamp(epochMs(timestamp));
}

function exitPrice({ prices, sessionCloseMs }: MarketInput, exitMinute: number): number | undefined {
  for (let late = 0; late <= GRACE_MINUTES; late++) {
    const minute = exitMinute + late * MINUTE_MS;
    const price = minute <= sessionCloseMs ? prices.get(minute) : undefined;
    if (price !== undefined) return price;
  }
  return undefined;
}

function resolved(input: MarketInput, horizon: FollowedHorizon, realisedReturn: number): HorizonResult {
  const direction = directionOf(realisedReturn, input.flatBand);
  return {
    ...pending(horizon),
    status: 'resolved',
    realised_return: realisedReturn,
    realised_direction: direction,
    correct: isCorrect(input.recommendation.action, direction),
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

function unresolvable(horizon: FollowedHorizon, reason: UnresolvableReason): HorizonResult {
  return { ...pending(horizon), status: 'unresolvable', reason };
}

function pending(horizon: FollowedHorizon): HorizonResult {
  return {
    horizon,
    status: 'pending',
    reason: null,
    realised_return: null,
    realised_direction: null,
    correct: null,
  };
}
