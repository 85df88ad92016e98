import * as z from 'zod';
import { bettingMeanTest } from '../../stats/betting-mean-test.ts';
import type { ShadowPolicy } from './shadow-policy.ts';
import type { ShadowSession } from './shadow-session.ts';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1).nullable();

/** What all sessions of a challenger beside one live version say together. */
export const shadowVerdictSchema = z.object({
  /** Sessions that count, of all that were judged. */
  sessions: count,
  judged_sessions: count,
  asked: count,
  answered: count,
  faults: count,
  moments: count,
  /** Share of the moments at which both asked for the same; null without moments. */
  agreement: share,
  /** Share of BUY and SELL that named the realised direction; null without any. */
  hit_rate: share,
  live_hit_rate: share,
  /** Mean over the sessions of the clipped difference, basis points of the underlying; null without sessions. */
  mean_difference_bps: z.number().nullable(),
  /** Confidence sequence of its expectation: each side wrong at any look with a chance of at most `alpha`. */
  lower_bps: z.number(),
  upper_bps: z.number(),
  alpha: z.number(),
  bound_bps: z.number(),
  /** Evidence that the challenger is better, and worse; 1/alpha decides. */
  e_better: z.number().nonnegative(),
  e_worse: z.number().nonnegative(),
  decision: z.enum(['none', 'better', 'worse', 'mixed']),
  /** The session after which it was decided (of a mixed one, the later); null while nothing is. */
  decided_on: z.iso.date().nullable(),
  in_words: z.string(),
});
export type ShadowVerdict = z.infer<typeof shadowVerdictSchema>;

/**
 * Judges a challenger by its sessions beside one live version, in any order. The unit is the session, because outcomes
 * within one overlap and hang together in ways nobody knows; its mean difference is clipped to the policy's bound, so
 * that the test (stats/betting-mean-test.ts) holds whatever its distribution. What was once decided stays decided.
 */
export function shadowVerdict(judged: readonly ShadowSession[], policy: ShadowPolicy): ShadowVerdict {
  const { alpha, bound_bps, min_moments } = policy;
  const sessions = judged
    .filter(({ moments }) => moments >= min_moments)
    .toSorted((a, b) => (a.date < b.date ? -1 : 1));
  const scaled = sessions.map(({ mean_difference_bps: mean }) => clip(mean ?? 0, bound_bps) / bound_bps);
  const test = bettingMeanTest(scaled, alpha);
  const sum = (of: (session: ShadowSession) => number) =>
    sessions.reduce((total, session) => total + of(session), 0);
  const decided = decisionOf(test.decidedAbove, test.decidedBelow);
  return {
    sessions: sessions.length,
    judged_sessions: judged.length,
    asked: judged.reduce((total, { asked }) => total + asked, 0),
    answered: judged.reduce((total, { answered }) => total + answered, 0),
    faults: judged.reduce((total, { faults }) => total + faults, 0),
    moments: sum(({ moments }) => moments),
    agreement: ratio(
      sum(({ agreed }) => agreed),
      sum(({ moments }) => moments),
    ),
    hit_rate: ratio(
      sum(({ correct }) => correct),
      sum(({ acted }) => acted),
    ),
    live_hit_rate: ratio(
      sum(({ live_correct }) => live_correct),
      sum(({ live_acted }) => live_acted),
    ),
    mean_difference_bps: ratio(
      scaled.reduce((total, one) => total + one * bound_bps, 0),
      scaled.length,
    ),
    lower_bps: test.lower * bound_bps,
    upper_bps: test.upper * bound_bps,
    alpha,
    bound_bps,
    e_better: test.above,
    e_worse: test.below,
    decision: decided.decision,
    decided_on: decided.at === null ? null : (sessions[decided.at]?.date ?? null),
    in_words: wordsFor(decided.decision, alpha),
  };
}

function decisionOf(
  above: number | null,
  below: number | null,
): { decision: ShadowVerdict['decision']; at: number | null } {
  if (above !== null && below !== null) return { decision: 'mixed', at: Math.max(above, below) };
  if (above !== null) return { decision: 'better', at: above };
  return { decision: below === null ? 'none' : 'worse', at: below };
}

function wordsFor(decision: ShadowVerdict['decision'], alpha: number): string {
  const level = `${Number((100 * alpha).toPrecision(3))} %`;
  if (decision === 'none') return 'no decision yet';
  if (decision === 'mixed') return `better at ${level} for a time, worse for another`;
  return `challenger ${decision} at ${level}`;
}

function clip(value: number, bound: number): number {
  return Math.min(bound, Math.max(-bound, value));
}

function ratio(above: number, below: number): number | null {
  return below === 0 ? null : above / below;
}
