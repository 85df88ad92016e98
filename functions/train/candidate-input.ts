import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureSetById } from '../../shared/domain/features/feature-sets.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { type Target, targetNamed } from '../../shared/domain/training/targets.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { MagnitudeInput } from '../../shared/ports/magnitude-trainer.ts';
import type { CandidateInput } from '../../shared/ports/model-trainer.ts';
import { readCandidateRows } from './read-rows.ts';

/** What a training is told beside the dataset's rows. */
export type TrainingFacts = Pick<
  CandidateInput,
  'target' | 'codeVersion' | 'createdAt' | 'seed' | 'options'
> & {
  readonly exchange: Exchange;
  /** Quality flags whose rows are neither learnt from nor judged by. */
  readonly blockingFlags: readonly string[];
};

/**
 * All that a candidate of classes is trained from: an exchange's rows of a dataset version, as its manifest names them.
 * @throws RejectedInput when the dataset has no such rows or labels; NotFound for a feature set that this code does not
 * make; InvariantViolated when a file is not what the manifest says.
 */
export async function candidateInput(
  lake: Pick<LakeFiles, 'read'>,
  manifest: DatasetManifest,
  facts: TrainingFacts,
): Promise<CandidateInput> {
  return rowsOf(lake, manifest, facts, 'classes');
}

/** All that a candidate of a magnitude is trained from. Throws as `candidateInput` does. */
export async function magnitudeInput(
  lake: Pick<LakeFiles, 'read'>,
  manifest: DatasetManifest,
  facts: TrainingFacts,
): Promise<MagnitudeInput> {
  const { unit } = targetNamed(facts.target);
  return { ...(await rowsOf(lake, manifest, facts, 'magnitude')), unit: unit ?? '' };
}

async function rowsOf(
  lake: Pick<LakeFiles, 'read'>,
  manifest: DatasetManifest,
  facts: TrainingFacts,
  kind: Target['kind'],
) {
  const target = targetNamed(facts.target);
  if (target.kind !== kind) {
    throw new RejectedInput(`target: expected one of ${kind}, was ${target.name}: it is of ${target.kind}`, {
      field: 'target',
    });
  }
  const set = featureSetById(manifest.feature_set);
  const names = featureNames(set);
  return {
    ...facts,
    labelSet: manifest.label_set,
    featureSet: set.id,
    featureNames: names,
    ...(await readCandidateRows(lake, manifest, facts.exchange, names, facts.blockingFlags, target)),
    datasetVersion: manifest.version,
    datasetHash: manifest.content_hash,
  };
}
