import * as z from 'zod';
import { datasetSummarySchema } from '../../shared/domain/datasets/manifest.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import { limitParameter } from './query.ts';

export const datasetsQuerySchema = z.object({ limit: limitParameter(20, 100) });

export const datasetsAnswerSchema = z.object({
  datasets: z.array(datasetSummarySchema),
  /** Imported from the tracker: nothing learns from them unless it is told to. */
  legacy: z.array(datasetSummarySchema),
});

/** GET /v1/datasets: the versions with their statistics, newest first, and apart from them the imported ones. */
export function listDatasets(registry: DatasetRegistry) {
  return async ({
    limit,
  }: z.infer<typeof datasetsQuerySchema>): Promise<z.infer<typeof datasetsAnswerSchema>> => {
    const [datasets, legacy] = await Promise.all([registry.versions(limit), registry.legacyVersions()]);
    return { datasets, legacy };
  };
}
