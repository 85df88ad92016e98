import { RejectedInput } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import { isRefusal } from '../../shared/refusal.ts';

/** What SageMaker shows of a failure file. */
const FAILURE_CHARACTERS = 1024;

interface Ports {
  /** The train stage's handler: checks its input itself. */
  readonly train: (request: object) => Promise<object>;
  readonly bucket: Pick<ObjectStore, 'put'>;
}

/**
 * One training as a container job: its hyperparameters are `request`, the train stage's input as JSON, and
 * `report_key`, the object that its answer is written to.
 * @throws RejectedInput naming the hyperparameter that is missing or is not JSON, and whatever the training throws.
 */
export function runJob({ train, bucket }: Ports) {
  return async (hyperparameters: Readonly<Record<string, unknown>>): Promise<object> => {
    const reportKey = textOf(hyperparameters, 'report_key');
    const report = await train(jsonOf(textOf(hyperparameters, 'request')));
    await bucket.put(reportKey, `${JSON.stringify(report)}\n`);
    return report;
  };
}

/** The words of a failure file: the error's name, which a state machine matches on, and its message. */
export function failureText(thrown: unknown): string {
  const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return `${name}: ${message}`.slice(0, FAILURE_CHARACTERS);
}

/** Whether somebody must look where in the code it was thrown; what was refused is told by its reason alone. */
export function needsStack(thrown: unknown): boolean {
  return !isRefusal(thrown);
}

function textOf(hyperparameters: Readonly<Record<string, unknown>>, name: string): string {
  const value = hyperparameters[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new RejectedInput(`${name}: expected text, was ${JSON.stringify(value) ?? 'missing'}`, {
    field: name,
  });
}

function jsonOf(text: string): object {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RejectedInput(`request: expected JSON, was ${text.slice(0, 80)}`, { field: 'request', cause });
  }
}
