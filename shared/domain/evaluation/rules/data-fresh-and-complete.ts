import type { GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/** The dataset is recent, every feature is complete enough, and no leakage check failed. */
export function dataFreshAndComplete({ data, policy }: GateContext): RuleResult {
  const { max_age_sessions, min_completeness } = policy.rules.data_fresh_and_complete;
  const features = Object.entries(data.completeness).sort(([, a], [, b]) => a - b);
  const [worst, lowest] = features[0] ?? ['no feature', 0];
  const complaints: string[] = [];
  if (data.age_sessions > max_age_sessions) {
    complaints.push(
      `the dataset ends ${data.age_sessions} sessions ago, at most ${max_age_sessions} allowed`,
    );
  }
  if (lowest < min_completeness) {
    const poor = features.filter(([, share]) => share < min_completeness).length;
    complaints.push(
      `${poor} features are below ${shown(min_completeness)} complete, worst ${worst} at ${shown(lowest)}`,
    );
  }
  if (data.failed_leakage_checks.length > 0) {
    complaints.push(`leakage checks failed: ${data.failed_leakage_checks.join(', ')}`);
  }
  return {
    rule: 'data-fresh-and-complete',
    pass: complaints.length === 0,
    candidate: lowest,
    baseline: null,
    threshold: min_completeness,
    why:
      complaints.length > 0
        ? `${complaints.join('; ')}.`
        : `The dataset ends ${data.age_sessions} sessions ago, the least complete of ${features.length} features ` +
          `(${worst}) has ${shown(lowest)} of its values, no leakage check failed.`,
  };
}
