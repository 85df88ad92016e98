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
export function fitDesign(training: DesignRows): Design {
  const known = designs.get(training);
  if (known !== undefined) return known;
  const design = learnDesign(training);
  designs.set(training, design);
  return design;
}

type DesignRows = Matrix & Pick<LabelledMatrix, 'weights'>;

/** A search fits many configurations on the very same rows: what they have in common is learnt once. */
const designs = new WeakMap<DesignRows, Design>();

function learnDesign({ values, columns, weights: all }: DesignRows): Design {
  const rows = Int32Array.from(all.keys()).filter((row) => (all[row] as number) > 0);
  const weights = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) weights[at] = all[rows[at] as number] as number;
  const raw = new Float64Array(rows.length);
  const terms: Term[] = [];
  const gaps: Term[] = [];
  for (let column = 0; column < columns; column += 1) {
    for (let at = 0; at < rows.length; at += 1) {
      raw[at] = values[(rows[at] as number) * columns + column] as number;
    }
    const value = valueTerm(column, raw, weights);
    if (value !== null) terms.push(value);
    const gap = standardised(marksOf(raw), weights);
    if (gap !== null) gaps.push({ column, fill: 0, low: 0, high: 1, ...gap });
  }
  return designOf(columns, terms, gaps);
}

/** 1 where a value is missing, else 0. */
function marksOf(raw: Float64Array): Float64Array {
  const marks = new Float64Array(raw.length);
  for (let at = 0; at < raw.length; at += 1) marks[at] = Number.isNaN(raw[at]) ? 1 : 0;
  return marks;
}

function valueTerm(column: number, raw: Float64Array, weights: Float64Array): Term | null {
  const finite = sortedFinite(raw);
  if (finite.length === 0) return null;
  const outside = Math.floor(finite.length * TAIL);
  const low = finite[outside] as number;
  const high = finite[finite.length - 1 - outside] as number;
  const fill = quantile(finite, 0.5);
  const held = new Float64Array(raw.length);
  for (let at = 0; at < raw.length; at += 1) {
    const x = raw[at] as number;
    held[at] = Math.min(Math.max(Number.isNaN(x) ? fill : x, low), high);
  }
  const moments = standardised(held, weights);
  return moments === null ? null : { column, fill, low, high, ...moments };
}

/** In float32, as the values are: half as much to sort. */
function sortedFinite(raw: Float64Array): Float32Array {
  const finite = new Float32Array(raw.length);
  let count = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const x = raw[at] as number;
    if (Math.abs(x) < LARGEST_FLOAT32) finite[count++] = x;
  }
  return finite.subarray(0, count).sort();
}

/** Weighted mean and standard deviation; null when the values do not vary. */
function standardised(values: Float64Array, weights: Float64Array): { mean: number; scale: number } | null {
  let [total, sum, varies] = [0, 0, false];
  for (let at = 0; at < values.length; at += 1) {
    total += weights[at] as number;
    sum += (values[at] as number) * (weights[at] as number);
    if (values[at] !== values[0]) varies = true;
  }
  if (!varies) return null;
  const mean = sum / total;
  let squares = 0;
  for (let at = 0; at < values.length; at += 1) {
    squares += ((values[at] as number) - mean) ** 2 * (weights[at] as number);
  }
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
