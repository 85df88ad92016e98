import { sessionOf } from '../../shared/domain/market/calendar.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import {
  addDays,
  DAY_MS,
  epochMs,
  istMs,
  MINUTE_MS,
  sessionDate,
  utcIso,
} from '../../shared/domain/market/indian-time.ts';
import type { QualityPolicy } from '../../shared/domain/market/quality/quality-policy.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { horizonMinutes } from '../../shared/domain/outcomes/horizon.ts';
import { resolveOutcome } from '../../shared/domain/outcomes/resolve-outcome.ts';
import { type ResolvedShadow, shadowSession } from '../../shared/domain/outcomes/shadow-session.ts';
import { type ChallengerSpan, challengerSpans } from '../../shared/domain/promotion/challenger.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { ShadowStore } from '../../shared/ports/shadow-store.ts';
import { recordedSessions } from './recorded-sessions.ts';

/** A session that could not be judged within this many days never is: its prices have left the online window. */
const LOOK_BACK_DAYS = 7;
/** After the close: the last answers have come off their queue, and the last prices are there. */
const JUDGED_AFTER_MS = 15 * MINUTE_MS;

interface Ports {
  readonly shadows: ShadowStore;
  /** Live answers are only counted here. */
  readonly recommendations: Pick<RecommendationStore, 'ofDay'>;
  readonly window: OnlineWindow;
  readonly registry: BatchRegistry;
  readonly lake: LakeFiles;
  readonly rules: ExchangesRules;
  readonly quality: QualityPolicy;
  readonly target: string;
  readonly clock: Clock;
  /** Moves up to this fraction count as flat; it is the cost of a round trip. */
  readonly flatBand: number;
}

export interface ShadowReport {
  readonly resolved: number;
  readonly sessions: number;
}

/**
 * Finds out what became of the challengers' answers, at the horizon and by the rule of the live ones, and judges each
 * session once, when it is over. Nothing that is live is written.
 */
export function resolveShadows(ports: Ports) {
  return async (): Promise<ShadowReport> => {
    const counts = { resolved: 0, sessions: 0 };
    for (const exchange of EXCHANGES) {
      for (const day of await openDays(ports, exchange)) {
        const { resolved, sessions } = await resolveDay(ports, exchange, day);
        counts.resolved += resolved;
        counts.sessions += sessions;
      }
    }
    return counts;
  };
}

/** A challenger on one date, and when on it it was scored. */
interface ChallengerDay {
  readonly version: string;
  readonly date: string;
  readonly spans: readonly ChallengerSpan[];
}

async function openDays({ shadows, target, clock }: Ports, exchange: Exchange): Promise<ChallengerDay[]> {
  const today = sessionDate(clock());
  const spans = challengerSpans(await shadows.changes(exchange, target));
  const days: ChallengerDay[] = [];
  for (const version of new Set(spans.map((span) => span.version))) {
    const own = spans.filter((span) => span.version === version);
    const dates = Array.from({ length: LOOK_BACK_DAYS }, (_, back) => addDays(today, -back)).filter((date) =>
      own.some((span) => touches(span, date)),
    );
    if (dates.length === 0) continue;
    const judged = new Set((await shadows.sessions(exchange, target, version)).map(({ date }) => date));
    days.push(...dates.filter((date) => !judged.has(date)).map((date) => ({ version, date, spans: own })));
  }
  return days;
}

function touches({ fromMs, toMs }: ChallengerSpan, date: string): boolean {
  const startMs = istMs(date, 0);
  return fromMs < startMs + DAY_MS && (toMs === null || toMs >= startMs);
}

async function resolveDay(ports: Ports, exchange: Exchange, day: ChallengerDay): Promise<ShadowReport> {
  const { shadows, target, rules, clock } = ports;
  const closeMs = sessionOf(day.date, rules[exchange])?.closeMs;
  if (closeMs === undefined) return { resolved: 0, sessions: 0 };
  const kept = await shadows.answersOfDay(exchange, target, day.version, day.date);
  const { prices } = await pricesOf(ports, exchange, day.date, kept);
  let resolved = 0;
  const known: ResolvedShadow[] = [];
  for (const shadow of kept) {
    const now = outcomeOf(ports, shadow, prices, closeMs);
    known.push(now);
    if (now.outcome === shadow.outcome || now.outcome === null) continue;
    await shadows.resolve(now.answer, now.outcome);
    resolved += 1;
  }
  const isOver = clock() >= closeMs + JUDGED_AFTER_MS;
  return { resolved, sessions: isOver ? await judge(ports, exchange, day, known) : 0 };
}

async function pricesOf(ports: Ports, exchange: Exchange, date: string, kept: readonly ResolvedShadow[]) {
  const isOpen = kept.some(({ answer, outcome }) => answer.fault === null && outcome === null);
  if (!isOpen) return { prices: new Map<number, number>() };
  return { prices: (await recordedSessions(ports)(exchange, date)).underlying };
}

/** The shadow with its outcome if that is known by now; a fault has none. */
function outcomeOf(
  { clock, flatBand }: Ports,
  shadow: ResolvedShadow,
  prices: ReadonlyMap<number, number>,
  sessionCloseMs: number,
): ResolvedShadow {
  const { answer } = shadow;
  if (answer.action === null || shadow.outcome !== null) return shadow;
  const { id, exchange, timestamp, target } = answer.live;
  const outcome = resolveOutcome({
    recommendation: { id, exchange, timestamp, action: answer.action, model_version: answer.version },
    prices,
    horizonMinutes: horizonMinutes(target),
    sessionCloseMs,
    nowMs: clock(),
    flatBand,
    trade: null,
    tradePnlRupees: null,
  });
  return outcome.status === 'pending' ? shadow : { answer, outcome };
}

/** One row for each live version that answered while the challenger was set. @returns how many */
async function judge(
  { shadows, recommendations, target, clock, flatBand }: Ports,
  exchange: Exchange,
  { version, date, spans }: ChallengerDay,
  known: readonly ResolvedShadow[],
): Promise<number> {
  const asked = (await recommendations.ofDay(exchange, date)).filter(
    (live) =>
      live.target === target &&
      live.model_version !== version &&
      spans.some((span) => holds(span, epochMs(live.recorded_at))),
  );
  const seen = [
    ...asked.map((live) => live.model_version),
    ...known.map(({ answer }) => answer.live.model_version),
  ];
  const liveVersions = [...new Set(seen)].filter((one) => one !== null);
  const judged_at = utcIso(clock());
  for (const live_version of liveVersions) {
    await shadows.putSession(
      shadowSession({
        of: { exchange, target, date, version, live_version, judged_at },
        asked: asked.filter((live) => live.model_version === live_version).length,
        shadows: known,
        costBps: flatBand * 10_000,
      }),
    );
  }
  return liveVersions.length;
}

function holds({ fromMs, toMs }: ChallengerSpan, atMs: number): boolean {
  return fromMs <= atMs && (toMs === null || atMs < toMs);
}
