import type { Outcome } from '../../shared/domain/outcomes/outcome.ts';
import type { ResolvedShadow, ShadowSession } from '../../shared/domain/outcomes/shadow-session.ts';
import type { Challenger } from '../../shared/domain/promotion/challenger.ts';
import type { Action, Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { ShadowAnswer } from '../../shared/domain/scoring/shadow-answer.ts';
import { liveAnswerSchema } from '../../shared/domain/scoring/shadow-request.ts';
import { aRecommendation } from './recommendation.ts';

export const CHALLENGER = '2025-12-04-cccccccc';
export const LIVE = '2025-12-03-aaaaaaaa';

/** A challenger of NSE since the morning of 2025-12-04. */
export function aChallenger(overrides: Partial<Challenger> = {}): Challenger {
  const version = overrides.version ?? CHALLENGER;
  return {
    exchange: 'NSE',
    target: 'tb15',
    version,
    bundle_hash: 'c'.repeat(64),
    bundle_prefix: `models/NSE/tb15/${version}/`,
    since: '2025-12-04T03:30:00.000Z',
    stopped_at: null,
    operator: 'asha',
    reason: 'looks better on paper',
    revision: 1,
    ...overrides,
  };
}

/** The challenger's answer beside a live one. */
export function aShadowAnswer(
  action: Action | null = 'BUY',
  live: Partial<Recommendation> = {},
  overrides: Partial<ShadowAnswer> = {},
): ShadowAnswer {
  return {
    live: liveAnswerSchema.parse(aRecommendation({ model_version: LIVE, ...live })),
    version: CHALLENGER,
    feature_set: 'tracker-v2',
    action,
    confidence: 0.1 + 0.2,
    probabilities: { sell: 0.3, hold: 0.4, buy: 0.3 },
    hold_reason: null,
    input_hash: 'd'.repeat(64),
    fault: null,
    ...overrides,
  };
}

/** A shadow with its resolved outcome: the realised return as a fraction, and its direction. */
export function aResolvedShadow(
  answer: ShadowAnswer,
  realised: number,
  direction: -1 | 0 | 1,
): ResolvedShadow {
  const outcome: Outcome = {
    recommendation_id: answer.live.id,
    exchange: answer.live.exchange,
    horizon: 15,
    status: 'resolved',
    reason: null,
    realised_return: realised,
    realised_direction: direction,
    correct: null,
    trade_pnl: null,
    trade_id: null,
    exposure_inverted: false,
    model_version: answer.version,
    resolved_at: '2025-12-04T10:00:00.000Z',
  };
  return { answer, outcome };
}

/** A judged session in which the challenger brought `difference` bps a moment beyond the live model. */
export function aShadowSession(
  date: string,
  difference: number,
  overrides: Partial<ShadowSession> = {},
): ShadowSession {
  return {
    exchange: 'NSE',
    target: 'tb15',
    date,
    version: CHALLENGER,
    live_version: LIVE,
    asked: 350,
    answered: 349,
    faults: 1,
    moments: 340,
    agreed: 300,
    acted: 40,
    correct: 24,
    live_acted: 50,
    live_correct: 25,
    mean_difference_bps: difference,
    judged_at: `${date}T10:30:00.000Z`,
    ...overrides,
  };
}
