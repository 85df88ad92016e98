import { InvariantViolated } from '../../shared/errors.ts';
import type { ExportedModel, Matrix } from '../../shared/ports/model-family.ts';
import { linearGraph } from '../linear/graph.ts';
import {
  boundsByColumn,
  type LinearModel,
  linearContributions,
  linearOf,
  linearScores,
  writeLinear,
} from '../linear/linear-model.ts';
import type { ScoreGraph } from '../onnx/classifier.ts';
import { thresholdsByColumn } from '../trees/exactness.ts';
import { type Forest, forestOf, writeForest } from '../trees/forest.ts';
import { forestGraph } from '../trees/forest-graph.ts';
import { shapOfClass, shapValues } from '../trees/shap.ts';
import { prepareShap } from '../trees/shap-forest.ts';
import { walkRows } from '../trees/walk.ts';
import type { ScoreParts } from './score-parts.ts';

/** A model over a bundle's rows that is not made of others: what mixtures and stacks are made of. */
export type PlainModel =
  | { readonly kind: 'trees'; readonly forest: Forest }
  | { readonly kind: 'linear'; readonly model: LinearModel };

/** Raw scores: [rows x classes]. */
export function plainScores(plain: PlainModel, matrix: Matrix): Float64Array {
  return plain.kind === 'trees'
    ? walkRows(plain.forest, matrix.values, matrix.rows)
    : linearScores(plain.model, matrix);
}

export function plainGraph(plain: PlainModel): ScoreGraph {
  return plain.kind === 'trees' ? forestGraph(plain.forest) : linearGraph(plain.model);
}

/** Exact Shapley values of a row's raw scores, computed when they are looked at: the row must not change before. */
export function plainParts(plain: PlainModel): (row: Float32Array) => ScoreParts {
  if (plain.kind === 'linear') {
    const { model } = plain;
    return (row) => ({ baseScores: model.bias, contributions: linearContributions(model, row) });
  }
  const shap = prepareShap(plain.forest);
  return (row) => ({
    baseScores: shap.baseScores,
    get contributions() {
      return shapValues(shap, row);
    },
    ofClass: (own) => shapOfClass(shap, row, own),
  });
}

/** The values at which it decides otherwise, by column of the rows. */
export function plainEdges(plain: PlainModel): number[][] {
  return plain.kind === 'trees' ? thresholdsByColumn(plain.forest) : boundsByColumn(plain.model);
}

/** Every column's edges of several models. @param columns - of the rows */
export function edgesOf(all: readonly PlainModel[], columns: number): number[][] {
  const edges: number[][] = Array.from({ length: columns }, () => []);
  for (const plain of all) {
    plainEdges(plain).forEach((values, column) => {
      for (const value of values) edges[column]?.push(value);
    });
  }
  return edges;
}

/** As JSON text; every number comes back bit for bit. */
export function writePlain(plain: PlainModel): string {
  return plain.kind === 'trees'
    ? `{"kind":"trees","forest":${writeForest(plain.forest)}}`
    : `{"kind":"linear","model":${writeLinear(plain.model)}}`;
}

/** From the values that `writePlain` writes. The text was checked by its hash. */
export function plainOf(values: unknown): PlainModel {
  const written = values as PlainModel;
  return written.kind === 'trees'
    ? { kind: 'trees', forest: forestOf(written.forest) }
    : { kind: 'linear', model: linearOf(written.model) };
}

/** A model as its own export has it. @throws InvariantViolated for one without trees.json and linear.json */
export function plainFrom({ files }: Pick<ExportedModel, 'files'>): PlainModel {
  const parsed = (path: string) => {
    const bytes = files.get(path);
    return bytes && JSON.parse(new TextDecoder().decode(bytes));
  };
  const [trees, linear] = [parsed('trees.json'), parsed('linear.json')];
  if (trees !== undefined) return { kind: 'trees', forest: forestOf(trees) };
  if (linear !== undefined) return { kind: 'linear', model: linearOf(linear) };
  const found = [...files.keys()].join(', ') || 'none';
  throw new InvariantViolated(`export: expected trees.json or linear.json, was ${found}`);
}
