import type { Exchange } from '../market/snapshot.ts';
import type { DatasetSpec } from './content.ts';
import { type DatasetPolicy, type DateRange, windowOf } from './dataset-policy.ts';

/**
 * What the dataset of a date is of. `window` is the widest of the exchanges' windows; those that are narrower stand
 * in `windows`.
 */
export function datasetSpec(
  policy: DatasetPolicy,
  date: string,
  exchanges: readonly Exchange[],
  featureSet: string,
  labelSet: string,
): DatasetSpec {
  const own = exchanges.map((exchange) => [exchange, windowOf(policy, exchange, date)] as const);
  const from = own.map(([, window]) => window.from).sort()[0] ?? date;
  return {
    exchanges: [...new Set(exchanges)].sort(),
    window: { from, to: date },
    windows: Object.fromEntries(own.filter(([, window]) => window.from !== from)),
    feature_set: featureSet,
    label_set: labelSet,
  };
}

/** The window of one exchange of the dataset. */
export function windowIn(spec: Pick<DatasetSpec, 'window' | 'windows'>, exchange: Exchange): DateRange {
  return spec.windows[exchange] ?? spec.window;
}
