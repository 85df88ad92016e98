import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureSetById } from '../../shared/domain/features/feature-sets.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { targetNamed } from '../../shared/domain/training/targets.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
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
 * All that a candidate is trained from: an exchange's rows of a dataset version, as its manifest names them.
 * @throws RejectedInput when the dataset has no such rows or labels; NotFound for a feature set that this code does not
 * make; InvariantViolated when a file is not what the manifest says.
 */
export async function candidateInput(
  lake: Pick<LakeFiles, 'read'>,
  manifest: DatasetManifest,
  facts: TrainingFacts,
): Promise<CandidateInput> {
  const target = targetNamed(facts.target);
  const set = featureSetById(manifest.feature_set);
  const names = featureNames(set);
  return {
    ...facts,
    featureSet: set.id,
    featureNames: names,
    ...(await readCandidateRows(lake, manifest, facts.exchange, names, facts.blockingFlags, target)),
    datasetVersion: manifest.version,
    datasetHash: manifest.content_hash,
  };
}
