import { z } from 'zod';
import { utcIso } from '../market/indian-time.ts';
import type { AccountTotals } from '../risk/account-totals.ts';
import { breakerOpen } from './risk-flags/breaker-open.ts';
import { cooldown, cooldownUntilMs } from './risk-flags/cooldown.ts';
import { driftBlocked } from './risk-flags/drift-blocked.ts';
import { openPositions } from './risk-flags/open-positions.ts';
import { sessionDrawdown } from './risk-flags/session-drawdown.ts';
import { tradingHalted } from './risk-flags/trading-halted.ts';
import type { RiskPolicy } from './risk-policy.ts';

/** One limit as a person reads it: what it is now, what it may be, whether it holds answers back, what would lift it. */
export const riskLimitLineSchema = z.object({
  limit: z.string(),
  now: z.string(),
  allowed: z.string(),
  /** Why answers are held back; null when they are not. */
  blocks: z.string().nullable(),
  /** What would lift it; null when nothing is blocked. */
  lifted_by: z.string().nullable(),
});
export type RiskLimitLine = z.infer<typeof riskLimitLineSchema>;

interface LimitInput {
  readonly totals: AccountTotals;
  readonly liveVersion: string | null;
  readonly nowMs: number;
}

/**
 * Every limit of an exchange beside its present value, judged by the rules that answers are given by. Limits that depend
 * on the next position (delta, exposure) block once nothing may be added at all.
 */
export function riskLimitLines(
  { totals, liveVersion, nowMs }: LimitInput,
  policy: RiskPolicy,
): RiskLimitLine[] {
  const live = liveVersion === null ? null : { version: liveVersion, exploratory: false, measuredTrades: 0 };
  const facts = { account: totals, live, nowMs, action: 'BUY' as const, confidence: 0 };
  const { circuit_breaker, breakers, positions, account_rupees } = policy;
  const session = 'the next session';
  const tripped = breakerOpen(facts, policy);
  const isLosing = totals.consecutive_losses >= circuit_breaker.max_consecutive_losses;
  const lost = (value: number) => value <= -circuit_breaker.max_daily_loss;
  const fallen = sessionDrawdown(facts, policy);
  const fell = (value: number) => value >= breakers.max_session_drawdown;
  const held = openPositions(facts, policy);
  const isFull = totals.account_open_positions >= breakers.max_account_positions;
  const wait = cooldownUntilMs(totals, policy);
  const deltaLimit = breakers.max_account_delta * account_rupees;
  const exposureLimit = breakers.max_account_exposure * account_rupees;
  return [
    line(
      'halt',
      totals.halt === null ? 'none' : totals.halt.scope,
      'none',
      tradingHalted(facts),
      `./oi risk resume ${totals.halt?.scope}`,
    ),
    line(
      'daily loss',
      percent(totals.daily_return),
      percent(-circuit_breaker.max_daily_loss),
      lost(totals.daily_return) ? tripped : null,
      session,
    ),
    line(
      'daily loss, account',
      percent(totals.account_daily_return),
      percent(-circuit_breaker.max_daily_loss),
      lost(totals.account_daily_return) ? (tripped ?? null) : null,
      session,
    ),
    line(
      'losses in a row',
      String(totals.consecutive_losses),
      `below ${circuit_breaker.max_consecutive_losses}`,
      isLosing ? tripped : null,
      `a trade that does not lose, or ${session}`,
    ),
    line(
      'session drawdown',
      percent(totals.drawdown),
      `below ${percent(breakers.max_session_drawdown)}`,
      fell(totals.drawdown) ? fallen : null,
      session,
    ),
    line(
      'session drawdown, account',
      percent(totals.account_drawdown),
      `below ${percent(breakers.max_session_drawdown)}`,
      fell(totals.account_drawdown) ? fallen : null,
      session,
    ),
    line(
      'drift',
      totals.drift_block === null ? 'none' : totals.drift_block.model_version,
      `below ${percent(breakers.drift_blocks_from)} of the features`,
      driftBlocked(facts),
      'a drift report below the limit, or another live version',
    ),
    line(
      'open positions',
      String(totals.open_positions),
      `${positions.max_positions} (${positions.max_positions_confident} from ${percent(positions.confident_from)} confidence)`,
      totals.open_positions >= positions.max_positions ? held : null,
      'a position that is closed',
    ),
    line(
      'open positions, account',
      String(totals.account_open_positions),
      String(breakers.max_account_positions),
      isFull ? held : null,
      'a position that is closed',
    ),
    line(
      'cooldown',
      wait === null || wait <= nowMs ? 'none' : `until ${utcIso(wait)}`,
      'none',
      cooldown(facts, policy),
      'time',
    ),
    line(
      'net delta, account (a move of 1 %)',
      rupees(totals.account_delta_rupees),
      `${rupees(-deltaLimit)} .. ${rupees(deltaLimit)}`,
      Math.abs(totals.account_delta_rupees) > deltaLimit ? 'nothing may be added in its direction' : null,
      'a position that is closed, or one the other way',
    ),
    line(
      'exposure, account',
      rupees(totals.account_exposure_rupees),
      rupees(exposureLimit),
      totals.account_exposure_rupees >= exposureLimit ? 'nothing may be added' : null,
      'a position that is closed',
    ),
  ];
}

function line(
  limit: string,
  now: string,
  allowed: string,
  blocks: string | null,
  lift: string,
): RiskLimitLine {
  return { limit, now, allowed, blocks, lifted_by: blocks === null ? null : lift };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Whole rupees in groups of three. Example: `rupees(-250000)` is `-250,000`. */
function rupees(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}
