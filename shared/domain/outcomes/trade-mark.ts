import * as z from 'zod';
import type { StoredTrade } from '../audit/trade.ts';
import { epochMs, MINUTE_MS, sessionDate, utcIso } from '../market/indian-time.ts';
import { type Exchange, exchangeSchema } from '../market/snapshot.ts';
import type { Recommendation } from '../scoring/recommendation.ts';
import { horizonMinutes } from './horizon.ts';
import { closingOf, type LinkedTrade, linkTrade, type OptionType } from './link-trade.ts';
import type { ContractPriceAt } from './recorded-prices.ts';

const utc = z.iso.datetime({ offset: true }).nullable();
const rupees = z.number().nullable();

/** Why a trade has no profit of its own from recorded prices. */
export const UNMARKED_REASONS = [
  'never_opened',
  'unknown_contract',
  'no_entry_price',
  'no_exit_price',
  'closed_before_opened',
] as const;

/**
 * A reported trade re-marked from recorded prices at its own entry and exit times: the claimed profit beside the marked
 * one, before costs. Only a mark that `counts` feeds Kelly, health, drawdown and the live record.
 */
export const tradeMarkSchema = z.object({
  trade_id: z.string().min(1),
  /** The recommendation it follows, and what that was; nulls for a manual trade. */
  recommendation_id: z.ulid().nullable(),
  action: z.enum(['SELL', 'HOLD', 'BUY']).nullable(),
  model_version: z.string().min(1).nullable(),
  confidence: z.number().min(0).max(1).nullable(),
  regime: z.number().int().nonnegative().nullable(),
  origin: z.enum(['auto', 'manual']),
  /** The recommendation's exchange; of a manual trade the one it names, else the chain of its contract. */
  exchange: exchangeSchema.nullable(),
  /** The chain whose recorded prices marked it; null when none had the contract. */
  chain: exchangeSchema.nullable(),
  symbol: z.string().min(1).nullable(),
  side: z.enum(['BUY', 'SELL']).nullable(),
  quantity_lots: z.number().int().positive().nullable(),
  units: z.number().int().positive().nullable(),
  /** Indian date of the entry (of the closing for an orphan). */
  date: z.iso.date(),
  entered_at: utc,
  closed_at: utc,
  /** `lapsed`: its closing was not reported by the session's end. `orphan`: only its closing was reported. */
  status: z.enum(['open', 'closed', 'lapsed', 'orphan']),
  reason: z.enum(UNMARKED_REASONS).nullable(),
  /** Rupees a unit: as reported, and as recorded. */
  claimed_entry: rupees,
  claimed_exit: rupees,
  marked_entry: rupees,
  marked_exit: rupees,
  /** Rupees: as reported at close, as re-marked, and claimed less marked. */
  claimed_pnl: rupees,
  marked_pnl: rupees,
  difference: rupees,
  exposure_inverted: z.boolean(),
  /** Re-marked, over, uninverted, and after a BUY or SELL of a model. */
  counts: z.boolean(),
  marked_at: utc,
  /** How often it was written before. */
  revision: z.number().int().nonnegative(),
  /** How often a profit that was final came out differently; the newest ten are kept. */
  corrections: z.number().int().nonnegative(),
  earlier: z.array(
    z.object({ status: z.string(), marked_pnl: rupees, replaced_at: z.iso.datetime({ offset: true }) }),
  ),
});
export type TradeMark = z.infer<typeof tradeMarkSchema>;

/** A contract as the recorded chain knows it. */
export interface RecordedContract {
  readonly chain: Exchange;
  /** Units in a lot. */
  readonly units: number;
  readonly optionType: OptionType;
}

export interface MarkInput {
  /** Every report of one trade, at least one of them no rejection. */
  readonly reports: readonly StoredTrade[];
  /** What it follows; null for a manual trade, or where no report names one. */
  readonly recommendation: Recommendation | null;
  /** Null when no recorded chain had the contract. */
  readonly contract: RecordedContract | null;
  readonly priceAt: ContractPriceAt;
  /** End of the entry's session, UTC milliseconds. */
  readonly sessionCloseMs: number;
  readonly nowMs: number;
  readonly before: TradeMark | null;
}

/** So long after the close a closing may still be on its way before the position counts as lapsed. */
const LATE_REPORT_MS = 30 * MINUTE_MS;
const KEPT_CORRECTIONS = 10;

/**
 * Marks a trade from recorded prices. An open position is marked at what it is worth now; one that was never closed at
 * its recommendation's horizon (at the close when it is manual, or was opened after that), and by then has lapsed. A
 * closing before the opening contradicts it: there is no profit.
 * Example: 2 lots of 65 bought at 130 as recorded, claimed 700, recorded at 141.5 on closing: marked 1495, difference -795.
 */
export function markTrade(input: MarkInput): TradeMark {
  const { reports, recommendation, contract, before } = input;
  const linked = linkTrade(recommendation?.action ?? null, reports, contract?.optionType ?? null);
  const mark = { ...headOf(input), ...(linked === null ? orphan(input) : marked(input, linked)) };
  const wasFinal = before !== null && isSettled(before, input);
  const isCorrected = wasFinal && (before.marked_pnl !== mark.marked_pnl || before.status !== mark.status);
  const replaced = isCorrected
    ? [{ status: before.status, marked_pnl: before.marked_pnl, replaced_at: utcIso(input.nowMs) }]
    : [];
  return {
    ...mark,
    counts: countsOf(mark),
    marked_at: utcIso(input.nowMs),
    revision: before === null ? 0 : before.revision + 1,
    corrections: (before?.corrections ?? 0) + replaced.length,
    earlier: [...(before?.earlier ?? []), ...replaced].slice(-KEPT_CORRECTIONS),
  };
}

