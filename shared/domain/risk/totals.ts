import { epochMs } from '../market/indian-time.ts';
import type { Exchange } from '../market/snapshot.ts';
import { type AccountTotals, type Halt, noTotals } from './account-totals.ts';
import type { ContractDelta } from './contract-delta.ts';
import {
  type BookedTrade,
  MOST_TRADES,
  type Opening,
  type SessionState,
  type TradeResult,
} from './session-state.ts';

/** Margin of a sold option, as fractions of the underlying's value. */
export interface ShortMargin {
  readonly scan: number;
  readonly exposure: number;
}

/** The `risk` table as it stands: every exchange's session, and the halts in force. */
export interface AccountBook {
  readonly sessions: readonly SessionState[];
  readonly halts: readonly Halt[];
}

/** An open position with what it weighs. */
export interface OpenPosition extends Opening {
  readonly trade_id: string;
  readonly exchange: Exchange;
  /** What a rise of its underlying by 1 % would bring. */
  readonly delta_rupees: number;
  readonly exposure_rupees: number;
  /** Whether the chain told no delta: then it counts as a unit of the underlying. */
  readonly delta_assumed: boolean;
}

export interface TotalsInput {
  /** Indian date: whatever belongs to another one is over. */
  readonly date: string;
  readonly accountRupees: number;
  readonly shortMargin: ShortMargin;
  /** The contract's delta now; null where it is not known, and the one at the entry counts. */
  readonly deltaNow?: (symbol: string) => ContractDelta | null;
}

/**
 * The totals of an exchange and of the account. Results count in the order of their recommendations. A position that
 * nobody closed is over with its date; a session that is full (`MOST_TRADES`) counts as open altogether.
 * Example: results of 500, -100 and -300 on an account of 1,000,000 are a day of 0.0001, 2 losses, a drawdown of 0.0004.
 */
export function accountTotals(exchange: Exchange, book: AccountBook, input: TotalsInput): AccountTotals {
  const sessions = book.sessions.filter(({ date }) => date === input.date);
  const own = sessions.find((session) => session.exchange === exchange);
  const drift = book.sessions.find((session) => session.exchange === exchange)?.drift ?? null;
  const all = resultsOf(sessions);
  const mine = own === undefined ? [] : resultsOf([own]);
  const positions = openPositions(book, input);
  const open = openCounts(sessions, positions);
  return {
    ...noTotals(input.date),
    ...perExchange(mine, input.accountRupees),
    account_daily_return: sum(all) / input.accountRupees,
    account_drawdown: drawdown(all) / input.accountRupees,
    open_positions: open.get(exchange) ?? 0,
    account_open_positions: sum([...open.values()]),
    account_delta_rupees: sum(positions.map(({ delta_rupees }) => delta_rupees)),
    account_exposure_rupees: sum(positions.map(({ exposure_rupees }) => exposure_rupees)),
    last_entry_at: latest(own?.trades.map(({ opened }) => opened?.at)),
    last_loss_at: latest(own?.trades.map((trade) => (hasLost(trade) ? trade.closed?.at : undefined))),
    halt: haltOf(exchange, book.halts),
    drift_block: drift?.blocks ? { model_version: drift.model_version, at: drift.at, why: drift.why } : null,
    live_record: book.sessions.find((session) => session.exchange === exchange)?.live_record ?? null,
  };
}

/** How many are open on each exchange. Of a full session nobody knows: all that it keeps count. */
function openCounts(
  sessions: readonly SessionState[],
  positions: readonly OpenPosition[],
): Map<Exchange, number> {
  const countOf = ({ exchange, trades }: SessionState) =>
    trades.length >= MOST_TRADES ? MOST_TRADES : positions.filter((one) => one.exchange === exchange).length;
  return new Map(sessions.map((session) => [session.exchange, countOf(session)]));
}

/** The open positions of a date, by exchange and trade id. */
export function openPositions({ sessions }: AccountBook, input: TotalsInput): OpenPosition[] {
  return sessions
    .filter(({ date }) => date === input.date)
    .toSorted((a, b) => (a.exchange < b.exchange ? -1 : 1))
    .flatMap(({ exchange, trades }) =>
      trades.flatMap(({ trade_id, opened, closed }) =>
        opened === null || closed !== null
          ? []
          : [{ trade_id, exchange, ...opened, ...weightOf(opened, input) }],
      ),
    );
}

