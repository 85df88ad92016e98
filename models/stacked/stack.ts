import type { Matrix } from '../../shared/ports/model-family.ts';
import { type PlainModel, plainOf, plainScores, writePlain } from '../families/plain-model.ts';

/**
 * How the raw scores of level 0 become those of the stack: each class's score is its bias and a weighted sum of all
 * members' scores. It is linear in the members' margins, and so are its explanations.
 */
export interface Combination {
  /** [3 x 3 members]: a class's row has the first member's SELL, HOLD and BUY, then the second's. */
  readonly weights: Float64Array;
  /** [3] */
  readonly bias: Float64Array;
}

/** Several models over the same rows with what combines them. */
export interface Stack extends Combination {
  readonly members: readonly PlainModel[];
}

const CLASSES = 3;

/**
 * The members' raw scores combined row by row: [rows x 3].
 *
 * @param scores - [members][rows x 3]
 * @example two members of weight 0.5 each for a class's own score, bias 0: the mean of their scores
 */
export function combined({ weights, bias }: Combination, scores: readonly Float64Array[]): Float64Array {
  const width = scores.length * CLASSES;
  return (scores[0] as Float64Array).map((_, at) => {
    const own = at % CLASSES;
    const row = at - own;
    let score = bias[own] as number;
    scores.forEach((member, place) => {
      for (let of = 0; of < CLASSES; of += 1) {
        score += (weights[own * width + place * CLASSES + of] as number) * (member[row + of] as number);
      }
    });
    return score;
  });
}

/** Raw scores: [rows x 3]. */
export function stackScores(stack: Stack, matrix: Matrix): Float64Array {
  return combined(
    stack,
    stack.members.map((member) => plainScores(member, matrix)),
  );
}

/** The stack as JSON text (stacked.json); every number comes back bit for bit. */
export function writeStack({ members, weights, bias }: Stack): string {
  const parts = { weights: [...weights], bias: [...bias] };
  return `{"schema":1,"combination":${JSON.stringify(parts)},"members":[${members.map(writePlain).join(',')}]}`;
}

/** From the values that `writeStack` writes. The text was checked by its hash. */
export function stackOf(values: unknown): Stack {
  const { combination, members } = values as {
    readonly combination: { readonly weights: number[]; readonly bias: number[] };
    readonly members: readonly unknown[];
  };
  return {
    members: members.map(plainOf),
    weights: Float64Array.from(combination.weights),
    bias: Float64Array.from(combination.bias),
  };
}
