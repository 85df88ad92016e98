import { RejectedInput } from '../../errors.ts';
import type { LabelSource } from '../datasets/label-source.ts';
import { LABEL_SET_ID } from '../labels/label-day.ts';
import { MINUTE_MS } from '../market/indian-time.ts';
import { PRODUCTION_TARGET } from '../market/production-target.ts';

/** Something a model can be trained to predict, out of the label rows of a dataset. */
export interface Target {
  /** As in the paths of bundles and reports. */
  readonly name: string;
  /** `classes`: SELL, HOLD or BUY, each with a probability. `magnitude`: a number, in `unit`. */
  readonly kind: 'classes' | 'magnitude';
  /** The columns of the label rows that it is made of. */
  readonly source: LabelSource;
  /** Minutes that a label looks ahead at most; never beyond the session's end. */
  readonly horizonMinutes: number;
  /** What a label comes to, as the model learns it, from the value of its column. */
  readonly learns: (label: number) => number;
  /** What one unit of a magnitude is; null for classes. */
  readonly unit: string | null;
  /** What it says, for people. */
  readonly says: string;
}

const asIs = (label: number): number => label;
const BASIS_POINTS = 10_000;

function barrier(name: string, label: 'target' | 'session_target', says: string): Target {
  const minutes = label === 'target' ? 'minutes_to_hit' : 'session_minutes_to_hit';
  const source = { column: label, minutes } as const;
  return { name, kind: 'classes', source, horizonMinutes: 15, learns: asIs, unit: null, says };
}

function direction(minutes: 3 | 5 | 30): Target {
  return {
    name: `dir${minutes}`,
    kind: 'classes',
    source: { column: `direction_${minutes}`, minutes },
    horizonMinutes: minutes,
    learns: asIs,
    unit: null,
    says: `whether the underlying is lower (SELL), where it was (HOLD) or higher (BUY) ${minutes} minutes later`,
  };
}

/** Every target, the one in production first. */
export const TARGETS: readonly Target[] = [
  barrier(
    PRODUCTION_TARGET,
    'target',
    "which barrier the underlying meets first within 15 minutes, one one-minute volatility away (the tracker's)",
  ),
  barrier(
    'tb15s',
    'session_target',
    'which barrier the underlying meets first within 15 minutes, one 15-minute volatility of the session away',
  ),
  direction(3),
  direction(5),
  direction(30),
  {
    name: 'mag15',
    kind: 'magnitude',
    source: { column: 'return_15', minutes: 15 },
    horizonMinutes: 15,
    learns: (label) => Math.abs(label) * BASIS_POINTS,
    unit: 'basis points of the underlying',
    says: 'how far the underlying is, 15 minutes later, from where it was, whichever way',
  },
];

export const TARGET_NAMES: readonly string[] = TARGETS.map(({ name }) => name);

/** @throws RejectedInput listing the targets there are. Example: `targetNamed('dir5').horizonMinutes` is 5. */
export function targetNamed(name: string): Target {
  const found = TARGETS.find((target) => target.name === name);
  if (found !== undefined) return found;
  throw new RejectedInput(`target: expected one of ${TARGET_NAMES.join(', ')}, was ${name}`, {
    field: 'target',
  });
}

/** What label sets of other code had: the first one of this program, and the tracker's own batches. */
const FORMER_LABELS: Readonly<Record<string, RegExp>> = {
  'tracker-tb15-v1': /^(target|(return|direction)_\d+)$/,
};
const ALWAYS_LABELLED = /^target$/;

/**
 * Refuses a target that a label set has no column for; the present set has them all.
 * @throws RejectedInput naming the column and what to do
 */
export function requireLabels({ name, source }: Target, labelSet: string, datasetVersion: string): void {
  if (labelSet === LABEL_SET_ID) return;
  if ((FORMER_LABELS[labelSet] ?? ALWAYS_LABELLED).test(source.column)) return;
  throw new RejectedInput(
    `target: expected one that the labels of dataset ${datasetVersion} (${labelSet}) have, was ${name}: they have no ` +
      `${source.column}, as ${LABEL_SET_ID} has; label the days again and build a new dataset`,
    { field: 'target' },
  );
}

/** Quiet time between what is learnt from and what is judged within a session, in milliseconds. */
export function embargoMsOf({ horizonMinutes }: Pick<Target, 'horizonMinutes'>): number {
  return horizonMinutes * MINUTE_MS;
}
