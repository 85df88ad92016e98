import type { Matrix } from '../../shared/ports/model-family.ts';

/**
 * A linear model of raw scores over standardised terms. Term t of a row is (v - mean[t]) / scale[t], where v is
 *
 * - for the first terms (`columns.length - missing.length` of them) the value of column `columns[t]`, `fill[t]` where it
 *   is NaN, held within low[t] .. high[t];
 * - for the others 1 where column `columns[t]` is NaN, else 0.
 *
 * Means are those of the training rows, so a term's expectation is 0 and `bias` is the expected raw score.
 */
export interface LinearModel {
  readonly classes: number;
  /** Length of an input row. */
  readonly columns: number;
  /** How many terms are values; the rest say whether one is missing. */
  readonly valueTerms: number;
  /** Per term the column it looks at. */
  readonly termColumns: Int32Array;
  /** Per value term. */
  readonly fill: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Per term. */
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  /** [classes x terms] */
  readonly weights: Float64Array;
  /** [classes] */
  readonly bias: Float64Array;
}

/** The part of a model that is known before its weights are. */
export type Design = Omit<LinearModel, 'classes' | 'weights' | 'bias'>;

/** The terms of rows: [rows x terms]. Values are float32, NaN is missing. */
export function termsOf(design: Design, { values, rows, columns }: Matrix): Float64Array {
  const { termColumns, valueTerms, fill, low, high, mean, scale } = design;
  const width = termColumns.length;
  const terms = new Float64Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    for (let term = 0; term < width; term += 1) {
      const x = values[row * columns + (termColumns[term] as number)] as number;
      const isMissing = Number.isNaN(x);
      let v = isMissing ? 1 : 0;
      if (term < valueTerms) {
        v = Math.min(Math.max(isMissing ? fill[term]! : x, low[term]!), high[term]!);
      }
      terms[row * width + term] = (v - mean[term]!) / scale[term]!;
    }
  }
  return terms;
}

/** Raw scores of rows: [rows x classes]. */
export function linearScores(model: LinearModel, matrix: Matrix): Float64Array {
  const terms = termsOf(model, matrix);
  const { classes, weights, bias } = model;
  const width = model.termColumns.length;
  return Float64Array.from({ length: matrix.rows * classes }, (_, at) => {
    const start = Math.floor(at / classes) * width;
    const own = at % classes;
    let score = bias[own] as number;
    for (let term = 0; term < width; term += 1) {
      score += (terms[start + term] as number) * (weights[own * width + term] as number);
    }
    return score;
  });
}

/**
 * Exact Shapley values of a row's raw scores: what each column's terms add to the expected score. (A linear model has no
 * interactions, so the order in which columns become known does not matter.)
 *
 * @returns [classes x columns]; a class's values and its bias add up to its raw score
 */
export function linearContributions(model: LinearModel, row: Float32Array): Float64Array {
  const { classes, columns, termColumns, weights } = model;
  const terms = termsOf(model, { values: row, rows: 1, columns });
  const values = new Float64Array(classes * columns);
  for (let own = 0; own < classes; own += 1) {
    terms.forEach((term, at) => {
      values[own * columns + (termColumns[at] as number)]! +=
        term * (weights[own * terms.length + at] as number);
    });
  }
  return values;
}

/** The same model over other input rows: column c of the old row stands at `places[c]` of the new one. */
export function moveTerms(model: LinearModel, places: Int32Array, columns: number): LinearModel {
  return { ...model, columns, termColumns: model.termColumns.map((column) => places[column] as number) };
}

/** Where each column's term bends: its bounds, and the value that stands for a missing one. */
export function boundsByColumn(model: LinearModel): number[][] {
  const { columns, termColumns, valueTerms, low, high, fill } = model;
  const edges: number[][] = Array.from({ length: columns }, () => []);
  for (let term = 0; term < valueTerms; term += 1) {
    edges[termColumns[term] as number]?.push(low[term] as number, high[term] as number, fill[term] as number);
  }
  return edges;
}

const DOUBLES = ['fill', 'low', 'high', 'mean', 'scale', 'weights', 'bias'] as const;

/** The model as JSON text; every number comes back bit for bit. */
export function writeLinear(model: LinearModel): string {
  const plain = Object.entries(model).map(([name, value]) => [
    name,
    typeof value === 'number' ? value : [...value],
  ]);
  return JSON.stringify(Object.fromEntries(plain));
}

/** What `writeLinear` wrote. The text is trusted: its hash was checked by the caller. */
export function readLinear(text: string): LinearModel {
  return linearOf(JSON.parse(text));
}

/** A model from the plain values that `writeLinear` writes. */
export function linearOf(values: unknown): LinearModel {
  const plain = values as Record<keyof LinearModel, number & number[]>;
  const doubles = DOUBLES.map((name) => [name, Float64Array.from(plain[name] as number[])]);
  return {
    classes: plain.classes,
    columns: plain.columns,
    valueTerms: plain.valueTerms,
    termColumns: Int32Array.from(plain.termColumns as number[]),
    ...Object.fromEntries(doubles),
  } as LinearModel;
}
