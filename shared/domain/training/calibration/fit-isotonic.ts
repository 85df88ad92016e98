import { isotonicBlocks } from '../../../stats/isotonic-blocks.ts';
import { type IsotonicMaps, type ScoredRows, twoQuestions } from '../calibration.ts';
import { BUY, HOLD } from '../classes.ts';
import { blended, type MonotoneMap, mapped } from './monotone-map.ts';
import { regimeWeights } from './regime-weights.ts';

// A block's share of hits counts as if that many rows more had come out as stated before, and one half hit, half not:
// no probability becomes 0 or 1, and a block of few rows stays near what it refines.
const PRIOR_ROWS = 10;
const UNDECIDED_ROWS = 1;
// Knots closer than this would make a slope that turns the rounding of a sum into a difference.
const LEAST_GAP = 1e-4;
// What one sum gives for 0.7, another gives for 1 - 0.3, but for its rounding.
const EQUAL = 1e-9;
// A regime's own map counts half when as many effective rows (two sessions' worth) speak for it.
const REGIME_ROWS = 50;

/** Stated probabilities of one answer, ascending, with whether it came true. */
interface Evidence {
  readonly stated: Float64Array;
  readonly came: Uint8Array;
  /** Numbers of the rows they are of. */
  readonly rows: Int32Array;
}

interface Block {
  readonly weight: number;
  readonly hits: number;
  /** Sums over its rows, by weight. */
  readonly stated: number;
  readonly prior: number;
}

type Weigh = (row: number) => number;
type Prior = (stated: number) => number;

export interface FittedMaps {
  readonly common: IsotonicMaps;
  /** Of each regime state. */
  readonly regimes: readonly IsotonicMaps[];
}

/**
 * Isotonic regression of both questions on affinely calibrated scores [rows x 3], for all rows and for each regime state.
 *
 * A row counts for a state by its chance of it. A state's map is drawn to the common one as far as its rows are few;
 * without any it is the common one.
 */
export function fitIsotonic(scores: Float64Array, rows: ScoredRows, states: number): FittedMaps {
  const questions = evidence(scores, rows);
  const shares = regimeWeights(rows.regimes, rows.labels.length, states);
  const weightOf = (row: number) => rows.weights[row] as number;
  const common = {
    hold: fitMap(questions.hold, weightOf, (stated) => stated),
    direction: mirrored(fitMap(questions.direction, weightOf, (stated) => stated)),
  };
  const ofState = (state: number): IsotonicMaps => {
    const weigh: Weigh = (row) => weightOf(row) * (shares[row * (states + 1) + state] as number);
    const own = (name: 'hold' | 'direction') => {
      const fitted = fitMap(questions[name], weigh, (stated) => mapped(common[name], stated));
      return name === 'hold' ? fitted : mirrored(fitted);
    };
    return {
      hold: blended(own('hold'), common.hold, trust(questions.hold, weigh)),
      direction: blended(own('direction'), common.direction, trust(questions.direction, weigh)),
    };
  };
  return { common, regimes: Array.from({ length: states }, (_, state) => ofState(state)) };
}

function trust({ rows }: Evidence, weigh: Weigh): number {
  const weight = rows.reduce((sum, row) => sum + weigh(row), 0);
  return weight / (weight + REGIME_ROWS);
}

/** HOLD on all rows; on rows that moved, the likelier direction, so that SELL and BUY speak for one map. */
function evidence(scores: Float64Array, { labels, weights }: ScoredRows) {
  const { hold, direction } = twoQuestions(scores);
  const all = Int32Array.from(labels.keys());
  // A row torn between the two says nothing of the likelier one.
  const moved = all.filter((row) => labels[row] !== HOLD && direction[row] !== 0.5);
  return {
    hold: ordered(
      all.map((row) => row),
      (row) => hold[row] as number,
      (row) => labels[row] === HOLD,
      weights,
    ),
    direction: ordered(
      moved,
      (row) => Math.max(direction[row] as number, 1 - (direction[row] as number)),
      (row) => (direction[row] as number) > 0.5 === (labels[row] === BUY),
      weights,
    ),
  };
}

/** In an order that does not depend on the rows': sums then round alike. */
function ordered(
  rows: Int32Array,
  stated: (row: number) => number,
  came: (row: number) => boolean,
  weights: Float64Array,
): Evidence {
  rows.sort(
    (a, b) =>
      stated(a) - stated(b) ||
      Number(came(a)) - Number(came(b)) ||
      (weights[a] as number) - (weights[b] as number),
  );
  return {
    stated: Float64Array.from(rows, stated),
    came: Uint8Array.from(rows, (row) => Number(came(row))),
    rows,
  };
}

/** A constant of one half without evidence. */
function fitMap({ stated, came, rows }: Evidence, weigh: Weigh, prior: Prior): MonotoneMap {
  const levels: Block[] = [];
  let last = Number.NaN;
  rows.forEach((row, at) => {
    const weight = weigh(row);
    if (!(weight > 0)) return;
    const x = stated[at] as number;
    const level = {
      weight,
      hits: weight * (came[at] as number),
      stated: weight * x,
      prior: weight * prior(x),
    };
    // Rows that were stated alike are one: of equals, none comes first.
    if (x - last < EQUAL) levels.push(pooled(levels.pop() as Block, level));
    else levels.push(level);
    last = x;
  });
  const shares = levels.map(({ hits, weight }) => hits / weight);
  const weights = levels.map(({ weight }) => weight);
  const blocks = isotonicBlocks(shares, weights).map(({ start, end }) =>
    levels.slice(start, end).reduce(pooled),
  );
  const kept = separated(blocks);
  return kept.length === 0
    ? { at: [0.5], values: [0.5] }
    : { at: kept.map(centre), values: kept.map(smoothed) };
}

const centre = ({ stated, weight }: Block): number => stated / weight;

const smoothed = ({ hits, weight, prior }: Block): number =>
  (hits + PRIOR_ROWS * (prior / weight) + UNDECIDED_ROWS / 2) / (weight + PRIOR_ROWS + UNDECIDED_ROWS);

const pooled = (a: Block, b: Block): Block => ({
  weight: a.weight + b.weight,
  hits: a.hits + b.hits,
  stated: a.stated + b.stated,
  prior: a.prior + b.prior,
});

/** Pools neighbours that smoothing brought out of order, or that are too close. */
function separated(blocks: readonly Block[]): Block[] {
  const kept: Block[] = [];
  for (let block of blocks) {
    for (let before = kept.at(-1); before !== undefined; before = kept.at(-1)) {
      if (smoothed(before) < smoothed(block) && centre(block) - centre(before) >= LEAST_GAP) break;
      block = pooled(before, block);
      kept.pop();
    }
    kept.push(block);
  }
  return kept;
}

/**
 * The map over [0, 1] of a map over [1/2, 1], the probability that the likelier direction comes true: through the point
 * (1/2, 1/2), and never below it, since a direction that is right less often than not says nothing of the other.
 */
function mirrored({ at, values }: MonotoneMap): MonotoneMap {
  const upper = at
    .map((x, knot) => ({ x, value: values[knot] as number }))
    .filter(({ x, value }) => x - 0.5 >= LEAST_GAP && value > 0.5);
  const lower = upper.map(({ x, value }) => ({ x: 1 - x, value: 1 - value })).reverse();
  const knots = [...lower, { x: 0.5, value: 0.5 }, ...upper];
  return { at: knots.map(({ x }) => x), values: knots.map(({ value }) => value) };
}
