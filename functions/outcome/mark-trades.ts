import type { StoredTrade } from '../../shared/domain/audit/trade.ts';
import { sessionOf } from '../../shared/domain/market/calendar.ts';
import type { ContractPolicy } from '../../shared/domain/market/contract-policy.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { epochMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { markFact } from '../../shared/domain/outcomes/session-result.ts';
import {
  isSettled,
  marksTheSame,
  markTrade,
  type TradeMark,
} from '../../shared/domain/outcomes/trade-mark.ts';
import { withFact } from '../../shared/domain/risk/session-state.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { Conflict, NotFound } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { RiskStore } from '../../shared/ports/risk-store.ts';
import type { RecordedSession, Sessions } from './recorded-sessions.ts';

/** Reports that wait in one run; what is left waits for the next quarter of an hour. */
const AT_ONCE = 500;

export interface MarkPorts {
  readonly store: RecommendationStore;
  readonly risk: RiskStore;
  readonly rules: ExchangesRules;
  /** Which chain the contract of an exchange's recommendations comes from: it is looked through first. */
  readonly contracts: ContractPolicy;
  readonly clock: Clock;
}

/** Which trades: those that wait, and with a date those of that day again, of one exchange where that is named. */
export interface MarkRequest {
  readonly exchange?: Exchange | undefined;
  readonly date?: string | undefined;
}

/**
 * Re-marks reported trades from recorded prices, manual and orphaned ones too, each at its own entry and exit times. A
 * mark that comes out the same is not written again. The risk state follows what counts. @returns the marks that changed.
 */
export function markTrades(ports: MarkPorts, sessions: Sessions) {
  return async ({ exchange, date }: MarkRequest): Promise<TradeMark[]> => {
    const waiting = await ports.store.unmarked(AT_ONCE);
    const again = date === undefined ? [] : await ports.store.marksOfDay(date);
    const ids = new Set([
      ...waiting.map(({ trade_id }) => trade_id),
      ...again.filter((mark) => concerns(mark, exchange)).map(({ trade_id }) => trade_id),
    ]);
    const plans: PlannedMark[] = [];
    for (const id of ids) {
      const plan = await planMark(ports, sessions, id, waiting);
      if (plan !== null) plans.push(plan);
    }
    // Before the marks are kept: a fact may be told twice, but a mark that is kept is not made again.
    await tellRisk(
      ports.risk,
      plans.map(({ mark }) => mark),
    );
    const kept: TradeMark[] = [];
    for (const plan of plans) if (await keep(ports.store, plan)) kept.push(plan.mark);
    return kept;
  };
}

interface PlannedMark {
  readonly mark: TradeMark;
  /** Reports that need not wait any longer. */
  readonly settled: readonly StoredTrade[];
}

/** @returns whether it was kept; not when somebody else has just marked the trade. */
async function keep(store: RecommendationStore, { mark, settled }: PlannedMark): Promise<boolean> {
  try {
    await store.putMark(mark, settled);
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}

function concerns(mark: TradeMark, exchange: Exchange | undefined): boolean {
  return (
    exchange === undefined || mark.exchange === null || mark.exchange === exchange || mark.chain === exchange
  );
}

/** @returns the mark as it is now; null when nothing changes, or nothing was traded. */
async function planMark(
  ports: MarkPorts,
  sessions: Sessions,
  tradeId: string,
  waiting: readonly StoredTrade[],
): Promise<PlannedMark | null> {
  const { reports, mark: before } = await ports.store.tradeTrail(tradeId);
  if (!reports.some(({ status }) => status !== 'rejected')) return null;
  const recommendation = await recommendationOf(ports.store, reports);
  const opening = reports.find(({ status }) => status === 'executed') ?? reports[0]!;
  const found = await contractOf(ports, sessions, opening, recommendation);
  const date = sessionDate(epochMs(opening.timestamp));
  const when = { sessionCloseMs: closeOf(ports.rules, found.chain, date), nowMs: ports.clock() };
  const contract = found.session.contractOf(opening.symbol ?? '');
  const priceAt = await pricesOf(sessions, found.chain, reports, opening);
  const mark = markTrade({ reports, recommendation, contract, priceAt, before, ...when });
  const settled = isSettled(mark, when) ? waiting.filter(({ trade_id }) => trade_id === tradeId) : [];
  const isNews = before === null || !marksTheSame(mark, before);
  return isNews || settled.length > 0 ? { mark, settled } : null;
}

async function recommendationOf(
  store: RecommendationStore,
  reports: readonly StoredTrade[],
): Promise<Recommendation | null> {
  const id = reports.find(({ recommendation_id }) => recommendation_id !== null)?.recommendation_id ?? null;
  if (id === null) return null;
  try {
    return (await store.trail(id)).recommendation;
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

/** The first of the chains that had the contract on the day of its entry: where it should be, then all others. */
async function contractOf(
  { contracts }: MarkPorts,
  sessions: Sessions,
  { symbol, exchange, timestamp }: StoredTrade,
  recommendation: Recommendation | null,
): Promise<{ readonly chain: Exchange; readonly session: RecordedSession }> {
  const named = [recommendation?.exchange, exchange].filter((one) => one !== undefined && one !== null);
  const likely = [...named.map((one) => contracts[one].chain), ...named];
  const chains = [...new Set([...likely, ...(symbol === null ? [] : EXCHANGES)])];
  const date = sessionDate(epochMs(timestamp));
  for (const chain of chains) {
    const session = await sessions(chain, date);
    if (symbol !== null && session.contractOf(symbol) !== null) return { chain, session };
  }
  const chain = chains[0] ?? EXCHANGES[0];
  return { chain, session: await sessions(chain, date) };
}

/** Prices of the days on which the trade was opened and closed. */
async function pricesOf(
  sessions: Sessions,
  chain: Exchange,
  reports: readonly StoredTrade[],
  opening: StoredTrade,
): Promise<RecordedSession['contractPriceAt']> {
  const dates = new Set([opening, ...reports].map(({ timestamp }) => sessionDate(epochMs(timestamp))));
  const days = new Map<string, RecordedSession>();
  for (const date of dates) days.set(date, await sessions(chain, date));
  return (symbol, atMs) => days.get(sessionDate(atMs))?.contractPriceAt(symbol, atMs) ?? null;
}

/** A day that the calendar does not know, or without a session, ends with itself. */
function closeOf(rules: ExchangesRules, chain: Exchange, date: string): number {
  try {
    const session = sessionOf(date, rules[chain]);
    if (session !== null) return session.closeMs;
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
  return epochMs(`${date}T23:59:59+05:30`);
}

async function tellRisk(risk: RiskStore, marks: readonly TradeMark[]): Promise<void> {
  for (const exchange of EXCHANGES) {
    const facts = marks.filter((mark) => mark.exchange === exchange).flatMap((mark) => markFact(mark) ?? []);
    if (facts.length > 0) await risk.change(exchange, (state) => facts.reduce(withFact, state));
  }
}
