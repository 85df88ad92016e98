import { RejectedInput } from '../../errors.ts';

export interface DroppedFeature {
  readonly feature: string;
  readonly reason: 'constant' | 'missing throughout' | 'distilled away';
}

/** Which of the ordered features the model looks at: a description of what its graph does. */
export interface Selector {
  /** All features of a row, in order. */
  readonly features: readonly string[];
  /** Positions of those that are used, ascending. */
  readonly kept: readonly number[];
  readonly dropped: readonly DroppedFeature[];
}

/**
 * Leaves out features that cannot tell rows apart: constant, or never there.
 *
 * @param matrix - row-major, one column a feature; NaN is missing
 * @param rows - the rows that count (the training rows of a fold)
 * @throws RejectedInput when nothing is left
 */
export function fitSelector(features: readonly string[], matrix: Float32Array, rows: Int32Array): Selector {
  const kept: number[] = [];
  const dropped: DroppedFeature[] = [];
  features.forEach((feature, column) => {
    const reason = uselessness(matrix, rows, column, features.length);
    if (reason === null) kept.push(column);
    else dropped.push({ feature, reason });
  });
  if (kept.length === 0) {
    const names = dropped.slice(0, 3).map(({ feature, reason }) => `${feature} ${reason}`);
    throw new RejectedInput(`features: expected at least one that varies, was: ${names.join(', ')}`, {
      field: 'features',
    });
  }
  return { features, kept, dropped };
}

/** A column with some values missing tells rows apart even when the values are all alike. */
function uselessness(
  matrix: Float32Array,
  rows: Int32Array,
  column: number,
  width: number,
): DroppedFeature['reason'] | null {
  const first = matrix[(rows[0] as number) * width + column];
  for (const row of rows) if (!Object.is(matrix[row * width + column], first)) return null;
  return Number.isNaN(first) ? 'missing throughout' : 'constant';
}

/** Of the features in use only those at `columns`. @example keeping [0, 2] of kept [0, 1, 2] drops the second */
export function distilledSelector(selector: Selector, columns: ReadonlySet<number>): Selector {
  const away = selector.kept.filter((column) => !columns.has(column));
  return {
    features: selector.features,
    kept: selector.kept.filter((column) => columns.has(column)),
    dropped: [
      ...selector.dropped,
      ...away.map((column) => ({
        feature: selector.features[column] as string,
        reason: 'distilled away' as const,
      })),
    ],
  };
}
