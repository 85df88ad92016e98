import { sessionOf } from '../market/calendar.ts';
import { counted } from '../market/counted.ts';
import type { ExchangeRules } from '../market/exchange-rules.ts';
import { addDays, MINUTE_MS, sessionDate } from '../market/indian-time.ts';
import type { BakingPolicy } from './promotion-policy.ts';
import type { HistoryRow, LivePointer } from './registry.ts';

/**
 * The instant at which `minutes` of open session have passed since `sinceMs`, or null when they had not by `nowMs`.
 * Throws NotFound when a day between them is unknown to the calendar.
 * Example: 30 minutes after a switch at 18:00 on a Thursday are over on Friday at 09:45.
 */
export function sessionMinutesOver(
  sinceMs: number,
  nowMs: number,
  minutes: number,
  rules: ExchangeRules,
): number | null {
  let leftMs = minutes * MINUTE_MS;
  for (let date = sessionDate(sinceMs); date <= sessionDate(nowMs); date = addDays(date, 1)) {
    const session = sessionOf(date, rules);
    if (session === null) continue;
    const fromMs = Math.max(session.openMs, sinceMs);
    const openMs = Math.max(0, session.closeMs - fromMs);
    if (openMs >= leftMs) return fromMs + leftMs <= nowMs ? fromMs + leftMs : null;
    leftMs -= openMs;
  }
  return null;
}

/**
 * Whether what is live bakes: it came by a promotion. What came by a rollback does not, so that an alarm that stays
 * never sends a version back and forth. `history` oldest first.
 */
export function cameByPromotion(pointer: LivePointer, history: readonly HistoryRow[]): boolean {
  const last = history.findLast(({ event }) => SWITCHES.has(event));
  return last?.event === 'promoted' && last.to_version === pointer.version;
}

const SWITCHES: ReadonlySet<HistoryRow['event']> = new Set(['promoted', 'rolled_back', 'withdrawn']);

/** What was seen of a version since its promotion, within its baking window. */
export interface BakingEvidence {
  /** How long each of its answers took, microseconds. */
  readonly latenciesUs: readonly number[];
  /** Answers that were HOLD because the bundle cannot be used. */
  readonly unusable: number;
  /** Feature rows of its set that nobody answered, though they had the time. */
  readonly unanswered: number;
  /** What a comparison of served features with the lake found since; null when it found nothing. */
  readonly parity: string | null;
}

export interface TechnicalAlarm {
  readonly alarm: 'errors' | 'latency' | 'parity';
  /** What was seen, with numbers. */
  readonly why: string;
}

/**
 * The first technical alarm, in the order errors, latency, parity; null when there is none. Results are no technical
 * matter: losses, hit rate and drawdown take nothing back.
 * Example: one answer that cannot use the bundle is the alarm `errors`.
 */
export function technicalAlarm(seen: BakingEvidence, policy: BakingPolicy): TechnicalAlarm | null {
  const { unusable, unanswered, latenciesUs, parity } = seen;
  if (unusable > 0) {
    return { alarm: 'errors', why: `${counted(unusable, 'answer')} could not use its bundle` };
  }
  if (unanswered > policy.max_unanswered) {
    const why = `${counted(unanswered, 'feature row')} without an answer (limit ${policy.max_unanswered})`;
    return { alarm: 'errors', why };
  }
  const slow = latenciesUs.filter((us) => us > policy.slow_us).length;
  if (latenciesUs.length >= policy.min_answers && slow > policy.max_slow_share * latenciesUs.length) {
    const limit = `limit ${Math.round(100 * policy.max_slow_share)} % of them`;
    const why = `${slow} of ${latenciesUs.length} answers took longer than ${policy.slow_us / 1000} ms (${limit})`;
    return { alarm: 'latency', why };
  }
  return parity === null ? null : { alarm: 'parity', why: parity };
}
