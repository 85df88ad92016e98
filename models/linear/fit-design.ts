import type { LabelledMatrix, Matrix } from '../../shared/ports/model-family.ts';
import { quantile } from '../../shared/stats/quantile.ts';
import type { Design } from './linear-model.ts';

const LARGEST_FLOAT32 = 3.4028234663852886e38;
/** Values beyond these shares of the training rows count as the value there: one wild quote moves no weight. */
const TAIL = 0.001;

interface Term {
  readonly column: number;
  readonly fill: number;
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  readonly scale: number;
}

/**
 * Learns how columns become terms from the training rows that weigh something: the median in place of a missing value,
 * bounds at the 0.1 % and 99.9 % points of the finite values (an infinity is the largest float32 and never a bound),
 * weighted mean and standard deviation. Columns that do not vary get no term; a column with gaps gets a second one that
 * says where they are.
 */
export function fitDesign(training: Matrix & Pick<LabelledMatrix, 'weights'>): Design {
  const rows = Int32Array.from(training.weights.keys()).filter(
    (row) => (training.weights[row] as number) > 0,
  );
  const values: Term[] = [];
  const gaps: Term[] = [];
  for (let column = 0; column < training.columns; column += 1) {
    const raw = Float64Array.from(rows, (row) => training.values[row * training.columns + column] as number);
    const weights = Float64Array.from(rows, (row) => training.weights[row] as number);
    const value = valueTerm(column, raw, weights);
    if (value !== null) values.push(value);
    const gap = standardised(
      raw.map((x) => (Number.isNaN(x) ? 1 : 0)),
      weights,
    );
    if (gap !== null) gaps.push({ column, fill: 0, low: 0, high: 1, ...gap });
  }
  return designOf(training.columns, values, gaps);
}

function valueTerm(column: number, raw: Float64Array, weights: Float64Array): Term | null {
  const finite = raw.filter((x) => Math.abs(x) < LARGEST_FLOAT32).sort();
  if (finite.length === 0) return null;
  const outside = Math.floor(finite.length * TAIL);
  const low = finite[outside] as number;
  const high = finite[finite.length - 1 - outside] as number;
  const fill = quantile(finite, 0.5);
  const held = raw.map((x) => Math.min(Math.max(Number.isNaN(x) ? fill : x, low), high));
  const moments = standardised(held, weights);
  return moments === null ? null : { column, fill, low, high, ...moments };
}

/** Weighted mean and standard deviation; null when the values do not vary. */
function standardised(values: Float64Array, weights: Float64Array): { mean: number; scale: number } | null {
  if (values.every((value) => value === values[0])) return null;
  let total = 0;
  let sum = 0;
  values.forEach((value, at) => {
    total += weights[at] as number;
    sum += value * (weights[at] as number);
  });
  const mean = sum / total;
  let squares = 0;
  values.forEach((value, at) => {
    squares += (value - mean) ** 2 * (weights[at] as number);
  });
  const scale = Math.sqrt(squares / total);
  // Values so close together that their squares vanish tell nothing either.
  return scale > 0 ? { mean, scale } : null;
}

function designOf(columns: number, values: readonly Term[], gaps: readonly Term[]): Design {
  const all = [...values, ...gaps];
  return {
    columns,
    valueTerms: values.length,
    termColumns: Int32Array.from(all, ({ column }) => column),
    fill: Float64Array.from(values, ({ fill }) => fill),
    low: Float64Array.from(values, ({ low }) => low),
    high: Float64Array.from(values, ({ high }) => high),
    mean: Float64Array.from(all, ({ mean }) => mean),
    scale: Float64Array.from(all, ({ scale }) => scale),
  };
}
