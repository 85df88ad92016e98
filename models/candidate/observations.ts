import { labelEndMs, sampleUniqueness } from '../../shared/domain/labels/uniqueness.ts';
import { classOfTarget, NO_LABEL } from '../../shared/domain/training/classes.ts';
import { modelMatrix } from '../../shared/domain/training/model-matrix.ts';
import { labelledRows } from '../../shared/domain/training/trainable.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { CandidateInput } from '../../shared/ports/model-trainer.ts';

/** The input as models take it: float32 values, classes, weights. */
export interface Observations {
  readonly rows: number;
  readonly columns: number;
  readonly featureNames: readonly string[];
  /** [rows x columns] */
  readonly matrix: Float32Array;
  readonly sessions: readonly string[];
  readonly timestampsMs: Float64Array;
  /** When each row's label is known; the row's own time where it has none. */
  readonly labelEndsMs: Float64Array;
  /** 0..2; -1 where there is no label. */
  readonly classes: Int32Array;
  /** Label uniqueness; 0 where there is no label. */
  readonly weights: Float64Array;
}

/**
 * @throws RejectedInput naming the field whose length or order is wrong, or why nothing can be learnt
 */
export function observationsOf(input: CandidateInput): Observations {
  const rows = input.targets.length;
  const labelled = labelledRows(input.targets);
  checkLengths(input, rows);
  checkOrder(input);
  const isLabelled = (row: number) => input.targets[row] !== NO_LABEL;
  const spans = input.labelSpanMinutes;
  return {
    rows,
    columns: input.featureNames.length,
    featureNames: input.featureNames,
    matrix: modelMatrix(input.features, rows, input.featureNames.length),
    sessions: input.sessions,
    timestampsMs: input.timestampsMs,
    labelEndsMs: input.timestampsMs.map((time, row) =>
      isLabelled(row) ? labelEndMs(time, spans[row] as number) : time,
    ),
    classes: Int32Array.from(input.targets, (target) => (target === NO_LABEL ? -1 : classOfTarget(target))),
    weights: spreadWeights(input, labelled),
  };
}

function spreadWeights(input: CandidateInput, labelled: Int32Array): Float64Array {
  const times = Float64Array.from(labelled, (row) => input.timestampsMs[row] as number);
  const spans = Float64Array.from(labelled, (row) => input.labelSpanMinutes[row] as number);
  const weights = new Float64Array(input.targets.length);
  sampleUniqueness(times, spans).forEach((weight, at) => {
    weights[labelled[at] as number] = weight;
  });
  return weights;
}

function checkLengths(input: CandidateInput, rows: number): void {
  const { timestampsMs, sessions, labelSpanMinutes, forwardReturns } = input;
  const fields = {
    timestampsMs,
    sessions,
    labelSpanMinutes,
    forwardReturns,
    ...(input.prices && { prices: input.prices }),
  };
  for (const [field, { length }] of Object.entries(fields)) {
    if (length !== rows)
      throw new RejectedInput(`${field}: expected ${rows} values, was ${length}`, { field });
  }
}

function checkOrder({ timestampsMs, sessions, targets, labelSpanMinutes }: CandidateInput): void {
  for (let row = 0; row < targets.length; row += 1) {
    if (targets[row] !== NO_LABEL && !((labelSpanMinutes[row] as number) > 0)) {
      throw new RejectedInput(`labelSpanMinutes[${row}]: expected > 0, was ${labelSpanMinutes[row]}`, {
        field: 'labelSpanMinutes',
      });
    }
    if (row === 0) continue;
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
export function withLabel(data: Observations, rows: Int32Array): Int32Array {
  return rows.filter((row) => (data.classes[row] as number) >= 0);
}
