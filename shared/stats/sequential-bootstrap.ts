/** The periods that a label is made of: from `start` up to, and not including, `end`. Whole numbers, start < end. */
export interface LabelSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * The chance of each label to be drawn next by the sequential bootstrap (Lopez de Prado 2018, 4.5.2): its average
 * uniqueness once it is added to what was drawn, over the sum of all. Labels that overlap what is there already are drawn
 * less often. `drawn` holds positions in `labels`, repeats included. No labels: no chances.
 * @throws RangeError naming a span without a period, or a position that is not there
 * @example nextDrawChances([{ start: 0, end: 3 }, { start: 2, end: 4 }, { start: 4, end: 6 }], [1]) // [5/14, 3/14, 6/14]
 */
export function nextDrawChances(labels: readonly LabelSpan[], drawn: readonly number[]): number[] {
  for (const { start, end } of labels) {
    if (!(start < end)) throw new RangeError(`span: expected an end after ${start}, was ${end}`);
  }
  const taken = drawn.map((position) => {
    const label = labels[position];
    if (label !== undefined) return label;
    throw new RangeError(`drawn: expected positions below ${labels.length}, was ${position}`);
  });
  const uniqueness = labels.map((label) => averageUniqueness(label, taken));
  const total = uniqueness.reduce((sum, value) => sum + value, 0);
  return uniqueness.map((value) => value / total);
}

/** The mean, over the label's periods, of one over the labels there, itself among them. */
function averageUniqueness({ start, end }: LabelSpan, others: readonly LabelSpan[]): number {
  let sum = 0;
  for (let period = start; period < end; period += 1) {
    sum += 1 / (1 + others.filter((other) => other.start <= period && period < other.end).length);
  }
  return sum / (end - start);
}

/**
 * Draws `count` positions with replacement, each by `nextDrawChances` of those before it. `uniform` gives numbers in
 * [0, 1). Example: `sequentialBootstrap(labels, labels.length, seededUniform(7))`.
 */
export function sequentialBootstrap(
  labels: readonly LabelSpan[],
  count: number,
  uniform: () => number,
): number[] {
  const drawn: number[] = [];
  while (drawn.length < count && labels.length > 0) {
    const chances = nextDrawChances(labels, drawn);
    let left = uniform();
    const position = chances.findIndex((chance) => {
      left -= chance;
      return left < 0;
    });
    // The chances add up to 1 but for the last bit.
    drawn.push(position < 0 ? labels.length - 1 : position);
  }
  return drawn;
}
