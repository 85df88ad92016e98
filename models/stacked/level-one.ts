import type { FitRequest } from '../../shared/ports/model-family.ts';
import { chooseRidge } from '../linear/choose-ridge.ts';
import { optimum } from '../linear/optimum.ts';
import { ridgeLogistic } from '../linear/ridge-logistic.ts';
import { type OutOfFold, seenClasses } from './out-of-fold.ts';
import type { Combination } from './stack.ts';

const CLASSES = 3;
/** The strongest first, further down than for features: there are six terms, not eighty. */
const RIDGES = [100, 30, 10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001] as const;
/** With fewer scored sessions the members count alike. */
const FEWEST_SESSIONS = 4;
/** Raw score of a class without training rows: its chance is nothing, and finite. */
const UNSEEN_SCORE = Math.log(1e-15);

export interface LevelOne extends Combination {
  /** The ridge that was chosen; null where the members count alike. */
  readonly l2: number | null;
}

/**
 * Learns from out-of-fold scores how members are to be combined: ridge multinomial logistic regression on their
 * log-probabilities, each row's taken from their mean over the classes. Taken so they are linear in the members' raw
 * scores, and differ from log-probabilities by what is the same for all classes.
 *
 * @returns equal shares (the logarithmic pool) where fewer than four sessions, or not every class of `classes`, were
 * scored
 * @param classes - that the members have seen, ascending
 */
export async function fitLevelOne(
  rows: OutOfFold,
  classes: readonly number[],
  request: Pick<FitRequest, 'signal'>,
): Promise<LevelOne> {
  const members = rows.scores.length;
  const isEnough = new Set(rows.sessions).size >= FEWEST_SESSIONS;
  if (!isEnough || seenClasses(rows).length < classes.length) return { ...equalShares(members), l2: null };
  const { terms, mean, scale } = standardised(centred(rows.scores, classes), rows.weights);
  const width = mean.length;
  const total = rows.weights.reduce((sum, weight) => sum + weight, 0);
  const labels = rows.labels.map((label) => Math.max(0, classes.indexOf(label)));
  const judged = { terms, width, labels, weights: rows.weights, sessions: rows.sessions };
  const l2 = await chooseRidge(judged, null, request, RIDGES);
  const weights = rows.weights.map((weight) => weight / total);
  const problem = ridgeLogistic({ terms, width, classes: classes.length, labels, weights }, l2);
  const { point } = await optimum(problem, { signal: request.signal });
  return { ...combinationOf(point, mean, scale, classes, members), l2 };
}

/** Every member's own score of a class counts the same for that class: the mean of their log-probabilities. */
export function equalShares(members: number): Combination {
  const width = members * CLASSES;
  const weights = Float64Array.from({ length: CLASSES * width }, (_, at) =>
    (at % width) % CLASSES === Math.floor(at / width) ? 1 / members : 0,
  );
  return { weights, bias: new Float64Array(CLASSES) };
}

/** [rows x (members x classes)]: each member's scores of the seen classes less their mean. */
function centred(scores: readonly Float64Array[], classes: readonly number[]): Float64Array {
  const width = scores.length * classes.length;
  const rows = (scores[0] as Float64Array).length / CLASSES;
  const terms = new Float64Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    scores.forEach((member, at) => {
      const own = classes.map((of) => member[row * CLASSES + of] as number);
      const mean = own.reduce((sum, score) => sum + score, 0) / own.length;
      own.forEach((score, of) => {
        terms[row * width + at * own.length + of] = score - mean;
      });
    });
  }
  return terms;
}

/** Terms of weighted mean 0 and deviation 1; one that does not vary is 0 throughout. */
function standardised(terms: Float64Array, weights: Float64Array) {
  const width = terms.length / weights.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float64Array(width);
  const scale = new Float64Array(width);
  terms.forEach((term, at) => {
    mean[at % width]! += ((weights[Math.floor(at / width)] as number) / total) * term;
  });
  terms.forEach((term, at) => {
    const weight = (weights[Math.floor(at / width)] as number) / total;
    scale[at % width]! += weight * (term - (mean[at % width] as number)) ** 2;
  });
  const deviation = scale.map((square) => Math.sqrt(square) || 1);
  const result = terms.map(
    (term, at) => (term - (mean[at % width] as number)) / (deviation[at % width] as number),
  );
  return { terms: result, mean, scale: deviation };
}

/** The optimum over standardised, centred scores as weights of the members' raw scores. */
function combinationOf(
  point: Float64Array,
  mean: Float64Array,
  scale: Float64Array,
  classes: readonly number[],
  members: number,
): Combination {
  const weights = new Float64Array(CLASSES * members * CLASSES);
  const bias = new Float64Array(CLASSES).fill(UNSEEN_SCORE);
  const width = mean.length;
  classes.forEach((own, at) => {
    const start = at * (width + 1);
    const slopes = scale.map((deviation, term) => (point[start + term] as number) / deviation);
    bias[own] = slopes.reduce(
      (sum, slope, term) => sum - slope * (mean[term] as number),
      point[start + width] as number,
    );
    for (let member = 0; member < members; member += 1) {
      const of = slopes.subarray(member * classes.length, (member + 1) * classes.length);
      const middle = of.reduce((sum, slope) => sum + slope, 0) / of.length;
      classes.forEach((place, slope) => {
        weights[(own * members + member) * CLASSES + place] = (of[slope] as number) - middle;
      });
    }
  });
  return { weights, bias };
}
