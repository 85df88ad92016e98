import type { Row, RowLeg } from '../../bench/peers/option-rows.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { optionPolicy } from '../../shared/config/execution.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import type { OptionPolicy } from '../../shared/domain/backtest/option-policy.ts';
import type { OptionSession, OptionSetting } from '../../shared/domain/backtest/option-setting.ts';
import type { ScoreColumns } from '../../shared/domain/backtest/score-columns.ts';
import type { LegPrices, SessionQuotes } from '../../shared/domain/backtest/session-quotes.ts';
import type { RiskLimits } from '../../shared/domain/risk/risk-limits.ts';

/** A setting of NSE's signals under the default policy with a fine edge, changed where a test says so. */
export function optionSetting(
  policy: Partial<OptionPolicy> = {},
  limits: Partial<RiskLimits> = {},
  change: Partial<OptionSetting> = {},
): OptionSetting {
  const edge = { payoff: 1.2, mostProbable: 1 };
  return {
    exchange: 'NSE',
    policy: { ...optionPolicy(), ...policy },
    rules: exchangesRules().NSE_MONTHLY,
    limits: { ...riskPolicy(), ...limits },
    edges: { buy: edge, sell: edge },
    ...change,
  };
}

/** The rows of one session laid out by column. */
export function sessionOfRows(date: string, rows: readonly Row[]): OptionSession {
  const observed = rows.filter((row) => row.chain !== null);
  const quotes = observed.length === 0 ? null : quotesOf(observed);
  return { date, scores: scoresOf(rows.filter((row) => row.score !== null)), quotes };
}

function scoresOf(rows: readonly Row[]): ScoreColumns {
  return {
    minute: Int32Array.from(rows, (row) => row.minute),
    position: Int8Array.from(rows, (row) => row.score!.position),
    confidence: Float64Array.from(rows, (row) => row.score!.confidence),
    winProbability: Float64Array.from(rows, (row) => row.score!.winProbability),
  };
}

function quotesOf(rows: readonly Row[]): SessionQuotes {
  const strikes = [...new Set(rows.flatMap((row) => row.chain!.legs.map((leg) => leg.strike)))].sort(
    (a, b) => a - b,
  );
  const side = (optionType: RowLeg['option_type']): LegPrices => {
    const prices = { fresh: column(), bid: column(), ask: column() };
    for (const [m, row] of rows.entries()) {
      for (const leg of row.chain!.legs.filter((one) => one.option_type === optionType)) {
        const at = strikes.indexOf(leg.strike) * rows.length + m;
        prices.fresh[at] = leg.fresh ?? Number.NaN;
        prices.bid[at] = leg.bid ?? Number.NaN;
        prices.ask[at] = leg.ask ?? Number.NaN;
      }
    }
    return prices;
  };
  const column = () => new Float64Array(strikes.length * rows.length).fill(Number.NaN);
  return {
    expiry: rows[0]!.chain!.expiry,
    minutes: Int32Array.from(rows, (row) => row.minute),
    atmStrike: Float64Array.from(rows, (row) => row.chain!.atm_strike),
    strikes: Float64Array.from(strikes),
    calls: side('CE'),
    puts: side('PE'),
  };
}