/** What a position weighs. A sold contract weighs against its delta and binds its margin. */
export function weightOf(
  opened: Pick<Opening, 'symbol' | 'side' | 'units' | 'price_rupees' | 'delta' | 'underlying'>,
  { shortMargin, deltaNow }: Pick<TotalsInput, 'shortMargin' | 'deltaNow'>,
): Pick<OpenPosition, 'delta_rupees' | 'exposure_rupees' | 'delta_assumed'> {
  const { symbol, side, units, price_rupees } = opened;
  const now = deltaNow?.(symbol) ?? null;
  const delta = now?.delta ?? opened.delta;
  const underlying = now?.underlying ?? opened.underlying ?? strikeOf(symbol) ?? 0;
  const wholeUnit = symbol.endsWith('PE') ? -1 : 1;
  const margin = underlying * (shortMargin.scan + shortMargin.exposure);
  return {
    delta_rupees: (side === 'BUY' ? 1 : -1) * (delta ?? wholeUnit) * units * underlying * 0.01 + 0,
    exposure_rupees: units * (side === 'BUY' ? price_rupees : margin),
    delta_assumed: delta === null,
  };
}

/** Digits of a symbol that end in a strike of six: after a month's name, a letter and day, or year, month and day. */
const SIX_DIGITS = new Set([6, 8, 11]);

/** Index points of the strike that ends an Indian option's symbol. Example: `NIFTY26JAN26050CE` gives 26050. */
function strikeOf(symbol: string): number | null {
  const digits = /(\d{5,})(?:CE|PE)$/.exec(symbol)?.[1];
  return digits === undefined ? null : Number(digits.slice(SIX_DIGITS.has(digits.length) ? -6 : -5));
}

function resultsOf(sessions: readonly SessionState[]): number[] {
  return sessions
    .flatMap(({ trades }) =>
      trades.flatMap(({ trade_id, result }) => (result ? [{ trade_id, ...result }] : [])),
    )
    .sort(byRecommendation)
    .flatMap(({ pnl_rupees }) => pnl_rupees ?? []);
}

type Named = TradeResult & { readonly trade_id: string };

/** Ids begin with their time. */
function byRecommendation(a: Named, b: Named): number {
  const [first, second] = [`${a.recommendation_id} ${a.trade_id}`, `${b.recommendation_id} ${b.trade_id}`];
  return first < second ? -1 : 1;
}

function perExchange(pnl: readonly number[], accountRupees: number) {
  return {
    daily_return: sum(pnl) / accountRupees,
    consecutive_losses: pnl.length - 1 - pnl.findLastIndex((value) => value >= 0),
    drawdown: drawdown(pnl) / accountRupees,
  };
}

/** The deepest fall of the running sum below its highest, which begins at 0: what was stopped stays stopped. */
function drawdown(pnl: readonly number[]): number {
  let [total, peak, deepest] = [0, 0, 0];
  for (const value of pnl) {
    total += value;
    peak = Math.max(peak, total);
    deepest = Math.max(deepest, peak - total);
  }
  return deepest;
}

/** Whether a trade was reported to have lost: as it was claimed, else by its prices. */
function hasLost({ opened, closed }: BookedTrade): boolean {
  if (closed === null) return false;
  if (closed.pnl_rupees !== null) return closed.pnl_rupees < 0;
  if (opened === null || closed.price_rupees === null) return false;
  const gained = closed.price_rupees - opened.price_rupees;
  return opened.side === 'BUY' ? gained < 0 : gained > 0;
}

function haltOf(exchange: Exchange, halts: readonly Halt[]): Halt | null {
  return halts.find(({ scope }) => scope === 'all') ?? halts.find(({ scope }) => scope === exchange) ?? null;
}

function latest(moments: readonly (string | undefined)[] = []): string | null {
  const known = moments.filter((at): at is string => at !== undefined);
  return known.sort((a, b) => epochMs(a) - epochMs(b)).at(-1) ?? null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
