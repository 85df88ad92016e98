import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { NotFound } from '../../shared/errors.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { PromotionRequest } from './promotion-request.ts';

/** The row of the version that was asked for; null when none was, or there is none of that name. */
export async function askedVersion(
  models: ModelRegistry,
  { exchange, target, version }: PromotionRequest,
): Promise<ModelVersion | null> {
  if (version === undefined) return null;
  try {
    return await models.version(exchange, target, version);
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}
