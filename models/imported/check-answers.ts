import { RejectedInput } from '../../shared/errors.ts';
import type { GraphSession } from '../../shared/ports/graph-session.ts';
import type { ExactnessReport, Matrix } from '../../shared/ports/model-family.ts';
import type { ModelSession } from '../../shared/ports/model-session.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';
import { softmaxRows } from '../../shared/stats/softmax-rows.ts';
import { splitColumns } from '../onnx/compare-scores.ts';
import { adversarialRows, ordinaryRows } from '../onnx/probe-rows.ts';
import type { Wiring } from './embed.ts';

export interface AnswerCheck {
  /** The bundle's graph. */
  readonly session: ModelSession;
  /** The file as its maker wrote it. */
  readonly original: GraphSession;
  readonly wiring: Wiring;
  /** Rows of the dataset: features, then regime probabilities. */
  readonly sample: Matrix;
  /** Rows of each kind. */
  readonly count: number;
  readonly seed: number;
}

const CLASSES = 3;
const CHUNK = 5_000;
/** Float32 adds up to 1 as well as this. */
const SUM_TOLERANCE = 1e-4;
const PARITY_TOLERANCE = 1e-6;
const ALONE = 50;
const MISSING_SHARE = 0.02;

/**
 * Asks an imported graph about rows of the dataset (some of their values missing): it has to answer each with finite
 * probabilities that sum to 1, the same ones again, and the same to a row alone as among others. Then the bundle's graph
 * is compared with the file as it was, on `count` such rows and on `count` adversarial ones.
 *
 * @throws RejectedInput naming what the model does not keep to and what its maker can do
 */
export async function checkAnswers(check: AnswerCheck): Promise<ExactnessReport> {
  const { sample, count, wiring } = check;
  const uniform = seededUniform(check.seed);
  const noEdges = Array.from({ length: sample.columns }, () => []);
  let worst = 0;
  for (const draw of [ordinaryRows, adversarialRows]) {
    for (let done = 0; done < count; done += CHUNK) {
      const rows = Math.min(CHUNK, count - done);
      const values = draw(noEdges, sample, rows, uniform);
      keepRegimes(values, sample, wiring.regimeStates, uniform);
      if (draw === ordinaryRows)
        blankSome(values, sample.columns - wiring.regimeStates, sample.columns, uniform);
      const matrix = { values, rows, columns: sample.columns };
      const [ours, theirs] = [await answersOf(check, matrix), await originalAnswers(check, matrix)];
      if (draw === ordinaryRows) {
        checkProbabilities(theirs, wiring);
        if (done === 0) await checkRepeats(check, matrix, ours);
      }
      worst = Math.max(worst, largestDifference(ours, asProbabilities(theirs, wiring)));
    }
  }
  if (!(worst <= PARITY_TOLERANCE)) {
    const message = `model: expected the same answers within a bundle as alone, was off by ${worst}`;
    throw new RejectedInput(`${message}; export it without operators that look across rows`, {
      field: 'model',
    });
  }
  return {
    ordinaryRows: count,
    adversarialRows: count,
    leafMismatches: 0,
    worstScoreDifference: worst,
    worstProbabilityDifference: worst,
  };
}

/** The regime of a row stays one that occurs: its probabilities come from one row of the sample. */
function keepRegimes(values: Float32Array, sample: Matrix, states: number, uniform: () => number): void {
  for (let end = sample.columns; end <= values.length; end += sample.columns) {
    const row = Math.floor(uniform() * sample.rows) + 1;
    values.set(sample.values.subarray(row * sample.columns - states, row * sample.columns), end - states);
  }
}

function blankSome(values: Float32Array, features: number, columns: number, uniform: () => number): void {
  for (let at = 0; at < values.length; at += 1) {
    if (at % columns < features && uniform() < MISSING_SHARE) values[at] = Number.NaN;
  }
}

async function answersOf({ session, wiring }: AnswerCheck, matrix: Matrix): Promise<Float64Array> {
  return (await session.run(splitColumns(matrix, wiring.regimeStates))).probabilities;
}

function originalAnswers({ original, wiring }: AnswerCheck, matrix: Matrix): Promise<Float64Array> {
  const { places, regimeInput, regimeStates, input, answer } = wiring;
  const { features, regime, rows } = splitColumns(matrix, regimeStates);
  const width = matrix.columns - regimeStates;
  const chosen = new Float32Array(rows * places.length);
  for (let row = 0; row < rows; row += 1) {
    places.forEach((place, at) => {
      chosen[row * places.length + at] = features[row * width + place] as number;
    });
  }
  return original.run(
    [
      { name: input, values: chosen, columns: places.length },
      ...(regimeInput === null ? [] : [{ name: regimeInput, values: regime, columns: regimeStates }]),
    ],
    answer,
  );
}

function checkProbabilities(theirs: Float64Array, { answerKind }: Wiring): void {
  if (theirs.length % CLASSES !== 0) throw refused('three numbers for each row', `${theirs.length} numbers`);
  for (let at = 0; at < theirs.length; at += CLASSES) {
    const own = theirs.subarray(at, at + CLASSES);
    const row = at / CLASSES;
    if (!own.every(Number.isFinite)) {
      const remedy = 'fill missing values within the graph';
      throw refused('a finite answer to each row', `${own.join(', ')} for row ${row}`, remedy);
    }
    if (answerKind === 'scores') continue;
    const sum = own.reduce((total, value) => total + value, 0);
    if (own.some((value) => value < 0) || !(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
      const remedy = 'set output_kind to scores if these are no probabilities';
      throw refused('probabilities that add up to 1', `${own.join(', ')} for row ${row}`, remedy);
    }
  }
}

/** Asked again, and row by row as in production, a model says the same. */
async function checkRepeats(check: AnswerCheck, matrix: Matrix, first: Float64Array): Promise<void> {
  const again = await answersOf(check, matrix);
  if (!again.every((value, at) => Object.is(value, first[at]))) {
    throw refused('the same answer to the same rows', 'another one', 'export it without random operators');
  }
  for (let row = 0; row < Math.min(ALONE, matrix.rows); row += 1) {
    const values = matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns);
    const alone = await answersOf(check, { values, rows: 1, columns: matrix.columns });
    const among = first.subarray(row * CLASSES, (row + 1) * CLASSES);
    if (largestDifference(alone, among) <= PARITY_TOLERANCE) continue;
    const was = `${alone.join(', ')} alone and ${among.join(', ')} among others for row ${row}`;
    throw refused(
      'the same answer to a row alone as among others',
      was,
      'export it without batch statistics',
    );
  }
}

function asProbabilities(theirs: Float64Array, { answerKind, classPlaces }: Wiring): Float64Array {
  const ordered = Float64Array.from(
    theirs,
    (_, at) => theirs[at - (at % CLASSES) + (classPlaces[at % CLASSES] as number)] as number,
  );
  return answerKind === 'scores' ? softmaxRows(ordered, CLASSES) : ordered;
}

/** NaN on both sides is no difference: a row like that is never asked, but what is done with it must not change. */
function largestDifference(found: Float64Array, expected: Float64Array): number {
  let gap = found.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  for (let at = 0; at < expected.length; at += 1) {
    const [a, b] = [found[at] as number, expected[at] as number];
    if (Number.isNaN(a) && !Number.isFinite(b)) continue;
    const difference = Math.abs(a - b);
    gap = Math.max(gap, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return gap;
}

function refused(expected: string, was: string, remedy = 'look at the output it names'): RejectedInput {
  return new RejectedInput(`model: expected ${expected}, was ${was}; ${remedy}`, { field: 'model' });
}
