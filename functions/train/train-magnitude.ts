import { refuseLegacy } from '../../shared/domain/datasets/legacy/allow-legacy.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import type { FamilyName } from '../../shared/domain/training/families.ts';
import type { MagnitudeMetrics } from '../../shared/domain/training/magnitude/metrics.ts';
import type { MagnitudeCandidate, MagnitudeInput } from '../../shared/ports/magnitude-trainer.ts';
import { magnitudeInput } from './candidate-input.ts';
import { storeMagnitudeReport } from './store-magnitude-report.ts';
import {
  putBundle,
  type TrainPorts,
  type TrainReport,
  type TrainRequest,
  toldOf,
  versionRow,
} from './train-exchange.ts';

export interface MagnitudePorts extends Omit<TrainPorts, 'train' | 'topK'> {
  readonly trainMagnitude: (input: MagnitudeInput, family: FamilyName) => Promise<MagnitudeCandidate>;
}

export interface MagnitudeReport
  extends Pick<
    TrainReport,
    | 'version'
    | 'bundle_prefix'
    | 'report_key'
    | 'exploratory'
    | 'labelled_rows'
    | 'blocked_rows'
    | 'folds'
    | 'created'
  > {
  readonly kind: 'magnitude';
  readonly unit: string;
  readonly out_of_fold: MagnitudeMetrics;
}

/**
 * Trains a candidate that answers a number and registers it with its lineage, as `trainExchange` does for classes.
 * Throws as that does, and RejectedInput for a target of classes.
 */
export function trainMagnitudeOfExchange(ports: MagnitudePorts) {
  return async (request: TrainRequest): Promise<MagnitudeReport> => {
    const { exchange, dataset_version, target, allow_legacy, family = ports.policy.family } = request;
    const manifest = await ports.datasets.version(dataset_version);
    refuseLegacy(manifest, allow_legacy === true);
    const input = await magnitudeInput(ports.lake, manifest, { ...toldOf(ports, request), exchange, target });
    const candidate = await ports.trainMagnitude(input, family);
    const row = versionRow(exchange, target, candidate);
    await putBundle(ports.bucket, row.bundle_prefix, candidate.files);
    await ports.ledger.add(exchange, target, row.version, candidate.summary.trials);
    const report_key = await storeMagnitudeReport(ports, row, candidate);
    return report(row, candidate, report_key, await ports.models.add(row));
  };
}

function report(
  row: ModelVersion,
  { summary }: MagnitudeCandidate,
  report_key: string,
  created: boolean,
): MagnitudeReport {
  return {
    kind: 'magnitude',
    version: row.version,
    bundle_prefix: row.bundle_prefix,
    report_key,
    exploratory: row.exploratory,
    labelled_rows: summary.labelled_rows,
    blocked_rows: summary.blocked_rows,
    folds: summary.folds.length,
    unit: summary.unit,
    out_of_fold: summary.out_of_fold,
    created,
  };
}
