import type { StoredTrade } from '../../shared/domain/audit/trade.ts';
import { sessionOf } from '../../shared/domain/market/calendar.ts';
import type { ContractPolicy } from '../../shared/domain/market/contract-policy.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { epochMs, MINUTE_MS, sessionDate } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { dayRisk } from '../../shared/domain/outcomes/day-risk.ts';
import { horizonMinutes } from '../../shared/domain/outcomes/horizon.ts';
import { type LinkedTrade, linkTrade } from '../../shared/domain/outcomes/link-trade.ts';
import type { Outcome } from '../../shared/domain/outcomes/outcome.ts';
import { remark } from '../../shared/domain/outcomes/remark.ts';
import { resolveOutcome } from '../../shared/domain/outcomes/resolve-outcome.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { RecommendationStore, RecommendationTrail } from '../../shared/ports/recommendation-store.ts';
import type { RiskStore } from '../../shared/ports/risk-store.ts';
import { type RecordedSession, recordedSessions } from './recorded-sessions.ts';

/** Open recommendations of an exchange in one run; what is left waits for the next quarter of an hour. */
const AT_ONCE = 500;

interface Ports {
  readonly store: RecommendationStore;
  readonly window: OnlineWindow;
  readonly registry: BatchRegistry;
  readonly lake: LakeFiles;
  readonly risk: RiskStore;
  readonly rules: ExchangesRules;
  /** Which chain the contract of an exchange's recommendations comes from. */
  readonly contracts: ContractPolicy;
  readonly clock: Clock;
  /** Moves up to this fraction count as flat. */
  readonly flatBand: number;
  readonly accountRupees: number;
}

export interface OutcomeRequest {
  readonly exchange?: Exchange | undefined;
  /** A whole day again: what late data or a late trade report changes is put right. */
  readonly date?: string | undefined;
}

export interface OutcomeReport {
  readonly resolved: number;
  readonly pending: number;
  readonly unresolvable: number;
}

/**
 * Finds out what became of recommendations whose horizon has passed: the open ones, or all of a day when a date is
 * given. An outcome that is there and comes out the same is not written again; what is pending stays open, and what is
 * not in the audit log yet counts as pending. The day's risk state follows.
 */
export function resolveOutcomes(ports: Ports) {
  return async ({ exchange, date }: OutcomeRequest): Promise<OutcomeReport> => {
    const counts = { resolved: 0, pending: 0, unresolvable: 0 };
    for (const one of exchange === undefined ? EXCHANGES : [exchange]) {
      const outcomes = await resolveExchange(ports, one, date);
      for (const { status } of outcomes) counts[status]++;
    }
    return counts;
  };
}

async function resolveExchange(
  ports: Ports,
  exchange: Exchange,
  date: string | undefined,
): Promise<Outcome[]> {
  const sessions = recordedSessions(ports);
  const wanted =
    date === undefined
      ? await ports.store.unresolved(exchange, AT_ONCE)
      : await ports.store.ofDay(exchange, date);
  const outcomes: Outcome[] = [];
  const written = new Map<string, Outcome[]>(date === undefined ? [] : [[date, []]]);
  for (const { id, timestamp } of wanted) {
    const day = sessionDate(epochMs(timestamp));
    const trail = await ports.store.trail(id);
    const outcome = await outcomeOf(ports, trail, day, sessions);
    outcomes.push(outcome);
    if (outcome.status === 'pending' || isStored(outcome, trail)) continue;
    await ports.store.resolve(outcome, trail.recommendation);
    written.set(day, [...(written.get(day) ?? []), outcome]);
  }
  for (const [day, fresh] of written) await updateRisk(ports, exchange, day, fresh);
  return outcomes;
}

async function outcomeOf(
  ports: Ports,
  { recommendation, trades, logIndex }: RecommendationTrail,
  date: string,
  sessions: (exchange: Exchange, date: string) => Promise<RecordedSession>,
): Promise<Outcome> {
  const { exchange } = recommendation;
  const timestampMs = epochMs(recommendation.timestamp);
  const closeMs = sessionOf(date, ports.rules[exchange])?.closeMs ?? timestampMs;
  const trade = linkTrade(recommendation.action, await wholeReports(ports.store, trades));
  const minutes = horizonMinutes(recommendation.target);
  const untilMs = Math.min(timestampMs + minutes * MINUTE_MS, closeMs);
  const own = await sessions(exchange, date);
  const traded = await sessions(ports.contracts[exchange].chain, date);
  const outcome = resolveOutcome({
    recommendation,
    prices: own.underlying,
    horizonMinutes: minutes,
    sessionCloseMs: closeMs,
    nowMs: ports.clock(),
    flatBand: ports.flatBand,
    trade,
    tradePnlRupees: trade === null ? null : tradePnl(trade, [traded, own], untilMs),
  });
  return logIndex === null ? { ...outcome, status: 'pending' } : outcome;
}

/**
 * A closing names only its trade: one that came before its opening was kept without the recommendation, and is found
 * by the trade's id.
 */
async function wholeReports(
  store: RecommendationStore,
  trades: readonly StoredTrade[],
): Promise<readonly StoredTrade[]> {
  const open = trades.filter(
    ({ status, trade_id }) =>
      status === 'executed' && !trades.some((one) => one.status === 'closed' && one.trade_id === trade_id),
  );
  const found = await Promise.all(open.map(({ trade_id }) => store.tradeReports(trade_id)));
  return [...trades, ...found.flat().filter(({ status }) => status === 'closed')];
}

/** From the first of the chains that had the contract: a trade may be older than the policy, or not follow it. */
function tradePnl(trade: LinkedTrade, chains: readonly RecordedSession[], untilMs: number): number | null {
  for (const { lotSizeOf, contractPriceAt } of chains) {
    const lotSize = lotSizeOf(trade.symbol);
    if (lotSize !== null) return remark(trade, contractPriceAt, lotSize, untilMs);
  }
  return null;
}

/** Whether the same outcome is there already, whenever it was found out. */
function isStored(outcome: Outcome, { outcomes }: RecommendationTrail): boolean {
  const stored = outcomes.find(({ horizon }) => horizon === outcome.horizon);
  if (stored === undefined) return false;
  return (Object.keys(outcome) as (keyof Outcome)[]).every(
    (key) => key === 'resolved_at' || Object.is(outcome[key], stored[key]),
  );
}

async function updateRisk(
  { store, risk, accountRupees }: Ports,
  exchange: Exchange,
  date: string,
  fresh: readonly Outcome[],
): Promise<void> {
  const state = await risk.state(exchange);
  if (state !== undefined && state.date > date) return;
  // The index by day may lag behind what was written a moment ago.
  const known = [...(await store.outcomesOfDay(exchange, date)), ...fresh];
  const byId = new Map(known.map((outcome) => [outcome.recommendation_id, outcome]));
  const inTime = [...byId.values()].sort((a, b) => (a.recommendation_id < b.recommendation_id ? -1 : 1));
  await risk.put(exchange, { date, ...dayRisk(inTime, accountRupees) });
}
