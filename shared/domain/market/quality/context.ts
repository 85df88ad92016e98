import { nearestStrike } from '../import/nearest-strike.ts';
import { isSameDay, MINUTE_MS } from '../indian-time.ts';
import type { Leg } from '../snapshot.ts';
import type { QualityFinding } from './finding.ts';
import { legOf, type Observed, observe, type QualitySnapshot } from './observed.ts';
import type { QualityPolicy } from './quality-policy.ts';
import type { QualityTerms } from './terms.ts';

/** The legs that are there at one strike of the ladder. */
export interface LadderStrike {
  readonly strike: number;
  readonly call: Leg | undefined;
  readonly put: Leg | undefined;
}

/** Everything a rule may look at. Rules about legs look at the ladder only: far strikes are quoted at will. */
export interface QualityContext {
  readonly now: Observed;
  /** Earlier snapshots of the same session by rising time, none older than the policy's window. */
  readonly history: readonly Observed[];
  /** Strikes around the underlying's price that the tracker follows, by rising strike. */
  readonly ladder: readonly LadderStrike[];
  /** The ladder's legs that are there. */
  readonly legs: readonly Leg[];
  readonly terms: QualityTerms;
  readonly policy: QualityPolicy;
}

/** One rule: null when it has nothing to say. */
export type QualityRule = (context: QualityContext) => QualityFinding | null;

/** Lays out what the rules look at; what is no earlier snapshot of the same session and window is left out. */
export function qualityContext(
  snapshot: QualitySnapshot,
  history: readonly QualitySnapshot[],
  terms: QualityTerms,
  policy: QualityPolicy,
): QualityContext {
  const now = observe(snapshot);
  const ladder = ladderOf(now, terms);
  return {
    now,
    history: history
      .filter((one) => one !== snapshot)
      .map(observe)
      .filter((one) => precedes(one, now, policy)),
    ladder,
    legs: ladder.flatMap(({ call, put }) => [call, put]).filter((leg) => leg !== undefined),
    terms,
    policy,
  };
}

function precedes(earlier: Observed, now: Observed, policy: QualityPolicy): boolean {
  return (
    earlier.snapshot.exchange === now.snapshot.exchange &&
    earlier.ms <= now.ms &&
    earlier.ms >= now.ms - policy.history_minutes * MINUTE_MS &&
    isSameDay(earlier.ms, now.ms)
  );
}

function ladderOf(now: Observed, { strikeStep, ladderSides }: QualityTerms): LadderStrike[] {
  const middle = nearestStrike(now.snapshot.underlying_price, strikeStep);
  return Array.from({ length: 2 * ladderSides + 1 }, (_, index) => {
    const strike = middle + (index - ladderSides) * strikeStep;
    return { strike, call: legOf(now, strike, 'CE'), put: legOf(now, strike, 'PE') };
  });
}
