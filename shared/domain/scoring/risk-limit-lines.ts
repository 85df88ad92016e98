import * as z from 'zod';
import { utcIso } from '../market/indian-time.ts';
import type { AccountTotals } from '../risk/account-totals.ts';
import { breakerOpen } from './risk-flags/breaker-open.ts';
import { cooldown, cooldownUntilMs } from './risk-flags/cooldown.ts';
import { driftBlocked } from './risk-flags/drift-blocked.ts';
import type { RiskFacts } from './risk-flags/facts.ts';
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
export function riskLimitLines(input: LimitInput, policy: RiskPolicy): RiskLimitLine[] {
  const { totals, liveVersion, nowMs } = input;
  const live = liveVersion === null ? null : { version: liveVersion, exploratory: false, measuredTrades: 0 };
  const facts: Facts = { account: totals, live, nowMs, action: 'BUY', confidence: 0 };
  const { halt, drift_block } = totals;
  const { breakers } = policy;
  return [
    line('halt', halt?.scope ?? 'none', 'none', tradingHalted(facts), `./oi risk resume ${halt?.scope}`),
    ...lossLines(facts, policy),
    ...drawdownLines(facts, policy),
    line(
      'drift',
      drift_block?.model_version ?? 'none',
      `below ${percent(breakers.drift_blocks_from)} of the features`,
      driftBlocked(facts),
      'a drift report below the limit, or another live version',
    ),
    ...positionLines(facts, policy),
    ...accountLines(totals, policy),
  ];
}

type Facts = Pick<RiskFacts, 'live' | 'nowMs' | 'action' | 'confidence'> & {
  readonly account: AccountTotals;
};

const SESSION = 'the next session';
const CLOSED = 'a position that is closed';

function lossLines(facts: Facts, policy: RiskPolicy): RiskLimitLine[] {
  const { max_daily_loss, max_consecutive_losses } = policy.circuit_breaker;
  const { daily_return, account_daily_return, consecutive_losses } = facts.account;
  const tripped = breakerOpen(facts, policy);
  const loss = (name: string, value: number) =>
    line(name, percent(value), percent(-max_daily_loss), value <= -max_daily_loss ? tripped : null, SESSION);
  const isLosing = consecutive_losses >= max_consecutive_losses;
  return [
    loss('daily loss', daily_return),
    loss('daily loss, account', account_daily_return),
    line(
      'losses in a row',
      String(consecutive_losses),
      `below ${max_consecutive_losses}`,
      isLosing ? tripped : null,
      `a trade that does not lose, or ${SESSION}`,
    ),
  ];
}

function drawdownLines(facts: Facts, policy: RiskPolicy): RiskLimitLine[] {
  const stop = policy.breakers.max_session_drawdown;
  const fallen = sessionDrawdown(facts, policy);
  const fall = (name: string, value: number) =>
    line(name, percent(value), `below ${percent(stop)}`, value >= stop ? fallen : null, SESSION);
  const { drawdown, account_drawdown } = facts.account;
  return [fall('session drawdown', drawdown), fall('session drawdown, account', account_drawdown)];
}

function positionLines(facts: Facts, policy: RiskPolicy): RiskLimitLine[] {
  const { max_positions, max_positions_confident, confident_from } = policy.positions;
  const most = policy.breakers.max_account_positions;
  const { open_positions: own, account_open_positions: all } = facts.account;
  const held = openPositions(facts, policy);
  const wait = cooldownUntilMs(facts.account, policy);
  return [
    line(
      'open positions',
      String(own),
      `${max_positions} (${max_positions_confident} from ${percent(confident_from)} confidence)`,
      own >= max_positions ? held : null,
      CLOSED,
    ),
    line('open positions, account', String(all), String(most), all >= most ? held : null, CLOSED),
    line(
      'cooldown',
      wait === null || wait <= facts.nowMs ? 'none' : `until ${utcIso(wait)}`,
      'none',
      cooldown(facts, policy),
      'time',
    ),
  ];
}

function accountLines(totals: AccountTotals, { account_rupees, breakers }: RiskPolicy): RiskLimitLine[] {
  const { account_delta_rupees: delta, account_exposure_rupees: bound } = totals;
  const deltaLimit = breakers.max_account_delta * account_rupees;
  const exposureLimit = breakers.max_account_exposure * account_rupees;
  return [
    line(
      'net delta, account (a move of 1 %)',
      rupees(delta),
      `${rupees(-deltaLimit)} .. ${rupees(deltaLimit)}`,
      Math.abs(delta) > deltaLimit ? 'nothing may be added in its direction' : null,
      `${CLOSED}, or one the other way`,
    ),
    line(
      'exposure, account',
      rupees(bound),
      rupees(exposureLimit),
      bound >= exposureLimit ? 'nothing may be added' : null,
      CLOSED,
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
