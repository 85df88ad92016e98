import { dailyEquity, type EquityDay, tradeEquity } from './equity.ts';
import { heldMinutes } from './held-minutes.ts';
import { type BacktestMetrics, measureTrades } from './metrics.ts';
import { replaySession } from './option-session.ts';
import type { OptionSession, OptionSetting } from './option-setting.ts';
import { type OptionTrade, SKIP_REASONS, type Skipped, type SkipReason } from './option-trade.ts';

/** What the signals would have earned in options, at recorded prices. */
export interface OptionBacktest {
  /** Scored minutes that asked for a position: the trades and all that was skipped. */
  readonly signals: number;
  readonly skipped: Skipped;
  /** In the order of their closing. */
  readonly trades: readonly OptionTrade[];
  /** Equity after every trade, from `limits.account_rupees`. */
  readonly equity: readonly number[];
  readonly days: readonly EquityDay[];
  readonly metrics: BacktestMetrics;
}

/** A replay that is given its sessions one by one, so that only one of them has to be held. */
export interface OptionReplay {
  /** Replays the next session; each is given once, by rising date. */
  add(session: OptionSession): void;
  result(): OptionBacktest;
}

/**
 * Replays out-of-sample scores in the options that the policy trades: a contract is chosen from the chain as it was last
 * seen at the signal, bought at the chain's next observation, and sold as `exitOf` says. Nothing is held overnight; sizes
 * rest on the account as it began (they do not compound), purchases on what is left of it.
 * Example: `const replay = optionReplay(setting); replay.add(monday); replay.result().metrics.hit_rate`.
 */
export function optionReplay(setting: OptionSetting): OptionReplay {
  const startingEquityRupees = setting.limits.account_rupees;
  const sessions: string[] = [];
  const trades: OptionTrade[] = [];
  const skipped = Object.fromEntries(SKIP_REASONS.map((reason) => [reason, 0])) as Record<SkipReason, number>;
  const skip = (reason: SkipReason, count: number) => {
    skipped[reason] += count;
  };
  let [equity, traded, minutes, held] = [startingEquityRupees, 0, 0, 0];
  return {
    add(session) {
      const added = replaySession(session, setting, equity, skip);
      sessions.push(session.date);
      minutes += session.scores.minute.length;
      held += heldMinutes(session.scores.minute, added);
      for (const trade of added.sort((a, b) => a.exit_minute - b.exit_minute)) {
        trades.push(trade);
        equity += trade.pnl_rupees;
        traded += (trade.entry_price + trade.exit_price) * trade.units;
      }
    },
    result() {
      const days = dailyEquity(sessions, trades, startingEquityRupees);
      const replayed = {
        trades,
        days,
        startingEquityRupees,
        tradedRupees: traded,
        minutes,
        heldMinutes: held,
      };
      return {
        signals: trades.length + SKIP_REASONS.reduce((sum, reason) => sum + skipped[reason], 0),
        skipped: { ...skipped },
        trades: [...trades],
        equity: tradeEquity(trades, startingEquityRupees),
        days,
        metrics: measureTrades(replayed),
      };
    },
  };
}

/** The replay of sessions that are all at hand, by rising date. Example: `backtestOptions([], setting).signals` is 0. */
export function backtestOptions(sessions: Iterable<OptionSession>, setting: OptionSetting): OptionBacktest {
  const replay = optionReplay(setting);
  for (const session of sessions) replay.add(session);
  return replay.result();
}
