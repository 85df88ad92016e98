import { counted } from '../market/counted.ts';
import type { StatedOptions } from './execution.ts';
import { shown } from './rule-result.ts';
import type { Trading, TradingSummary } from './trading-summary.ts';
import type { Verdict } from './verdict.ts';

const NUMBERS: readonly (readonly [string, (one: TradingSummary) => number | null])[] = [
  ['signals', (one) => one.signals],
  ['trades', (one) => one.trades],
  ['total return', (one) => one.total_return],
  ['daily Sharpe ratio', (one) => one.daily_sharpe],
  ['hit rate', (one) => one.hit_rate],
  ['payoff', (one) => one.payoff],
  ['profit factor', (one) => one.profit_factor],
  ['largest drawdown', (one) => one.max_drawdown],
  ['costs, share of profits and losses', (one) => one.cost_share],
  ['turnover a session', (one) => one.turnover],
  ['exposure', (one) => one.exposure],
];

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Both ways of trading side by side, of the candidate and of production: one row a number. None where none was replayed. */
export function tradingTable({ rests_on, candidate, baseline }: Verdict): Table | undefined {
  const bundles = [
    ['', candidate.trading],
    ...(baseline ? [['production, ', baseline.trading]] : []),
  ] as const;
  const columns = bundles.flatMap(([whose, trading]) =>
    (['options', 'underlying'] as const)
      .filter((way) => (trading as Trading)[way] !== null)
      .map((way) => ({
        title: `${whose}${way}${way === rests_on && whose === '' ? ' (judged)' : ''}`,
        one: (trading as Trading)[way] as TradingSummary,
      })),
  );
  if (columns.length === 0) return undefined;
  return {
    head: ['number', ...columns.map(({ title }) => title)],
    rows: [
      ...NUMBERS.map(([name, of]) => [name, ...columns.map(({ one }) => cell(of(one)))]),
      ['not traded', ...columns.map(({ one }) => skippedWords(one.skipped))],
    ],
  };
}

/** What the options trade was, in one sentence or two; the underlying's own where there is none. */
export function tradingSentence({ options, execution }: Pick<Verdict, 'options' | 'execution'>): string {
  const underlying =
    `In the underlying: held ${execution.horizon_minutes} minutes, ${execution.cost_bps} basis points a round trip, ` +
    'entry at the next observation.';
  if (options === null) return `The rules rest on the trade in the underlying. ${underlying}`;
  const all = options.recorded + options.not_recorded.length;
  const recorded =
    options.not_recorded.length === 0
      ? `recorded on all ${counted(all, 'session')}`
      : `recorded on ${options.recorded} of ${counted(all, 'session')} (nothing is traded on the others)`;
  return (
    `The rules rest on the trade in options, policy ${options.policy}: one lot of ${options.contract.chain} ` +
    `${depth(options.contract.strikes_in_the_money)}, a call on BUY and a put on SELL, at recorded prices, ${recorded}. ` +
    `${exits(options)} Costs, taxes, fees and slippage by date. ${underlying}`
  );
}

function exits({ target_rupees, stop_rupees, horizon_minutes, flat_from }: StatedOptions): string {
  const at = [
    ...(target_rupees === null ? [] : [`${target_rupees} rupees above`]),
    ...(stop_rupees === null ? [] : [`${stop_rupees} below the entry price`]),
    ...(horizon_minutes === null ? [] : [`after ${horizon_minutes} minutes`]),
    `at ${flat_from}`,
  ];
  return `Sold ${at.join(', ')}.`;
}

function depth(strikes: number): string {
  if (strikes === 0) return 'at the money';
  return `${counted(Math.abs(strikes), 'strike')} ${strikes > 0 ? 'in' : 'out of'} the money`;
}

/** Example: `no_contract 12, cooldown 3`. */
function skippedWords(skipped: TradingSummary['skipped']): string {
  const named = Object.entries(skipped).sort(([, a], [, b]) => b - a);
  return named.length === 0 ? 'none' : named.map(([reason, count]) => `${reason} ${count}`).join(', ');
}

function cell(value: number | null): string {
  return value === null ? '-' : shown(value);
}
