import { readDays } from '../../shared/domain/datasets/assemble.ts';
import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { daysOf } from '../../shared/domain/datasets/manifest-days.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { type CandidateRows, collectCandidateRows } from '../../shared/domain/training/candidate-rows.ts';
import { requireLabels, type Target } from '../../shared/domain/training/targets.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';

/**
 * An exchange's rows of a dataset version with a target's labels, read day by day into the arrays that training wants;
 * rows that carry one of the `blocking` quality flags are left out and counted.
 * @throws RejectedInput when the version has no day of the exchange or its labels have no such target; InvariantViolated
 * when a file is not what the manifest says.
 */
export async function readCandidateRows(
  lake: Pick<LakeFiles, 'read'>,
  manifest: DatasetManifest,
  exchange: Exchange,
  featureNames: readonly string[],
  blocking: readonly string[],
  target: Target,
): Promise<CandidateRows> {
  requireLabels(target, manifest.label_set, manifest.version);
  const days = daysOf(manifest, exchange);
  if (days.length === 0) {
    throw new RejectedInput(
      `exchange: expected days of ${exchange} in dataset ${manifest.version}, was none`,
      { field: 'exchange' },
    );
  }
  const count = days.reduce((sum, { features }) => sum + features.rows, 0);
  const collector = collectCandidateRows(count, featureNames.length, blocking, target);
  const { label_set } = manifest;
  for await (const day of readDays(days, featureNames, label_set, lake.read, target.source))
    collector.add(day);
  return collector.rows();
}
