import type { ExchangeRules } from '../market/exchange-rules.ts';
import type { QualityPolicy } from '../market/quality/quality-policy.ts';
import { qualityTerms } from '../market/quality/terms.ts';
import { featureRowAt } from './compute.ts';
import type { FeatureRow } from './feature-row.ts';
import type { FeatureSet } from './feature-set.ts';
import { qualityOf } from './row-quality.ts';
import type { Timeline, WindowContext } from './window.ts';
import { windowTerms } from './window-terms.ts';

/** What the rows of one chain's session are made by. */
export interface PreparingRules {
  readonly date: string;
  readonly rules: ExchangeRules;
  readonly quality: QualityPolicy;
}

/**
 * The feature row of one snapshot of a session's timeline with its quality flags, as it is served live; null where the
 * session has too little history before it. Throws NotFound for a date that the rules do not cover.
 */
export function preparedAt(
  timeline: Timeline,
  index: number,
  set: FeatureSet,
  { date, rules, quality }: PreparingRules,
  context: WindowContext = {},
): FeatureRow | null {
  const row = featureRowAt(timeline, index, set, windowTerms(date, rules), context);
  if (row === null) return null;
  const judge = { terms: qualityTerms(date, rules), policy: quality };
  return { ...row, quality_flags: qualityOf(timeline, index, judge) };
}
