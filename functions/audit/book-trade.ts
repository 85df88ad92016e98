import { exchangeOfSymbol, openingReport, tradeFact } from '../../shared/domain/audit/booked-trade.ts';
import type { StoredTrade } from '../../shared/domain/audit/trade.ts';
import type { ContractPolicy } from '../../shared/domain/market/contract-policy.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { epochMs, MINUTE_MS, minuteStamp, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { ChainSnapshot, Exchange } from '../../shared/domain/market/snapshot.ts';
import { type RiskFact, withFact } from '../../shared/domain/risk/session-state.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { RiskStore } from '../../shared/ports/risk-store.ts';

/** A chain that was seen longer before the entry says nothing of it. */
const FRESH_MINUTES = 5;

export interface BookingPorts {
  readonly store: Pick<RecommendationStore, 'tradeReports' | 'trail'>;
  readonly risk: Pick<RiskStore, 'change'>;
  readonly window: Pick<OnlineWindow, 'minutes'>;
  /** Which chain the contract of an exchange's signals comes from. */
  readonly contracts: ContractPolicy;
  readonly rules: ExchangesRules;
  readonly clock: Clock;
}

/**
 * Books a trade into its exchange's session from all of its reports, so that it counts from the moment its report was
 * taken. Twice, or in another order, is the same as once. A trade of a day to come, or of an exchange that nothing names,
 * is left out.
 */
export function bookTrade(ports: BookingPorts) {
  const factOf = factOfTrade(ports);
  return async (tradeId: string): Promise<void> => {
    const booked = await factOf(tradeId);
    if (booked === undefined) return;
    await ports.risk.change(booked.exchange, (state) => withFact(state, booked.fact));
  };
}

/** What a trade says to its exchange's session, from all of its reports. */
export interface BookedFact {
  readonly exchange: Exchange;
  readonly fact: RiskFact;
}

/** Finds it out and writes nothing; undefined for a trade of a day to come, or of an exchange that nothing names. */
export function factOfTrade(ports: Omit<BookingPorts, 'risk'>) {
  return async (tradeId: string): Promise<BookedFact | undefined> => {
    const reports = await ports.store.tradeReports(tradeId);
    const exchange = await exchangeOf(ports, reports);
    if (exchange === null) return undefined;
    const chain = ports.contracts[exchange].chain;
    const opening = openingReport(reports);
    const chains = opening === undefined ? [] : await chainsAt(ports, [chain, exchange], opening.timestamp);
    const fact = tradeFact({ reports, chains, chain, rules: ports.rules });
    if (fact?.kind !== 'trade' || fact.date > sessionDate(ports.clock())) return undefined;
    return { exchange, fact };
  };
}

/** Of the recommendation it follows, else as it was reported, else of its symbol's underlying. */
async function exchangeOf(
  { store }: Pick<BookingPorts, 'store'>,
  reports: readonly StoredTrade[],
): Promise<Exchange | null> {
  const id = reports.find(({ recommendation_id }) => recommendation_id !== null)?.recommendation_id;
  if (id != null) return (await store.trail(id)).recommendation.exchange;
  const named = reports.find(({ exchange }) => exchange !== null)?.exchange ?? null;
  return named ?? exchangeOfSymbol(reports.find(({ symbol }) => symbol !== null)?.symbol ?? null);
}

/** Each chain's last minute that was over before the entry's: what comes later in a minute takes its place. */
async function chainsAt(
  { window }: Pick<BookingPorts, 'window'>,
  exchanges: readonly Exchange[],
  timestamp: string,
): Promise<ChainSnapshot[]> {
  const toMs = minuteStamp(epochMs(timestamp)) - 1;
  const date = sessionDate(epochMs(timestamp));
  const found = await Promise.all(
    [...new Set(exchanges)].map((one) => window.minutes(one, date, toMs - FRESH_MINUTES * MINUTE_MS, toMs)),
  );
  return found.flatMap((minutes) => minutes.at(-1) ?? []);
}
