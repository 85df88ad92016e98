import type { Interval } from '../../../stats/block-bootstrap.ts';
import { normalCdf } from '../../../stats/normal-cdf.ts';
import { repeatedLooksBound } from '../../../stats/repeated-looks.ts';
import { sharpeBootstrap } from '../../../stats/sharpe-bootstrap.ts';
import { sharpeRatio } from '../../../stats/sharpe-ratio.ts';
import { counted } from '../../market/counted.ts';
import { candidateClass, comparable, type GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/** Below this the error of a daily Sharpe ratio (a third and more) hides whatever a strategy has; only words depend on it. */
const FEW_DAYS = 10;

/**
 * Daily Sharpe ratio. Refresh: the lower end of the day-block bootstrap interval of the difference to production is
 * above -tolerance. Replace: that lower end is above 0, and the difference reaches `superiority`; its interval is so wide
 * that one who looks every night for `looks` nights is ever misled with the chance `false_pass` only.
 * First model: the lower end of its own interval is above `first_floor`, and its held-out days reach `held_out_floor`.
 */
export function sharpe(context: GateContext): RuleResult {
  return context.baseline === null ? firstModel(context) : againstProduction(context);
}

function firstModel(context: GateContext): RuleResult {
  const { confidence, resamples, first_floor, held_out_floor } = context.policy.rules.sharpe;
  const returns = context.candidate.all.backtest.days.map((day) => day.daily_return);
  const tail = (1 - confidence) / 2;
  const interval = sharpeBootstrap(returns, null, { resamples, seed: context.seed, tail });
  const heldOut = context.candidate.held_out.backtest.metrics.daily_sharpe;
  const pass = interval.lower > first_floor && heldOut !== null && heldOut >= held_out_floor;
  return {
    rule: 'sharpe',
    pass,
    candidate: finite(interval.lower),
    baseline: null,
    threshold: first_floor,
    why:
      `First model: ${ofAll(returns, interval)}; the lower end must exceed ${shown(first_floor)}. ` +
      `${ofHeldOut(context, heldOut)} and must reach ${shown(held_out_floor)}.`,
  };
}

function againstProduction(context: GateContext): RuleResult {
  const { resamples, tolerance, superiority } = context.policy.rules.sharpe;
  const kind = candidateClass(context);
  const { mine, theirs } = commonDays(context);
  const difference = sharpeRatio(mine) - sharpeRatio(theirs);
  const tail = tailOf(context, mine.length);
  const interval = sharpeBootstrap(mine, theirs, { resamples, seed: context.seed, tail });
  const floor = kind === 'refresh' ? -tolerance : 0;
  const enough = kind === 'refresh' || difference >= superiority;
  return {
    rule: 'sharpe',
    pass: interval.lower > floor && enough,
    candidate: finite(interval.lower),
    baseline: finite(sharpeRatio(theirs)),
    threshold: floor,
    why:
      `${kind === 'refresh' ? 'Refresh' : 'Replace'}: ${ofCommon(mine.length, difference, interval)}; ` +
      `the lower end must exceed ${shown(floor)}` +
      (kind === 'replace' ? ` and the difference must reach ${shown(superiority)}.` : '.'),
  };
}

function ofAll(returns: readonly number[], interval: Interval): string {
  const days = counted(returns.length, 'out-of-sample day');
  if (returns.length < 2) return `a daily Sharpe ratio and its interval cannot be estimated from ${days}`;
  return `daily Sharpe over ${days} is ${shown(sharpeRatio(returns))}, interval ${range(interval)}`;
}

function ofHeldOut({ candidate }: GateContext, value: number | null): string {
  const { sessions } = candidate.held_out.backtest.metrics;
  const days = counted(sessions, 'held-out day');
  if (value === null) return `It cannot be estimated from ${days}`;
  const note = sessions < FEW_DAYS ? ' (so few days estimate nothing)' : '';
  return `On ${days} it is ${shown(value)}${note}`;
}

function ofCommon(count: number, difference: number, interval: Interval): string {
  const days = counted(count, 'common day');
  if (count < 2) return `a difference from production cannot be estimated from ${days}`;
  return `daily Sharpe differs from production by ${shown(difference)} over ${days}, interval ${range(interval)}`;
}

function commonDays(context: GateContext): { mine: number[]; theirs: number[] } {
  const production = new Map(
    context.baseline?.all.backtest.days.map((day) => [day.session, day.daily_return]) ?? [],
  );
  const days = comparable(context).all.backtest.days.filter((day) => production.has(day.session));
  return {
    mine: days.map((day) => day.daily_return),
    theirs: days.map((day) => production.get(day.session) as number),
  };
}

/** The chance that is left out at each end of the interval. */
function tailOf(context: GateContext, days: number): number {
  const { refresh_confidence, false_pass, looks } = context.policy.rules.sharpe;
  if (candidateClass(context) === 'refresh') return (1 - refresh_confidence) / 2;
  return normalCdf(-repeatedLooksBound(false_pass, looks, Math.max(1, days)));
}

function range({ lower, upper }: Interval): string {
  return `${shown(lower)} to ${shown(upper)}`;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
