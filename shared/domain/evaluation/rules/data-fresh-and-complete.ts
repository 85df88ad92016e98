import { counted } from '../../market/counted.ts';
import type { GateContext } from '../gate-context.ts';
import { percent, type RuleResult } from '../rule-result.ts';

/** The dataset is recent, every feature is complete enough, and no leakage check failed. */
export function dataFreshAndComplete({ data, imported, policy }: GateContext): RuleResult {
  const { max_age_sessions, min_completeness } = policy.rules.data_fresh_and_complete;
  const features = Object.entries(data.completeness).sort(([, a], [, b]) => a - b);
  const [worst, lowest] = features[0] ?? ['no feature', 0];
  const complaints: string[] = [];
  const note = imported
    ? ` That the model learnt nothing after ${imported.trained_through} is its maker's word, brought by ${imported.by}: nobody here can check it.`
    : '';
  if (data.age_sessions > max_age_sessions) {
    complaints.push(
      `the dataset ends ${counted(data.age_sessions, 'session')} ago, at most ${max_age_sessions} allowed`,
    );
  }
  if (lowest < min_completeness) {
    const poor = features.filter(([, share]) => share < min_completeness).length;
    complaints.push(
      `${counted(poor, 'feature')} ${poor === 1 ? 'has' : 'have'} less than ${percent(min_completeness)} of the values, worst ${worst} with ${percent(lowest)}`,
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
        ? `${complaints.join('; ')}.${note}`
        : `The dataset ends ${counted(data.age_sessions, 'session')} ago, the least complete of ${counted(features.length, 'feature')} ` +
          `(${worst}) has ${percent(lowest)} of its values, no leakage check failed.${note}`,
  };
}
