import * as z from 'zod';
import { wilsonInterval } from '../../stats/wilson-interval.ts';
import { epochMs } from '../market/indian-time.ts';
import { exchangeSchema } from '../market/snapshot.ts';
import type { LiveRecord } from '../risk/account-totals.ts';
import type { DayTally, TallyCell, TallyTrade } from './day-tally.ts';

/** What outcomes are grouped by. */
export const STATISTICS_BY = ['exchange', 'regime', 'confidence', 'model', 'horizon'] as const;
export type StatisticsBy = (typeof STATISTICS_BY)[number];

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1).nullable();

/** How a group of answers and trades turned out. Rates are fractions, null where there was nothing to count. */
export const statisticsSchema = z.object({
  /** The group: an exchange, a regime, the lower edge of a tenth of confidence, a model version, minutes or `close`. */
  key: z.string(),
  answers: count,
  resolved: count,
  unresolvable: count,
  /** Resolved BUY and SELL, and how many of them named the realised direction. */
  judged: count,
  correct: count,
  accuracy: share,
  /** Spans without overlap among the judged: what the interval's width rests on. */
  independent: count,
  /** 95 % by Wilson. */
  accuracy_low: share,
  accuracy_high: share,
  /** What the judged claimed: their mean confidence. */
  mean_confidence: share,
  /** Re-marked trades that are over and whose exposure followed a BUY or SELL. */
  trades: count,
  wins: count,
  win_rate: share,
  win_rate_low: share,
  win_rate_high: share,
  /** Mean win over mean loss; null without a win or a loss. */
  payoff: z.number().positive().nullable(),
  pnl_rupees: z.number(),
  /** Largest fall below the running maximum, which starts at 0; at least 0. */
  drawdown_rupees: z.number().nonnegative(),
  /** What those trades were claimed to have brought; of trades without a claim nothing. */
  claimed_pnl_rupees: z.number(),
  /** Trades beside those: against the recommendation, without a price of their own, of no recommendation, open. */
  inverted_trades: count,
  unmarked_trades: count,
  manual_trades: count,
  open_trades: count,
  /** Results that late data put right. */
  corrections: count,
});
export type Statistics = z.infer<typeof statisticsSchema>;

/** What GET /v1/outcomes answers: a window of sessions in groups. */
export const outcomesAnswerSchema = z.object({
  exchange: exchangeSchema.nullable(),
  by: z.enum(STATISTICS_BY),
  /** The first and the last session that was counted; null when there was none. */
  from: z.iso.date().nullable(),
  to: z.iso.date().nullable(),
  sessions: z.number().int().nonnegative(),
  /** In the order of their keys. */
  groups: z.array(statisticsSchema),
  /** All together, at each answer's own horizon. */
  total: statisticsSchema,
});
export type OutcomesAnswer = z.infer<typeof outcomesAnswerSchema>;

/**
 * Statistics of sessions by one thing, groups in the order of their keys. All but `horizon` look at each answer's own
 * horizon; by horizon there are no trades, which have none. Nothing gives no groups.
 */
export function statisticsBy(tallies: readonly DayTally[], by: StatisticsBy): Statistics[] {
  const groups = new Map<string, Group>();
  const groupOf = (key: string) => {
    const group = groups.get(key) ?? { cells: [], trades: [] };
    groups.set(key, group);
    return group;
  };
  for (const tally of tallies) {
    for (const cell of tally.cells) {
      if (by === 'horizon' || cell.decisive)
        groupOf(cellKey(by, tally, cell)).cells.push({ ...cell, day: dayOf(tally) });
    }
    if (by === 'horizon') continue;
    for (const trade of tally.trades) groupOf(tradeKey(by, tally, trade)).trades.push(trade);
  }
  return [...groups].sort(([a], [b]) => order(a, b)).map(([key, group]) => statisticsOf(key, group));
}

/** Everything together, at each answer's own horizon. */
export function statisticsTotal(tallies: readonly DayTally[]): Statistics {
  return statisticsOf('all', {
    cells: tallies.flatMap((tally) =>
      tally.cells.filter(({ decisive }) => decisive).map((cell) => ({ ...cell, day: dayOf(tally) })),
    ),
    trades: tallies.flatMap(({ trades }) => trades),
  });
}

