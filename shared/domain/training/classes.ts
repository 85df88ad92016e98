/** The classes in the order of every probability vector, score and label in the learning part. */
export const CLASSES = ['SELL', 'HOLD', 'BUY'] as const;
export type Action = (typeof CLASSES)[number];
export const CLASS_COUNT = CLASSES.length;
export const SELL = 0;
export const HOLD = 1;
export const BUY = 2;

/** Marks a row that has features but no label: the regime steps over it, nothing is learnt or judged on it. */
export const NO_LABEL = -128;

/** The class of a triple-barrier target. Example: `classOfTarget(-1)` is 0 (SELL). */
export function classOfTarget(target: number): number {
  return target + 1;
}

/** The most likely class of each row of [rows x 3]; of equal ones the first. */
export function likeliestClasses(probabilities: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: probabilities.length / CLASS_COUNT }, (_, row) => {
    const p = (at: number) => probabilities[row * CLASS_COUNT + at] as number;
    const first = p(BUY) > p(HOLD) ? BUY : HOLD;
    return p(SELL) >= p(first) ? SELL : first;
  });
}
