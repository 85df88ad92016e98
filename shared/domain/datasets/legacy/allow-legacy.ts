import { RejectedInput } from '../../../errors.ts';
import type { DatasetManifest } from '../manifest.ts';

/**
 * Refuses to learn from imported rows unless that is asked for: how they were made, and what was known when, cannot be
 * proven. @throws RejectedInput that names the version and the option.
 */
export function refuseLegacy(
  { version, legacy }: Pick<DatasetManifest, 'version' | 'legacy'>,
  allowLegacy: boolean,
): void {
  if (!legacy || allowLegacy) return;
  throw new RejectedInput(
    `dataset: expected a version that OI Loop made, or allow_legacy (--allow-legacy), was ${version}, imported from the tracker`,
    { field: 'dataset_version' },
  );
}
