import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import type { Reproduction } from '../../shared/domain/training/reproduction.ts';
import { NotFound, RejectedInput } from '../../shared/errors.ts';
import type { Connection } from '../connection.ts';
import { machineFailure, runMachine } from '../executions.ts';
import type { Output } from '../output.ts';

/** What the train stage answers; see functions/train/reproduce-version.ts. */
export interface ReproductionReport extends Reproduction {
  readonly exchange: Exchange;
  readonly target: string;
  readonly seconds: number;
}

/**
 * The registered version of that name among those of one target.
 * @throws NotFound when there is none; RejectedInput when two exchanges have one and none was named.
 */
export function wantedVersion(
  models: readonly ModelVersion[],
  version: string,
  exchange: Exchange | undefined,
): ModelVersion {
  const named = models.filter(
    (model) => model.version === version && (exchange === undefined || model.exchange === exchange),
  );
  const [found, other] = named;
  if (found === undefined) {
    const where = exchange === undefined ? '' : ` of ${exchange}`;
    throw new NotFound(`version: expected a registered one${where}, was ${version}; ./oi models lists them`, {
      field: 'version',
    });
  }
  if (other === undefined) return found;
  const names = named.map((model) => model.exchange).join(' or ');
  throw new RejectedInput(`--exchange: expected ${names} since both have ${version}, was none`, {
    field: 'exchange',
  });
}

/**
 * Lets the train stage train a version again and compare; it registers nothing.
 * @throws RejectedInput or NotFound when the version cannot be trained again, InvariantViolated otherwise.
 */
export async function reproduceModel(
  connection: Connection,
  { exchange, target, version }: Pick<ModelVersion, 'exchange' | 'target' | 'version'>,
  threads: number | undefined,
  output: Output,
): Promise<ReproductionReport> {
  const { name, trainingMachineArn } = connection;
  if (trainingMachineArn === undefined) {
    throw new NotFound(
      `environment ${name}: expected the stack output TrainingMachineArn, was none; start or deploy it again`,
    );
  }
  const input = { exchange, target, reproduce: version, ...(threads && { threads }) };
  const started = performance.now();
  const ended = await runMachine(connection, trainingMachineArn, input, (state) => {
    if (performance.now() - started > 2000) output.line(`  ${state} ...`);
  });
  if (ended.status !== 'SUCCEEDED') throw machineFailure(`reproduce ${version}`, ended);
  return ended.output as unknown as ReproductionReport;
}

export function showReproduction(report: ReproductionReport, output: Output): void {
  const { exchange, version, same, bundle_hash, reproduced_hash, different, changed, seconds } = report;
  output.line(
    same
      ? `${exchange} ${version}: the same again, bundle hash ${bundle_hash.slice(0, 16)} (${seconds.toFixed(0)} s)`
      : `${exchange} ${version}: NOT the same: bundle hash was ${bundle_hash.slice(0, 16)}, is ${reproduced_hash.slice(0, 16)} (${seconds.toFixed(0)} s)`,
  );
  const short = (hash: string | null) => hash?.slice(0, 16) ?? 'absent';
  if (different.length > 0) {
    output.table(
      ['file', 'was', 'is'],
      different.map(({ file, was, now }) => [file, short(was), short(now)]),
    );
  }
  for (const { what, was, now } of changed) {
    output.line(`${what}: was ${was.slice(0, 40)}, is ${now.slice(0, 40)}`);
  }
  if (!same && changed.length === 0) {
    output.line('neither code, nor data, nor a library is said to have changed: look for a source of chance');
  }
}
