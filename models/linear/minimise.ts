/** A point with the objective's value and gradient there. */
export interface Evaluated {
  readonly point: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface Problem {
  /** Value and gradient at a point; smooth and convex. */
  readonly evaluate: (point: Float64Array) => Evaluated;
  /** About the inverse Hessian times a vector; symmetric and positive definite. */
  readonly precondition: (vector: Float64Array) => Float64Array;
  readonly start: Float64Array;
  /** Done when no component of the gradient is larger. */
  readonly tolerance: number;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

const MEMORY = 10;
const SUFFICIENT_DECREASE = 1e-4;
const SHORTEST_STEP = 2 ** -40;
/** Values this close together, relative to their size, differ by rounding only. */
const ROUNDING = 1e-14;

/**
 * Preconditioned L-BFGS (Nocedal and Wright 2006, algorithm 7.4) with backtracking, one step at a time.
 *
 * @returns a generator of the points reached; it ends after the one at which the gradient is within the tolerance, or
 * when rounding lets it go no further
 */
export function* minimise(problem: Problem): Generator<Evaluated, void, void> {
  const pairs: Pair[] = [];
  let current = problem.evaluate(problem.start);
  while (largest(current.gradient) > problem.tolerance) {
    const next = search(problem, current, direction(current.gradient, pairs, problem.precondition));
    if (next === null) return;
    remember(pairs, current, next);
    current = next;
    yield current;
  }
}

/** The largest absolute component. */
export function largest(vector: Float64Array): number {
  return vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function search({ evaluate }: Problem, from: Evaluated, toward: Float64Array): Evaluated | null {
  const slope = dot(from.gradient, toward);
  const slack = ROUNDING * Math.abs(from.value);
  for (let length = 1; length >= SHORTEST_STEP; length /= 2) {
    const found = evaluate(from.point.map((value, at) => value + length * (toward[at] as number)));
    if (found.value <= from.value + SUFFICIENT_DECREASE * length * slope + slack) return found;
  }
  return null;
}

function remember(pairs: Pair[], from: Evaluated, to: Evaluated): void {
  const step = difference(to.point, from.point);
  const change = difference(to.gradient, from.gradient);
  const curvature = dot(step, change);
  if (!(curvature > 0)) return;
  pairs.push({ step, change, curvature });
  if (pairs.length > MEMORY) pairs.shift();
}

/** Two-loop recursion around the preconditioner, which the last step's curvature scales. */
function direction(
  gradient: Float64Array,
  pairs: readonly Pair[],
  precondition: Problem['precondition'],
): Float64Array {
  const q = gradient.map((value) => -value);
  const newestFirst = pairs.toReversed().map((pair) => {
    const share = dot(pair.step, q) / pair.curvature;
    add(q, pair.change, -share);
    return { pair, share };
  });
  const r = precondition(q);
  const last = pairs.at(-1);
  if (last !== undefined) {
    const size = last.curvature / dot(last.change, precondition(last.change));
    r.forEach((value, at) => {
      r[at] = value * size;
    });
  }
  for (const { pair, share } of newestFirst.toReversed()) {
    add(r, pair.step, share - dot(pair.change, r) / pair.curvature);
  }
  return r;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, at) => value - (b[at] as number));
}

function add(to: Float64Array, vector: Float64Array, times: number): void {
  for (let at = 0; at < to.length; at += 1) to[at]! += times * (vector[at] as number);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
