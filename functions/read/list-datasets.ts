import { z } from 'zod';
import { datasetManifestSchema } from '../../shared/domain/datasets/manifest.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import { limitParameter } from './query.ts';

export const datasetsQuerySchema = z.object({ limit: limitParameter(20, 100) });

/** A manifest with the number of its files in their place; the list itself lies in the lake, beside the data. */
const datasetSummarySchema = datasetManifestSchema.extend({ files: z.number().int().nonnegative() });

export const datasetsAnswerSchema = z.object({ datasets: z.array(datasetSummarySchema) });

/** GET /v1/datasets: the versions, newest first. */
export function listDatasets(datasets: DatasetRegistry) {
  return async ({
    limit,
  }: z.infer<typeof datasetsQuerySchema>): Promise<z.infer<typeof datasetsAnswerSchema>> => {
    const manifests = await datasets.versions(limit);
    return { datasets: manifests.map((manifest) => ({ ...manifest, files: manifest.files.length })) };
  };
}
