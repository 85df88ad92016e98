import { computeDay } from '../features/compute.ts';
import { type FeatureSet, featureNames } from '../features/feature-set.ts';
import { featureTable } from '../features/feature-table.ts';
import { withQuality } from '../features/row-quality.ts';
import type { WindowContext } from '../features/window.ts';
import { windowTerms } from '../features/window-terms.ts';
import { labelChain } from '../labels/label-chain.ts';
import { LABEL_SET_ID } from '../labels/label-day.ts';
import { labelTable } from '../labels/label-table.ts';
import type { ChainDaySnapshot } from '../lake/chain-rows.ts';
import type { ColumnTable } from '../lake/column-table.ts';
import { countedOf } from '../lake/compaction.ts';
import type { ExchangeRules } from '../market/exchange-rules.ts';
import type { QualityPolicy } from '../market/quality/quality-policy.ts';
import { qualityTerms } from '../market/quality/terms.ts';

/** What the rows of a day depend on besides its chain. */
export interface RecomputeRules {
  readonly rules: ExchangeRules;
  readonly quality: QualityPolicy;
  /** The feature set that label rows are named after. */
  readonly labelledSet: FeatureSet;
}

/** Whether a set's rows follow from its own chain alone, so that one file is enough to make them again. */
export function isRecomputable(set: FeatureSet): boolean {
  return !set.needs.priorDays && Object.values(set.needs.siblings).every((others) => others.length === 0);
}

/** Whether this code makes the label set. */
export function isLabelSetMade(labelSet: string): boolean {
  return labelSet === LABEL_SET_ID;
}

/**
 * The feature table of a day from its compacted chain, as the feature stage writes it; `context` is what the set's windows
 * look at besides (isRecomputable: nothing).
 */
export function recomputeFeatures(
  chain: readonly ChainDaySnapshot[],
  date: string,
  set: FeatureSet,
  { rules, quality }: RecomputeRules,
  context: WindowContext = {},
): ColumnTable {
  const counted = countedOf([...chain]);
  const rows = computeDay(counted, set, windowTerms(date, rules), context);
  const judged = withQuality(rows, counted, { terms: qualityTerms(date, rules), policy: quality });
  return featureTable(judged, featureNames(set));
}

/** The label table of a day from its compacted chain, as the label stage writes it. */
export function recomputeLabels(
  chain: readonly ChainDaySnapshot[],
  { labelledSet, ...rules }: RecomputeRules,
): ColumnTable {
  return labelTable(labelChain(chain, rules, labelledSet.id));
}
