import { labelEndMs, sampleUniqueness } from '../../shared/domain/labels/uniqueness.ts';
import { classOfTarget, NO_LABEL } from '../../shared/domain/training/classes.ts';
import { modelMatrix } from '../../shared/domain/training/model-matrix.ts';
import { targetNamed } from '../../shared/domain/training/targets.ts';
import { labelledRows } from '../../shared/domain/training/trainable.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { CandidateInput } from '../../shared/ports/model-trainer.ts';

/** The input as models take it, but for what came true: float32 values, weights, the ends of labels. */
export interface ObservedRows {
  readonly rows: number;
  readonly columns: number;
  readonly featureNames: readonly string[];
  /** [rows x columns] */
  readonly matrix: Float32Array;
  readonly sessions: readonly string[];
  readonly timestampsMs: Float64Array;
  /** When each row's label is known; the row's own time where it has none. */
  readonly labelEndsMs: Float64Array;
  /** Label uniqueness; 0 where there is no label. */
  readonly weights: Float64Array;
  /** Minutes that labels look ahead at most. */
  readonly horizonMinutes: number;
}

/** Rows with the classes that came true. */
export interface Observations extends ObservedRows {
  /** 0..2; -1 where there is no label. */
  readonly classes: Int32Array;
}

/**
 * @throws RejectedInput naming the field whose length or order is wrong, or why nothing can be learnt
 */
export function observationsOf(input: CandidateInput): Observations {
  const { targets } = input;
  const observed = observedRows(input, labelledRows(targets), targets.length);
  const classes = Int32Array.from(targets, (target) => (target === NO_LABEL ? -1 : classOfTarget(target)));
  return { ...observed, classes };
}

/** What is observed of any target. */
export type ObservedInput = Omit<CandidateInput, 'targets' | 'forwardReturns'> &
  Partial<Pick<CandidateInput, 'forwardReturns'>>;

/**
 * @param labelled - rows with a label, ascending
 * @throws RejectedInput naming the field whose length or order is wrong
 */
export function observedRows(input: ObservedInput, labelled: Int32Array, rows: number): ObservedRows {
  checkLengths(input, rows);
  checkOrder(input, labelled);
  const spans = input.labelSpanMinutes;
  const labelEndsMs = Float64Array.from(input.timestampsMs);
  for (const row of labelled) {
    labelEndsMs[row] = labelEndMs(input.timestampsMs[row] as number, spans[row] as number);
  }
  return {
    rows,
    columns: input.featureNames.length,
    featureNames: input.featureNames,
    matrix: modelMatrix(input.features, rows, input.featureNames.length),
    sessions: input.sessions,
    timestampsMs: input.timestampsMs,
    labelEndsMs,
    weights: spreadWeights(input, labelled, rows),
    horizonMinutes: targetNamed(input.target).horizonMinutes,
  };
}

function spreadWeights(input: ObservedInput, labelled: Int32Array, rows: number): Float64Array {
  const times = Float64Array.from(labelled, (row) => input.timestampsMs[row] as number);
  const spans = Float64Array.from(labelled, (row) => input.labelSpanMinutes[row] as number);
  const weights = new Float64Array(rows);
  sampleUniqueness(times, spans).forEach((weight, at) => {
    weights[labelled[at] as number] = weight;
  });
  return weights;
}

function checkLengths(input: ObservedInput, rows: number): void {
  const { timestampsMs, sessions, labelSpanMinutes, forwardReturns } = input;
  const fields = {
    timestampsMs,
    sessions,
    labelSpanMinutes,
    ...(forwardReturns && { forwardReturns }),
    ...(input.prices && { prices: input.prices }),
  };
  for (const [field, { length }] of Object.entries(fields)) {
    if (length !== rows)
      throw new RejectedInput(`${field}: expected ${rows} values, was ${length}`, { field });
  }
}

function checkOrder({ timestampsMs, sessions, labelSpanMinutes }: ObservedInput, labelled: Int32Array): void {
  for (const row of labelled) {
    if ((labelSpanMinutes[row] as number) > 0) continue;
    throw new RejectedInput(`labelSpanMinutes[${row}]: expected > 0, was ${labelSpanMinutes[row]}`, {
      field: 'labelSpanMinutes',
    });
  }
  for (let row = 1; row < timestampsMs.length; row += 1) {
    if (!((timestampsMs[row] as number) > (timestampsMs[row - 1] as number))) {
      throw new RejectedInput(`timestampsMs[${row}]: expected ascending times, was ${timestampsMs[row]}`, {
        field: 'timestampsMs',
      });
    }
    if ((sessions[row] as string) < (sessions[row - 1] as string)) {
      throw new RejectedInput(`sessions[${row}]: expected ascending dates, was ${sessions[row]}`, {
        field: 'sessions',
      });
    }
  }
}

/** Of the given rows those with a label. */
export function withLabel({ weights }: Pick<ObservedRows, 'weights'>, rows: Int32Array): Int32Array {
  // A label's uniqueness is never 0.
  return rows.filter((row) => (weights[row] as number) > 0);
}
