import { isStandIn } from '../../shared/domain/audit/stand-in.ts';
import type { Trade } from '../../shared/domain/audit/trade.ts';
import type { OptionPolicy } from '../../shared/domain/backtest/option-policy.ts';
import { type BrokerBook, followedBy, isIdle } from '../../shared/domain/broker/book.ts';
import type { BrokerPolicy } from '../../shared/domain/broker/broker-policy.ts';
import { followSession } from '../../shared/domain/broker/follow-session.ts';
import { sessionTape } from '../../shared/domain/broker/tape.ts';
import { sessionOf, unknownSession } from '../../shared/domain/market/calendar.ts';
import type { ExchangeRules, ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { DAY_MS, istMs, minuteStamp, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { RiskLimits } from '../../shared/domain/risk/risk-limits.ts';
import { Conflict, InvariantViolated } from '../../shared/errors.ts';
import type { BrokerStore } from '../../shared/ports/broker-store.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';

/** Sessions that are looked at: the running one, and earlier ones that nobody ended. */
const SESSIONS = 8;

interface Ports {
  readonly broker: BrokerStore;
  readonly window: OnlineWindow;
  readonly store: RecommendationStore;
  /** What POST /v1/trades does with a report. */
  readonly report: (trade: Trade) => Promise<unknown>;
  readonly exchanges: readonly Exchange[];
  readonly rules: ExchangesRules;
  readonly execution: OptionPolicy;
  readonly limits: RiskLimits;
  readonly policy: BrokerPolicy;
  readonly clock: Clock;
}

/** Reports made in a run, by status, and books that somebody else wrote meanwhile. */
export interface BrokerRun {
  readonly executed: number;
  readonly rejected: number;
  readonly closed: number;
  readonly overtaken: number;
}

/**
 * Takes the books of the broker's exchanges as far as the recorded chains go. A step is written before it is reported, as
 * one record under its revision, and reports wait in it until they were made: whoever breaks off is taken over from, and
 * nothing is bought, sold or reported twice. A session that is over is ended, whenever that is found out.
 */
export function runBroker(ports: Ports) {
  return async (): Promise<BrokerRun> => {
    const run = { executed: 0, rejected: 0, closed: 0, overtaken: 0 };
    const failed: unknown[] = [];
    for (const exchange of ports.exchanges) {
      try {
        for (const { status } of await runExchange(ports, exchange)) run[status] += 1;
      } catch (error) {
        // Whoever was faster takes the book further, or the next run does. What fails holds up no other exchange.
        if (error instanceof Conflict) run.overtaken += 1;
        else failed.push(error);
      }
    }
    if (failed.length > 0) throw failed[0];
    return run;
  };
}

/** @returns the reports made. @throws Conflict when somebody else wrote one of the books meanwhile. */
async function runExchange(ports: Ports, exchange: Exchange): Promise<Trade[]> {
  const books = (await ports.broker.latest(exchange, SESSIONS)).reverse();
  const made: Trade[] = [];
  for (const [at, book] of books.entries()) {
    if (book.done && book.reports.length === 0) continue;
    const { book: next, reports } = await step(ports, book, books[at - 1]);
    books[at] = next;
    made.push(...reports);
  }
  return made;
}

interface Step {
  readonly book: BrokerBook;
  readonly reports: readonly Trade[];
}

/** Makes the reports that were left, goes on, and reports that. @throws Conflict when somebody else wrote the book. */
async function step(ports: Ports, before: BrokerBook, previous: BrokerBook | undefined): Promise<Step> {
  const left = await tell(ports, before);
  const next = await followed(ports, left, previous);
  if (next === left) return { book: left, reports: before.reports };
  const written = await write(ports, next);
  return { book: await tell(ports, written), reports: [...before.reports, ...written.reports] };
}

async function write({ broker }: Ports, book: BrokerBook): Promise<BrokerBook> {
  const written = { ...book, revision: book.revision + 1 };
  await broker.put(written);
  return written;
}

/** Makes the reports of a book; one that was made before changes nothing. Then the book is without them. */
async function tell(ports: Ports, book: BrokerBook): Promise<BrokerBook> {
  if (book.reports.length === 0) return book;
  for (const trade of book.reports) await reported(ports, trade);
  return write(ports, { ...book, reports: [] });
}

async function reported({ report }: Ports, trade: Trade): Promise<void> {
  try {
    await report(trade);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    // Its id is ours alone: nobody can have been faster.
    throw new InvariantViolated(`broker: ${error.message}`, { cause: error });
  }
}

/** The book after all that is complete by now; the very same where there is nothing to do. */
async function followed(
  ports: Ports,
  book: BrokerBook,
  previous: BrokerBook | undefined,
): Promise<BrokerBook> {
  const { rules, execution: policy, limits, clock } = ports;
  const { exchange, date } = book;
  const { chain } = policy.contracts[exchange];
  const untilMs = minuteStamp(clock() - ports.policy.settle_seconds * 1000);
  const isOver = untilMs > endMs(date, rules[chain]);
  if (book.done || (isIdle(book) && !isOver)) return book;
  const equityRupees = book.equity_rupees ?? equityAfter(previous, limits);
  const rows = isIdle(book) ? [] : await ports.window.minutes(chain, date, istMs(date, 0), untilMs - 1);
  const tape = sessionTape(rows, { date, rules: rules[chain], policy });
  const leftToTracker = await followedElsewhere(ports, book);
  const floor = { tape, policy, limits, equityRupees, untilMs, isOver, leftToTracker };
  const next = { ...followSession(book, floor), equity_rupees: equityRupees };
  const foundOn = sessionDate(untilMs);
  return foundOn === date ? next : { ...next, reports: next.reports.map((one) => flagged(one, foundOn)) };
}

/** What is only found out on a later day was not watched when it happened. */
function flagged(trade: Trade, foundOn: string): Trade {
  if (trade.status === 'rejected') return trade;
  return { ...trade, constraint_violation: `not watched: the broker found it on ${foundOn}` };
}

/** The session's close; of a day that has, or whose calendar knows, none the end of it. */
function endMs(date: string, rules: ExchangeRules): number {
  const session = unknownSession(date, rules) === null ? sessionOf(date, rules) : null;
  return session?.closeMs ?? istMs(date, 0) + DAY_MS;
}

/** Sizes rest on the account as it began; purchases on what the sessions before have left of it. */
function equityAfter(previous: BrokerBook | undefined, { account_rupees }: RiskLimits): number {
  if (previous === undefined) return account_rupees;
  return (previous.equity_rupees ?? account_rupees) + previous.tally.profitRupees;
}

/** Recommendations of a book on which somebody else has reported a trade. */
async function followedElsewhere({ store }: Ports, book: BrokerBook): Promise<Set<string>> {
  const ids = followedBy(book);
  const trails = await Promise.all(ids.map((id) => store.trail(id)));
  return new Set(ids.filter((_, at) => trails[at]!.trades.some(({ trade_id }) => !isStandIn(trade_id))));
}
