import { plainParts } from '../families/plain-model.ts';
import type { ScoreParts } from '../families/score-parts.ts';
import { combined, type Stack } from './stack.ts';

const CLASSES = 3;

/**
 * Exact Shapley values of a stack's raw scores. The scores are a linear combination of the members', and Shapley values
 * are linear in what is explained: each member's own values, combined with the same weights, are the stack's. Base
 * scores are combined alike, the bias among them.
 */
export function stackParts(stack: Stack): (row: Float32Array) => ScoreParts {
  const members = stack.members.map(plainParts);
  const unbiased = { weights: stack.weights, bias: new Float64Array(CLASSES) };
  return (row) => {
    const parts = members.map((member) => member(row));
    const baseScores = combined(
      stack,
      parts.map((part) => part.baseScores),
    );
    const byColumn = parts.map((part) => turned(part.contributions, CLASSES));
    return { baseScores, contributions: turned(combined(unbiased, byColumn), row.length) };
  };
}

/** [rows x columns] as [columns x rows]. */
function turned(values: Float64Array, rows: number): Float64Array {
  const columns = values.length / rows;
  const result = new Float64Array(values.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      result[column * rows + row] = values[row * columns + column] as number;
    }
  }
  return result;
}
