import { epochMs, MINUTE_MS, minuteStamp, utcIso } from '../market/indian-time.ts';
import type { Recommendation } from '../scoring/recommendation.ts';
import { type FollowedHorizon, horizonMinutes, OUTCOME_HORIZONS } from './horizon.ts';
import type { EarlierOutcome, FollowedOutcome, HorizonResult } from './outcome.ts';
import {
  GRACE_MINUTES,
  type MarketInput,
  resolvableFromMs,
  resolveOutcome,
  resultAt,
} from './resolve-outcome.ts';
import type { TradeMark } from './trade-mark.ts';

/** Earlier results that are kept; all are counted. */
const KEPT_CORRECTIONS = 10;

/** Every horizon that a recommendation is followed to. */
export const FOLLOWED_HORIZONS: readonly FollowedHorizon[] = [...OUTCOME_HORIZONS, 'close'];

/** What an outcome takes from the recommendation. */
export type Followed = Pick<
  Recommendation,
  'id' | 'exchange' | 'timestamp' | 'action' | 'confidence' | 'regime' | 'model_version'
> & {
  /** Minutes of the target's own horizon, the decisive one. */
  readonly horizonMinutes: number;
};

export interface FollowInput extends Omit<MarketInput, 'recommendation'> {
  readonly followed: Followed;
  /** The mark of the trade that followed; null without one. */
  readonly mark: TradeMark | null;
  /** What was found out before; null at first. */
  readonly before: FollowedOutcome | null;
}

/**
 * A recommendation followed as far as can be known now: the decisive horizon, each other one and the close. A result
 * that was final and comes out differently is a correction: it is counted, and what it said before is kept.
 */
export function followOutcome({ followed, mark, before, ...market }: FollowInput): FollowedOutcome {
  const input = { ...market, recommendation: followed };
  const decisive = resolveOutcome({
    ...input,
    horizonMinutes: followed.horizonMinutes,
    trade: mark,
    tradePnlRupees: mark?.marked_pnl ?? null,
  });
  const now = {
    ...decisive,
    recommended_at: utcIso(epochMs(followed.timestamp)),
    action: followed.action,
    confidence: followed.confidence,
    regime: followed.regime,
    trade_status: mark?.status ?? null,
    horizons: FOLLOWED_HORIZONS.map((horizon) => resultAt(input, horizon)),
  };
  const correction = before === null ? null : correctionOf(before, now, utcIso(market.nowMs));
  return {
    ...now,
    revision: before === null ? 0 : before.revision + 1,
    corrections: (before?.corrections ?? 0) + (correction === null ? 0 : 1),
    earlier: [...(before?.earlier ?? []), ...(correction === null ? [] : [correction])].slice(
      -KEPT_CORRECTIONS,
    ),
  };
}

/** The recommendation's part of an outcome, to follow it further. */
export function followedAgain(outcome: FollowedOutcome): Followed {
  return {
    id: outcome.recommendation_id,
    exchange: outcome.exchange,
    timestamp: outcome.recommended_at,
    action: outcome.action,
    confidence: outcome.confidence,
    regime: outcome.regime,
    model_version: outcome.model_version,
    horizonMinutes: outcome.horizon,
  };
}

/** When a recommendation without an outcome is looked at first: its decisive horizon is over. UTC milliseconds. */
export function firstDueMs({ timestamp, target }: Pick<Recommendation, 'timestamp' | 'target'>): number {
  return minuteStamp(epochMs(timestamp)) + (horizonMinutes(target) + 1) * MINUTE_MS;
}

/**
 * When an outcome is worth looking at again: as soon as the next pending horizon can be resolved, or its grace is over.
 * Null when nothing is pending. UTC milliseconds.
 */
export function nextDueMs(outcome: FollowedOutcome, sessionCloseMs: number, nowMs: number): number | null {
  const recommendation = { timestamp: outcome.recommended_at, action: outcome.action };
  const due = outcome.horizons
    .filter(({ status }) => status === 'pending')
    .map(({ horizon }) => resolvableFromMs({ recommendation, sessionCloseMs }, horizon))
    .map((fromMs) => (fromMs > nowMs ? fromMs : fromMs + GRACE_MINUTES * MINUTE_MS));
  return due.length === 0 ? null : Math.min(...due);
}

/** Whether two outcomes say the same, whenever they were found out. */
export function saysTheSame(one: FollowedOutcome, other: FollowedOutcome): boolean {
  return contentOf(one) === contentOf(other);
}

function contentOf(outcome: FollowedOutcome): string {
  const { status, reason, realised_return, trade_pnl, trade_id, trade_status, horizons } = outcome;
  const all = [status, reason, realised_return, trade_pnl, trade_id, trade_status, outcome.exposure_inverted];
  return JSON.stringify([
    ...all,
    ...horizons.map(({ status, reason, realised_return }) => [status, reason, realised_return]),
  ]);
}

type Results = Pick<FollowedOutcome, 'status' | 'reason' | 'realised_return' | 'trade_pnl' | 'horizons'>;

function correctionOf(before: FollowedOutcome, now: Results, replacedAt: string): EarlierOutcome | null {
  const horizons = before.horizons.filter((result) => {
    const again = now.horizons.find(({ horizon }) => horizon === result.horizon);
    return again !== undefined && isCorrected(result, again);
  });
  const wasSettled = before.trade_status === 'closed' || before.trade_status === 'lapsed';
  const tradeChanged = wasSettled && before.trade_pnl !== null && before.trade_pnl !== now.trade_pnl;
  if (horizons.length === 0 && !isCorrected(before, now) && !tradeChanged) return null;
  const { status, reason, realised_return, realised_direction, correct, trade_pnl, resolved_at } = before;
  return {
    ...{ status, reason, realised_return, realised_direction, correct, trade_pnl, horizons, resolved_at },
    replaced_at: replacedAt,
  };
}

type Result = Pick<HorizonResult, 'status' | 'reason' | 'realised_return'>;

function isCorrected(before: Result, now: Result): boolean {
  if (before.status === 'pending') return false;
  return (
    before.status !== now.status ||
    before.reason !== now.reason ||
    before.realised_return !== now.realised_return
  );
}
