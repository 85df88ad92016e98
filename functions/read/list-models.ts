import { z } from 'zod';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { livePointerSchema, modelVersionSchema } from '../../shared/domain/promotion/registry.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import { exchangeParameter, targetParameter } from './query.ts';

export const modelsQuerySchema = z.object({ exchange: exchangeParameter, target: targetParameter });

export const modelsAnswerSchema = z.object({
  live: z.array(livePointerSchema),
  models: z.array(modelVersionSchema),
});

/** GET /v1/models: what is live, and every version, newest first within its exchange. */
export function listModels(models: ModelRegistry) {
  return async ({
    exchange,
    target,
  }: z.infer<typeof modelsQuerySchema>): Promise<z.infer<typeof modelsAnswerSchema>> => {
    const wanted = exchange === undefined ? EXCHANGES : [exchange];
    const pointers = await Promise.all(wanted.map((one) => models.livePointer(one, target)));
    const versions = await Promise.all(wanted.map((one) => models.versions(one, target)));
    return { live: pointers.filter((pointer) => pointer !== undefined), models: versions.flat() };
  };
}
