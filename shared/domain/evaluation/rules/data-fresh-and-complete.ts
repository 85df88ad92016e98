import { counted } from '../../market/counted.ts';
import type { DataState, GateContext } from '../gate-context.ts';
import { percent, type RuleResult } from '../rule-result.ts';

/**
 * The dataset is recent, no leakage check failed, and every feature that the bundle uses is complete: it has a value in
 * enough rows or, where it is undefined at times by its own definition, its newest sessions have about as many as the
 * poorest stretch of as many sessions before them. One whose source has died fails.
 */
export function dataFreshAndComplete({ data, imported, policy }: GateContext): RuleResult {
  const { max_age_sessions, min_completeness } = policy.rules.data_fresh_and_complete;
  const features = Object.entries(data.completeness).sort(([, a], [, b]) => a - b);
  const [worst, lowest] = features[0] ?? ['no feature', 0];
  const below = features.filter(([, share]) => share < min_completeness).map(([name]) => name);
  const poor = below.filter((name) => !holdsUp(data, name, min_completeness));
  const complaints: string[] = [];
  const note = imported
    ? ` That the model learnt nothing after ${imported.trained_through} is its maker's word, brought by ${imported.by}: nobody here can check it.`
    : '';
  if (data.age_sessions > max_age_sessions) {
    complaints.push(
      `the dataset ends ${counted(data.age_sessions, 'session')} ago, at most ${max_age_sessions} allowed`,
    );
  }
  if (features.length === 0) complaints.push('no feature is known to be in the dataset');
  if (poor[0] !== undefined) complaints.push(incomplete(data, poor, min_completeness));
  if (data.failed_leakage_checks.length > 0) {
    complaints.push(`leakage checks failed: ${data.failed_leakage_checks.join(', ')}`);
  }
  const atTimes = below.length - poor.length;
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
          `in use (${worst}) has ${percent(lowest)} of its values` +
          (atTimes === 0
            ? ''
            : `, ${counted(atTimes, 'feature')} below ${percent(min_completeness)} being there in the newest sessions as before`) +
          `, no leakage check failed.${note}`,
  };
}

/** Whether the newest sessions have the feature about as often as the poorest stretch before them. */
function holdsUp({ presence }: DataState, name: string, floor: number): boolean {
  const seen = presence?.[name];
  return seen !== undefined && seen.newest >= floor * seen.least_before;
}

function incomplete({ completeness, presence }: DataState, poor: readonly string[], floor: number): string {
  const worst = poor[0] as string;
  const seen = presence?.[worst];
  const ago =
    seen === undefined
      ? ''
      : `, in the newest ${counted(seen.sessions, 'session')} ${percent(seen.newest)}, never below ${percent(seen.least_before)} in as many before`;
  return (
    `${counted(poor.length, 'feature')} in use ${poor.length === 1 ? 'has' : 'have'} less than ${percent(floor)} of the values, ` +
    `worst ${worst} with ${percent(completeness[worst] as number)}${ago}`
  );
}
