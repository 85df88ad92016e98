import { join, relative } from 'node:path';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { NotFound } from '../../shared/errors.ts';
import type { Connection } from '../connection.ts';
import { machineFailure, runMachine } from '../executions.ts';
import type { Output } from '../output.ts';
import { nextStep } from './show-trained.ts';
import { type Evaluated, verdictWords } from './verdict-words.ts';

/** What the evaluate stage answers; see functions/evaluate/judge-candidate.ts. */
export interface Judged extends Evaluated {
  readonly version: string;
  /** Null for a target that is not judged. */
  readonly verdict_key: string | null;
}

/**
 * Has the gate judge a registered version, against what is live now. One that was live keeps the verdict it has.
 * @throws NotFound or RejectedInput when it cannot be judged, InvariantViolated otherwise.
 */
export async function judgeModel(
  connection: Connection,
  { exchange, target, version }: Pick<ModelVersion, 'exchange' | 'target' | 'version'>,
  output: Output,
): Promise<Judged> {
  const { name, trainingMachineArn } = connection;
  if (trainingMachineArn === undefined) {
    throw new NotFound(
      `environment ${name}: expected the stack output TrainingMachineArn, was none; start or deploy it again`,
    );
  }
  const input = { exchange, target, judge: version };
  const started = performance.now();
  const ended = await runMachine(connection, trainingMachineArn, input, (state) => {
    if (performance.now() - started > 2000) output.line(`  ${state} ...`);
  });
  if (ended.status !== 'SUCCEEDED') throw machineFailure(`judge ${version}`, ended);
  return ended.output as unknown as Judged;
}

/**
 * Says what the gate says, where it says why, and what to do next.
 * @param folder - where the report and the verdict were copied to
 */
export function showJudged(
  row: ModelVersion,
  judged: Judged,
  { folder, environment }: { readonly folder: string; readonly environment: string },
  output: Output,
): void {
  const { exchange, target, version } = row;
  output.line(`${exchange} ${target}: ${version}, ${row.family}${originOf(row)}`);
  if (keepsVerdict(row)) output.line('  it was live: it keeps the verdict that it went live with');
  output.line(`verdict: ${verdictWords(judged)}`);
  if (row.status === 'live') return;
  const page = join(relative('', folder), 'training.html');
  // What is judged by hand is promoted by hand.
  const evaluate = { ...judged, promote: false };
  output.line(`next: ${nextStep({ exchange, target, train: { version }, evaluate, page, environment })}`);
}

function originOf({ distilled_of, imported_by }: ModelVersion): string {
  if (distilled_of !== undefined) return `, distilled of ${distilled_of}`;
  return imported_by === undefined ? '' : `, imported by ${imported_by}`;
}

const keepsVerdict = ({ status, verdict_key }: ModelVersion): boolean =>
  (status === 'live' || status === 'retired') && verdict_key !== null;
