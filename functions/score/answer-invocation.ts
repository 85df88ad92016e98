import { describeIssue, plainWording } from '../../shared/describe-issue.ts';
import {
  fromWire,
  type Invocation,
  type InvocationAnswer,
  invocationSchema,
  toWire,
} from '../../shared/domain/scoring/invocation.ts';
import { Conflict, RejectedInput } from '../../shared/errors.ts';
import type { Explanation, Scorer } from '../../shared/ports/model-scorer.ts';
import { onnxBackend } from './onnx-backend.ts';

/**
 * What an endpoint answers to an invocation.
 * @throws RejectedInput naming the field that is wrong; Conflict when another bundle was asked for.
 */
export function answerInvocation(scorer: Scorer) {
  const { answer } = onnxBackend(scorer);
  return async (body: unknown): Promise<InvocationAnswer> => {
    const { features, regime_state } = checked(scorer, body);
    const state = regime_state === null ? null : Float64Array.from(regime_state);
    const { scored, explanations } = await answer(Float64Array.from(features, fromWire), state);
    const [sell, hold, buy] = explanations.map(onWire);
    if (sell === undefined || hold === undefined || buy === undefined) {
      throw new Error(`expected three explanations, was ${explanations.length}`);
    }
    const [sellScore, holdScore, buyScore] = scored.rawScores;
    return {
      schema: 1,
      bundle_hash: scorer.bundle.bundle_hash,
      probabilities: [...scored.probabilities],
      raw_scores: [toWire(sellScore), toWire(holdScore), toWire(buyScore)],
      regime: scored.regime,
      regime_probabilities: [...scored.regimeProbabilities],
      inputs: (explanations[0]?.inputs ?? explanations[0]?.contributions ?? []).map(({ feature, value }) => ({
        name: feature,
        value: toWire(value),
      })),
      explanations: [sell, hold, buy],
    };
  };
}

function checked({ bundle }: Scorer, body: unknown): Invocation {
  const parsed = invocationSchema.safeParse(body);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const field = issues[0]?.path.join('.') || 'body';
    throw new RejectedInput(describeIssue(issues, body, plainWording('body')), { field });
  }
  const { bundle_hash, features, regime_state } = parsed.data;
  if (bundle_hash !== bundle.bundle_hash) {
    throw new Conflict(`bundle_hash: expected ${bundle.bundle_hash}, which is served, was ${bundle_hash}`);
  }
  assertLength('features', bundle.feature_names.length, features);
  if (regime_state !== null) assertLength('regime_state', bundle.regime_states, regime_state);
  return parsed.data;
}

function assertLength(field: string, expected: number, { length }: readonly unknown[]): void {
  if (length === expected) return;
  throw new RejectedInput(`${field}: expected ${expected} values, was ${length}`, { field });
}

function onWire({ method, baseScore, contributions }: Explanation) {
  return { method, base_score: toWire(baseScore), shap: contributions.map(({ shap }) => toWire(shap)) };
}
