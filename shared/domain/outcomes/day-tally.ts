import * as z from 'zod';
import { epochMs, minuteOfDay } from '../market/indian-time.ts';
import { type Exchange, exchangeSchema } from '../market/snapshot.ts';
import type { FollowedHorizon } from './horizon.ts';
import type { FollowedOutcome, HorizonResult } from './outcome.ts';
import type { TradeMark } from './trade-mark.ts';
import { type Weight, weighedTrades } from './weighed-trades.ts';

const count = z.number().int().nonnegative();
const version = z.string().min(1).nullable();
const regime = count.nullable();
/** Tenth of the confidence that an acting answer had: 6 is 60 to 70 %. */
const tenth = z.number().int().min(0).max(9).nullable();

/** Answers of a session that have everything in common that they are grouped by, at one horizon. */
export const tallyCellSchema = z.object({
  horizon: z.union([z.number().int().positive(), z.literal('close')]),
  /** The horizon is the one of the answers' own target. */
  decisive: z.boolean(),
  regime,
  /** Null for HOLD, which abstains. */
  tenth,
  model_version: version,
  answers: count,
  resolved: count,
  unresolvable: count,
  /** Resolved BUY and SELL, how many of them named the direction, and the sum of their confidences. */
  judged: count,
  correct: count,
  confidence_sum: z.number().nonnegative(),
  corrections: count,
  /** Spans of the session, a horizon long each, in which one was judged: what overlaps is not independent. */
  spans: z.array(count),
});
export type TallyCell = z.infer<typeof tallyCellSchema>;

/** A trade of a session, as far as it is counted. */
export const tallyTradeSchema = z.object({
  trade_id: z.string().min(1),
  /** When it was over, or entered. */
  at: z.iso.datetime({ offset: true }),
  regime,
  tenth,
  model_version: version,
  status: z.enum(['open', 'closed', 'lapsed', 'orphan']),
  manual: z.boolean(),
  exposure_inverted: z.boolean(),
  counts: z.boolean(),
  /** Another trade that counts speaks for its recommendation; false in tallies that did not look yet. */
  repeats: z.boolean().default(false),
  marked_pnl: z.number().nullable(),
  claimed_pnl: z.number().nullable(),
  corrections: count,
});
export type TallyTrade = z.infer<typeof tallyTradeSchema>;

/** What a session's outcomes and trades come to; statistics over many sessions are made of these alone. */
export const dayTallySchema = z.object({
  schema: z.literal(1),
  exchange: exchangeSchema,
  date: z.iso.date(),
  cells: z.array(tallyCellSchema),
  trades: z.array(tallyTradeSchema),
});
export type DayTally = z.infer<typeof dayTallySchema>;

/** The tally of a session: outcomes and marks in any order, each once. The same input gives the same tally. */
export function dayTally(
  exchange: Exchange,
  date: string,
  outcomes: readonly FollowedOutcome[],
  marks: readonly TradeMark[],
): DayTally {
  const cells = new Map<string, Mutable>();
  for (const outcome of outcomes) {
    for (const result of resultsOf(outcome)) add(cells, outcome, result);
  }
  return {
    schema: 1,
    exchange,
    date,
    cells: [...cells.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => frozen(cell)),
    trades: weighedTrades(marks)
      .map(tradeOf)
      .sort((a, b) => (`${a.at} ${a.trade_id}` < `${b.at} ${b.trade_id}` ? -1 : 1)),
  };
}

/** The tenth that a confidence lies in. Example: `tenthOf(0.634)` is 6, and so is that of 0.6; of 1 it is 9. */
export function tenthOf(confidence: number): number {
  return Math.min(9, Math.floor(confidence * 10 + 1e-9));
}

type Mutable = { -readonly [Key in keyof Omit<TallyCell, 'spans'>]: TallyCell[Key] } & {
  readonly spans: Set<number>;
};

/** The decisive result and all others, each horizon once. */
function resultsOf(outcome: FollowedOutcome): HorizonResult[] {
  return [outcome, ...outcome.horizons.filter(({ horizon }) => horizon !== outcome.horizon)];
}

function add(cells: Map<string, Mutable>, outcome: FollowedOutcome, result: HorizonResult): void {
  const { regime, model_version, confidence } = outcome;
  const decisive = result.horizon === outcome.horizon;
  const tenth = outcome.action === 'HOLD' ? null : tenthOf(confidence);
  const key = JSON.stringify([result.horizon, decisive, regime, tenth, model_version]);
  const cell =
    cells.get(key) ?? emptyCell({ horizon: result.horizon, decisive, regime, tenth, model_version });
  cells.set(key, cell);
  cell.answers += 1;
  if (result.status === 'resolved') cell.resolved += 1;
  if (result.status === 'unresolvable') cell.unresolvable += 1;
  if (decisive) cell.corrections += outcome.corrections;
  if (result.correct === null) return;
  cell.judged += 1;
  cell.correct += result.correct ? 1 : 0;
  cell.confidence_sum += confidence;
  cell.spans.add(spanOf(outcome.recommended_at, result.horizon));
}

/** Answers of one span look at the same stretch of prices; up to the close all of a day do. */
function spanOf(recommendedAt: string, horizon: FollowedHorizon): number {
  return horizon === 'close' ? 0 : Math.floor(minuteOfDay(epochMs(recommendedAt)) / horizon);
}

function emptyCell(
  of: Pick<TallyCell, 'horizon' | 'decisive' | 'regime' | 'tenth' | 'model_version'>,
): Mutable {
  const none = {
    answers: 0,
    resolved: 0,
    unresolvable: 0,
    judged: 0,
    correct: 0,
    confidence_sum: 0,
    corrections: 0,
  };
  return { ...of, ...none, spans: new Set() };
}

function frozen({ spans, ...cell }: Mutable): TallyCell {
  return { ...cell, spans: [...spans].sort((a, b) => a - b) };
}

function tradeOf([mark, weight]: readonly [TradeMark, Weight]): TallyTrade {
  const { trade_id, regime, model_version, status, exposure_inverted, marked_pnl, claimed_pnl } = mark;
  const acted = mark.action === 'BUY' || mark.action === 'SELL';
  return {
    ...{ trade_id, regime, model_version, status, exposure_inverted, marked_pnl, claimed_pnl, ...weight },
    at: mark.closed_at ?? mark.entered_at ?? `${mark.date}T00:00:00+05:30`,
    tenth: acted && mark.confidence !== null ? tenthOf(mark.confidence) : null,
    manual: mark.recommendation_id === null,
    corrections: mark.corrections,
  };
}
