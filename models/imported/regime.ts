import * as z from 'zod';
import { describeIssue, plainWording } from '../../shared/describe-issue.ts';
import { RejectedInput } from '../../shared/errors.ts';
import { cholesky } from '../../shared/stats/cholesky.ts';
import type { GaussianHmm } from '../hmm/gaussian-hmm.ts';
import { featurePlaces } from './feature-places.ts';

const numbers = z.array(z.number());

/** A Gaussian HMM as its maker's library names its parts (hmmlearn), covariances in full. */
const regimeFileSchema = z.object({
  schema: z.literal(1),
  /** Names of the feature set, in the model's order. */
  inputs: z.array(z.string()).min(1),
  startprob: numbers.min(1).max(16),
  /** Row: from. */
  transmat: z.array(numbers),
  /** [states][inputs] */
  means: z.array(numbers),
  /** [states][inputs][inputs] */
  covars: z.array(z.array(numbers)),
});

/**
 * Our form standardises inputs and holds them within 8 deviations; the maker's does neither. With a deviation of 2^125
 * nothing is ever held back (8 x 2^125 is above the largest float32), and a power of two changes no digit.
 */
const NO_BOUND = 2 ** 125;
const SUM_TOLERANCE = 1e-6;

/**
 * Reads the regime model of an imported one.
 *
 * @param file - its name, for errors
 * @param names - of the feature set
 * @throws RejectedInput naming the part that is wrong: sizes, sums, a covariance that is not positive definite
 */
export function readRegimeFile(
  text: string,
  file: string,
  set: string,
  names: readonly string[],
): GaussianHmm {
  const { inputs, startprob, transmat, means, covars } = parsed(text, file);
  featurePlaces(inputs, set, names);
  const states = startprob.length;
  const size = inputs.length;
  checkSizes(file, 'transmat', transmat, states, states);
  checkSizes(file, 'means', means, states, size);
  if (covars.length !== states) throw refused(file, `covars of ${states} states`, String(covars.length));
  checkSum(file, 'startprob', startprob);
  transmat.forEach((row, state) => {
    checkSum(file, `transmat of state ${state}`, row);
  });
  return {
    inputs,
    states,
    center: new Float64Array(size),
    scale: new Float64Array(size).fill(NO_BOUND),
    initial: Float64Array.from(startprob),
    transition: Float64Array.from(transmat.flat()),
    means: Float64Array.from(means.flat(), (value) => value / NO_BOUND),
    factors: Float64Array.from(covars.flatMap((matrix, state) => [...factorOf(file, matrix, state, size)])),
  };
}

/** A regime model of one state: it says nothing, for a model that takes no regime. */
export function noRegime(): GaussianHmm {
  const none = new Float64Array(0);
  return {
    inputs: [],
    states: 1,
    center: none,
    scale: none,
    initial: Float64Array.of(1),
    transition: Float64Array.of(1),
    means: none,
    factors: none,
  };
}

/** Which state is the calmest, the next, and so on: by the mean of the realised volatility, else of the first input. */
export function calmestFirst({ inputs, states, means }: GaussianHmm): number[] {
  const at = Math.max(0, inputs.indexOf('realized_vol_5m'));
  const volatility = (state: number) => means[state * inputs.length + at] as number;
  return Array.from({ length: states }, (_, state) => state).sort((a, b) => volatility(a) - volatility(b));
}

function parsed(text: string, file: string): z.infer<typeof regimeFileSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw refused(file, 'JSON', `unreadable (${String(cause)})`);
  }
  const result = regimeFileSchema.safeParse(json);
  if (result.success) return result.data;
  const said = describeIssue(result.error.issues, json, plainWording(file));
  throw new RejectedInput(`${file}: ${said}; NaN and infinity are no numbers here`, { field: file });
}

function checkSizes(
  file: string,
  what: string,
  rows: readonly (readonly number[])[],
  count: number,
  width: number,
): void {
  const other = rows.find((row) => row.length !== width);
  if (rows.length === count && other === undefined) return;
  throw refused(
    file,
    `${what} of ${count} x ${width}`,
    `${rows.length} x ${(other ?? rows[0])?.length ?? 0}`,
  );
}

function checkSum(file: string, what: string, shares: readonly number[]): void {
  const sum = shares.reduce((total, value) => total + value, 0);
  if (Math.abs(sum - 1) <= SUM_TOLERANCE && shares.every((value) => value >= 0)) return;
  throw refused(file, `${what} to be shares that add up to 1`, String(sum));
}

function factorOf(
  file: string,
  matrix: readonly (readonly number[])[],
  state: number,
  size: number,
): Float64Array {
  checkSizes(file, `covars of state ${state}`, matrix, size, size);
  const factor = cholesky(matrix.flat(), size);
  if (factor !== null) return factor.map((value) => value / NO_BOUND);
  throw refused(
    file,
    `a positive definite covariance of state ${state}`,
    'another; fit the regime model again',
  );
}

function refused(file: string, expected: string, was: string): RejectedInput {
  return new RejectedInput(`${file}: expected ${expected}, was ${was}`, { field: file });
}
