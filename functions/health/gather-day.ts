import type { HealthInput } from '../../shared/domain/health/health-summary.ts';
import { sessionOf } from '../../shared/domain/market/calendar.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import {
  addDays,
  DAY_MS,
  istMs,
  MINUTE_MS,
  sessionDate,
  utcIso,
} from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { DayTally } from '../../shared/domain/outcomes/day-tally.ts';
import type { FollowedOutcome } from '../../shared/domain/outcomes/outcome.ts';
import { type Statistics, statisticsBy } from '../../shared/domain/outcomes/statistics.ts';
import { NotFound } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { TallyStore } from '../../shared/ports/tally-store.ts';

/** The online window is searched this far back for the newest snapshot; what is older is in the lake. */
const RECENT_MINUTES = 60;
const FOLLOWED_DAYS = 7;

export interface DayPorts {
  readonly registry: BatchRegistry;
  readonly models: ModelRegistry;
  readonly window: OnlineWindow;
  readonly recommendations: RecommendationStore;
  readonly tallies: TallyStore;
  readonly rules: ExchangesRules;
  /** The set whose rows are counted: one a minute, as of every set. */
  readonly featureSet: string;
  /** The sets whose served rows are compared with the lake. */
  readonly lakeSets: readonly string[];
  readonly target: string;
}

/** Calendar days behind the numbers by model version: about twenty sessions. */
const LIVE_DAYS = 28;

/** What the registries know of one exchange's day so far. */
export interface GatheredDay extends HealthInput {
  readonly exchange: Exchange;
  /** How long the session has been open, milliseconds; negative before it opens, null when there is none. */
  readonly openForMs: number | null;
  /** The tracker sends this exchange: it has a live model, or data of the last seven days. */
  readonly followed: boolean;
  readonly tallies: readonly DayTally[];
}

export async function gatherDay(ports: DayPorts, exchange: Exchange, nowMs: number): Promise<GatheredDay> {
  const { registry, recommendations, featureSet } = ports;
  const date = sessionDate(nowMs);
  const from = istMs(date, 0);
  const rows = await ports.window.featureRows(exchange, date, featureSet, from, from + DAY_MS - 1);
  const answers = await recommendations.ofDay(exchange, date);
  const outcomes = (await recommendations.outcomesOfDay(exchange, date)).map(countedOnly);
  const tallies = await ports.tallies.between(exchange, addDays(date, -LIVE_DAYS), date);
  const batches = await registry.batches(exchange, date);
  const parity = await parityOf(ports, exchange, date);
  const session = sessionAt(ports.rules, exchange, date);
  const counts = {
    snapshots: await registry.snapshotCount(exchange, date),
    batches: batches.length,
    feature_rows: rows.length,
    recommendations: answers.length,
    recommended_trades: answers.filter(({ execute }) => execute).length,
    ...countsOf(answers.flatMap(({ hold_reason }) => (hold_reason === null ? [] : `hold_${hold_reason}`))),
    ...(parity === null ? {} : { parity_served: parity.served, parity_equal: parity.equal }),
  };
  const newest = await newestSnapshot(ports, exchange, date, nowMs);
  const inLake = batches.map(({ last_timestamp }) => last_timestamp);
  return {
    exchange,
    at: utcIso(nowMs),
    counts,
    quality_rows: rows.map(({ timestamp, quality_flags }) => ({ timestamp, flags: quality_flags })),
    latencies_us: answers.map(({ latency_us }) => latency_us),
    outcomes,
    tallies,
    live: versionsOf(tallies),
    errors: {
      ...(parity === null ? {} : { feature: parity.served - parity.equal }),
      ...(session === 'unknown' ? { calendar: 1 } : {}),
    },
    last_snapshot_at: [...inLake, ...newest].sort().at(-1) ?? null,
    session_open:
      session !== null && session !== 'unknown' && nowMs >= session.openMs && nowMs <= session.closeMs,
    openForMs: session === null || session === 'unknown' ? null : nowMs - session.openMs,
    followed: counts.snapshots > 0 || (await isFollowed(ports, exchange, date)),
  };
}

/** What a position that is still open would bring now is no result yet, and a trade on a HOLD followed nobody. */
function countedOnly(outcome: FollowedOutcome): FollowedOutcome {
  const isCounted = outcome.trade_status !== 'open' && outcome.action !== 'HOLD';
  return isCounted ? outcome : { ...outcome, trade_pnl: null };
}

/** By model version; what no model answered is left out. */
export function versionsOf(tallies: readonly DayTally[]): Statistics[] {
  return statisticsBy(tallies, 'model').filter(({ key }) => key !== 'none');
}

/** Over all sets; null while none of them was compared. */
async function parityOf({ registry, lakeSets }: DayPorts, exchange: Exchange, date: string) {
  const files = await Promise.all(lakeSets.map((set) => registry.dayFile('features', set, exchange, date)));
  const compared = files.flatMap((file) => file?.parity ?? []);
  if (compared.length === 0) return null;
  const sum = (of: 'served' | 'equal') => compared.reduce((total, parity) => total + parity[of], 0);
  return { served: sum('served'), equal: sum('equal') };
}

/** A day that the calendar does not know is counted as an error; the other numbers are there all the same. */
function sessionAt(rules: ExchangesRules, exchange: Exchange, date: string) {
  try {
    return sessionOf(date, rules[exchange]);
  } catch (error) {
    if (error instanceof NotFound) return 'unknown';
    throw error;
  }
}

async function newestSnapshot(
  { window }: DayPorts,
  exchange: Exchange,
  date: string,
  nowMs: number,
): Promise<string[]> {
  const minutes = await window.minutes(exchange, date, nowMs - RECENT_MINUTES * MINUTE_MS, nowMs);
  return minutes.slice(-1).map(({ timestamp }) => timestamp);
}

async function isFollowed({ registry, models, target }: DayPorts, exchange: Exchange, date: string) {
  if ((await models.livePointer(exchange, target)) !== undefined) return true;
  const recent = await registry.dayFiles('chain', 'chain', exchange, addDays(date, -FOLLOWED_DAYS), date);
  return recent.length > 0;
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
