import * as z from 'zod';
import { InvariantViolated } from '../../errors.ts';
import { epochMs } from '../market/indian-time.ts';
import { inputHash } from './input-hash.ts';
import { HOLD_REASONS, type HoldReason, recommendationSchema } from './recommendation.ts';
import { holdReason, riskFlags } from './risk-flags.ts';
import type { RiskPolicy } from './risk-policy.ts';
import { type LiveAnswer, liveAnswerSchema } from './shadow-request.ts';
import type { LiveModel, ScoredFeatures, ScoredSignal } from './signal.ts';

/**
 * What a challenger said beside one live answer. It is no recommendation: it has no size, is never executed, and stands
 * in a table of its own. A challenger that could not answer has a `fault`, and nothing else of its own.
 */
export const shadowAnswerSchema = z.object({
  live: liveAnswerSchema,
  /** The challenger. */
  version: z.string().min(1),
  feature_set: z.string().min(1).nullable(),
  action: recommendationSchema.shape.action.nullable(),
  /** Probability of the action. */
  confidence: recommendationSchema.shape.confidence.nullable(),
  probabilities: recommendationSchema.shape.probabilities,
  /** A rule that would have kept the challenger from speaking, were it live. */
  hold_reason: z.enum(HOLD_REASONS).nullable(),
  /** As the challenger's own recommendation would have it: the live answer's, but for the version and the set. */
  input_hash: recommendationSchema.shape.input_hash.nullable(),
  fault: z.string().min(1).nullable(),
});
export type ShadowAnswer = z.infer<typeof shadowAnswerSchema>;

export interface ShadowInput {
  readonly live: LiveAnswer;
  /** What the challenger says of the features, by the model service that the live answer was given by. */
  readonly signal: ScoredSignal;
  readonly features: Pick<ScoredFeatures, 'values' | 'qualityFlags'>;
  readonly policy: RiskPolicy;
}

/**
 * The challenger's answer by the rules that the live one is given by: its own thresholds, and every rule that makes an
 * answer HOLD, at the moment the live answer was given. That it is exploratory is no reason: it may be tried, here.
 * @throws InvariantViolated for a signal without a model
 */
export function shadowAnswer(input: ShadowInput): ShadowAnswer {
  const { live, features, signal } = input;
  const { model: challenger, probabilities } = signal.metadata;
  if (challenger === null || probabilities === null) {
    throw new InvariantViolated(`challenger beside ${live.id}: expected an answer of a model, was none`);
  }
  const held = heldBy(input, challenger);
  return {
    live,
    version: challenger.version,
    feature_set: challenger.feature_set,
    action: held === null ? signal.signal : 'HOLD',
    confidence: held === null ? signal.confidence : probabilities.hold,
    probabilities,
    hold_reason: held,
    input_hash: hashFor(live, challenger, features.values),
    fault: null,
  };
}

/** What is kept of a challenger that threw, hung or is missing. */
export function shadowFault(live: LiveAnswer, version: string, fault: string): ShadowAnswer {
  return {
    live,
    version,
    feature_set: null,
    action: null,
    confidence: null,
    probabilities: null,
    hold_reason: null,
    input_hash: null,
    fault,
  };
}

/** The input hash of a row under a model version and its set: under the live one it is the live answer's own. */
export function hashFor(
  { exchange, target, timestamp }: LiveAnswer,
  { version, feature_set }: { readonly version: string | null; readonly feature_set: string | null },
  values: ArrayLike<number>,
): string {
  return inputHash({ exchange, target, timestamp, feature_set, model_version: version, values });
}

function heldBy({ live, signal, features, policy }: ShadowInput, challenger: LiveModel): HoldReason | null {
  const { completeness, historyMinutes } = signal.metadata;
  const facts = {
    live: {
      version: challenger.version,
      exploratory: false,
      measuredTrades: challenger.decision.trades,
    },
    modelFault: null,
    features: {
      ageSeconds: (epochMs(live.recorded_at) - epochMs(live.timestamp)) / 1000,
      completeness: completeness ?? 0,
      qualityFlags: features.qualityFlags,
    },
    historyMinutes,
    // The account is not the challenger's: where a breaker was open, nothing is compared.
    account: null,
    nowMs: epochMs(live.recorded_at),
    session: null,
    horizonMinutes: 0,
    action: signal.signal,
    confidence: signal.confidence,
    proposal: null,
    ownTrades: null,
    kellyFull: 0,
    contract: null,
    lots: 0,
  };
  return holdReason(riskFlags(facts, policy))?.flag ?? null;
}