/** What a version's counted trades brought, for its sizes, each recommendation once. Without trades the rates are null. */
export function liveRecordOf(tallies: readonly DayTally[], modelVersion: string): LiveRecord {
  const trades = tallies
    .flatMap((tally) => tally.trades)
    .filter((one) => one.model_version === modelVersion && !one.repeats);
  const { trades: counted, win_rate, payoff } = statisticsOf(modelVersion, { cells: [], trades });
  return { model_version: modelVersion, trades: counted, win_rate, payoff };
}

interface Group {
  readonly cells: (TallyCell & { readonly day: string })[];
  readonly trades: TallyTrade[];
}

const NONE = 'none';

function dayOf({ exchange, date }: DayTally): string {
  return `${exchange} ${date}`;
}

function cellKey(by: StatisticsBy, tally: DayTally, cell: TallyCell): string {
  if (by === 'horizon') return String(cell.horizon);
  return sharedKey(by, tally, cell);
}

function tradeKey(by: Exclude<StatisticsBy, 'horizon'>, tally: DayTally, trade: TallyTrade): string {
  return sharedKey(by, tally, trade);
}

function sharedKey(
  by: Exclude<StatisticsBy, 'horizon'>,
  { exchange }: DayTally,
  { regime, tenth, model_version }: Pick<TallyCell, 'regime' | 'tenth' | 'model_version'>,
): string {
  if (by === 'exchange') return exchange;
  if (by === 'regime') return regime === null ? NONE : String(regime);
  if (by === 'confidence') return tenth === null ? 'HOLD' : (tenth / 10).toFixed(1);
  return model_version ?? NONE;
}

/** Numbers by size before words. */
function order(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
  if (!Number.isNaN(x) && x !== y) return x - y;
  return a < b ? -1 : 1;
}

function statisticsOf(key: string, { cells, trades }: Group): Statistics {
  const sum = (of: 'answers' | 'resolved' | 'unresolvable' | 'judged' | 'correct' | 'confidence_sum') =>
    cells.reduce((total, cell) => total + cell[of], 0);
  const [judged, correct] = [sum('judged'), sum('correct')];
  const spans = new Set(
    cells.flatMap(({ day, horizon, spans }) => spans.map((span) => `${day} ${horizon} ${span}`)),
  );
  const accuracy = judged === 0 ? null : correct / judged;
  const interval = accuracy === null ? null : wilsonInterval(accuracy, spans.size);
  const corrections = [...cells, ...trades].reduce((total, one) => total + one.corrections, 0);
  return {
    key,
    answers: sum('answers'),
    resolved: sum('resolved'),
    unresolvable: sum('unresolvable'),
    judged,
    correct,
    accuracy,
    independent: spans.size,
    accuracy_low: interval?.low ?? null,
    accuracy_high: interval?.high ?? null,
    mean_confidence: judged === 0 ? null : Math.min(1, sum('confidence_sum') / judged),
    ...tradesOf(trades),
    corrections,
  };
}

function tradesOf(trades: readonly TallyTrade[]) {
  const counted = trades.filter(({ counts }) => counts).sort((a, b) => epochMs(a.at) - epochMs(b.at));
  const pnl = counted.map(({ marked_pnl }) => marked_pnl ?? 0);
  const [wins, losses] = [pnl.filter((value) => value > 0), pnl.filter((value) => value < 0)];
  const payoff = -total(wins) / wins.length / (total(losses) / losses.length);
  const win_rate = pnl.length === 0 ? null : wins.length / pnl.length;
  const interval = win_rate === null ? null : wilsonInterval(win_rate, pnl.length);
  const number = (is: (trade: TallyTrade) => boolean) => trades.filter(is).length;
  return {
    trades: pnl.length,
    wins: wins.length,
    win_rate,
    win_rate_low: interval?.low ?? null,
    win_rate_high: interval?.high ?? null,
    payoff: Number.isFinite(payoff) ? payoff : null,
    pnl_rupees: total(pnl),
    drawdown_rupees: drawdown(pnl),
    claimed_pnl_rupees: total(counted.map(({ claimed_pnl }) => claimed_pnl ?? 0)),
    inverted_trades: number((one) => one.exposure_inverted),
    unmarked_trades: number((one) => one.status !== 'open' && one.marked_pnl === null),
    manual_trades: number((one) => one.manual),
    open_trades: number((one) => one.status === 'open'),
  };
}

function drawdown(pnl: readonly number[]): number {
  let [sum, peak, deepest] = [0, 0, 0];
  for (const value of pnl) {
    sum += value;
    peak = Math.max(peak, sum);
    deepest = Math.max(deepest, peak - sum);
  }
  return deepest;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