/** Whether nothing more is expected of a trade: it is over, and it has its profit or its prices are not going to come. */
export function isSettled(
  mark: Pick<TradeMark, 'status' | 'marked_pnl'>,
  { sessionCloseMs, nowMs }: Pick<MarkInput, 'sessionCloseMs' | 'nowMs'>,
): boolean {
  if (mark.status === 'open') return false;
  return mark.status === 'orphan' || mark.marked_pnl !== null || nowMs >= sessionCloseMs + LATE_REPORT_MS;
}

/** Whether two marks say the same, whenever they were made. */
export function marksTheSame(one: TradeMark, other: TradeMark): boolean {
  return contentOf(one) === contentOf(other);
}

function contentOf({
  marked_at: _at,
  revision: _revision,
  corrections: _c,
  earlier: _e,
  ...mark
}: TradeMark): string {
  return JSON.stringify(Object.entries(mark).sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Marked = Omit<TradeMark, 'counts' | 'marked_at' | 'revision' | 'corrections' | 'earlier'>;
type Head = Pick<
  Marked,
  'trade_id' | 'recommendation_id' | 'action' | 'model_version' | 'confidence' | 'regime'
> &
  Pick<Marked, 'origin' | 'exchange' | 'chain' | 'units' | 'claimed_entry' | 'claimed_exit' | 'claimed_pnl'>;

function headOf({ reports, recommendation, contract }: MarkInput): Head {
  const executed = reports.find(({ status }) => status === 'executed');
  const closed = closingOf(reports, executed);
  const named = executed ?? closed ?? reports[0]!;
  return {
    trade_id: named.trade_id,
    recommendation_id: recommendation?.id ?? named.recommendation_id,
    action: recommendation?.action ?? null,
    model_version: recommendation?.model_version ?? null,
    confidence: recommendation?.confidence ?? null,
    regime: recommendation?.regime ?? null,
    origin: named.origin,
    exchange: recommendation?.exchange ?? named.exchange ?? contract?.chain ?? null,
    chain: contract?.chain ?? null,
    units: contract?.units ?? null,
    claimed_entry: executed?.price ?? null,
    claimed_exit: closed?.price ?? null,
    claimed_pnl: closed?.pnl ?? null,
  };
}

/** Nobody knows when, and often what, was bought: there is no profit to mark until its opening is reported. */
function orphan({ reports }: MarkInput): Omit<Marked, keyof Head> {
  const { symbol, side, quantity_lots, timestamp, status } =
    reports.find((one) => one.status === 'closed') ?? reports[0]!;
  return {
    ...{ symbol, side, quantity_lots, entered_at: null, status: 'orphan', reason: 'never_opened' },
    date: sessionDate(epochMs(timestamp)),
    closed_at: status === 'closed' ? timestamp : null,
    ...{
      marked_entry: null,
      marked_exit: null,
      marked_pnl: null,
      difference: null,
      exposure_inverted: false,
    },
  };
}

function marked(input: MarkInput, linked: LinkedTrade): Omit<Marked, keyof Head> {
  const { symbol, side, quantity_lots, entered_at, closed_at, exposure_inverted, claimed_pnl } = linked;
  const { status, untilMs } = statusOf(input, linked);
  const contradicts = closed_at !== null && epochMs(closed_at) < epochMs(entered_at);
  const [entry, exit] = [epochMs(entered_at), untilMs].map((atMs) =>
    input.contract === null || contradicts ? null : input.priceAt(symbol, atMs),
  ) as [number | null, number | null];
  const pnl = profit(input, linked, entry, exit);
  return {
    ...{ symbol, side, quantity_lots, entered_at, closed_at, status, exposure_inverted },
    date: sessionDate(epochMs(entered_at)),
    reason: contradicts ? 'closed_before_opened' : reasonOf(input, entry, exit),
    marked_entry: entry,
    marked_exit: exit,
    marked_pnl: pnl,
    difference: pnl === null || claimed_pnl === null ? null : claimed_pnl - pnl,
  };
}

function profit(
  { contract }: MarkInput,
  { side, quantity_lots }: LinkedTrade,
  entry: number | null,
  exit: number | null,
) {
  if (contract === null || entry === null || exit === null) return null;
  return (side === 'BUY' ? exit - entry : entry - exit) * quantity_lots * contract.units;
}

function reasonOf({ contract }: MarkInput, entry: number | null, exit: number | null): TradeMark['reason'] {
  if (contract === null) return 'unknown_contract';
  if (entry === null) return 'no_entry_price';
  return exit === null ? 'no_exit_price' : null;
}

function statusOf(
  { recommendation, sessionCloseMs, nowMs }: MarkInput,
  { entered_at, closed_at }: LinkedTrade,
): { readonly status: TradeMark['status']; readonly untilMs: number } {
  if (closed_at !== null) return { status: 'closed', untilMs: epochMs(closed_at) };
  if (nowMs < sessionCloseMs + LATE_REPORT_MS) {
    return { status: 'open', untilMs: Math.min(nowMs, sessionCloseMs) };
  }
  if (recommendation === null) return { status: 'lapsed', untilMs: sessionCloseMs };
  const horizonMs = epochMs(recommendation.timestamp) + horizonMinutes(recommendation.target) * MINUTE_MS;
  const isPast = horizonMs <= epochMs(entered_at);
  return { status: 'lapsed', untilMs: isPast ? sessionCloseMs : Math.min(horizonMs, sessionCloseMs) };
}

function countsOf({ status, marked_pnl, exposure_inverted, action, model_version }: Marked): boolean {
  const isOver = status === 'closed' || status === 'lapsed';
  const follows = (action === 'BUY' || action === 'SELL') && model_version !== null;
  return isOver && marked_pnl !== null && !exposure_inverted && follows;
}
