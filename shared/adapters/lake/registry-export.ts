import { stringify } from 'yaml';
import { EXCHANGES } from '../../domain/market/snapshot.ts';
import {
  deploymentsLog,
  type RegistryPart,
  registryDocument,
} from '../../domain/promotion/registry-export.ts';
import { TARGET_NAMES } from '../../domain/training/targets.ts';
import { Conflict } from '../../errors.ts';
import type { ModelRegistry } from '../../ports/model-registry.ts';
import type { ObjectStore } from '../../ports/object-store.ts';

/** Where the exports lie in the lake. */
export const EXPORT_KEYS = {
  registry: 'registry/registry.yml',
  deployments: 'registry/deployments.log',
} as const;

const HEAD =
  '# Written from the registry after each change of it; ./oi models export writes it again. Nothing reads it.\n';
const MAX_ROUNDS = 5;

/** Both exports, as text. */
export interface RegistryTexts {
  readonly registry: string;
  readonly deployments: string;
}

/** The registry of every exchange and target as two texts that a person reads. The same registry, the same texts. */
export async function registryTexts(models: ModelRegistry): Promise<RegistryTexts> {
  const every = EXCHANGES.flatMap((exchange) => TARGET_NAMES.map((target) => ({ exchange, target })));
  const parts = await Promise.all(
    every.map(async ({ exchange, target }): Promise<RegistryPart> => {
      const [versions, history] = await Promise.all([
        models.versions(exchange, target),
        models.history(exchange, target),
      ]);
      const live = versions.length === 0 ? undefined : await models.livePointer(exchange, target);
      return { exchange, target, live, versions, history };
    }),
  );
  return {
    registry: HEAD + stringify(registryDocument(parts), { lineWidth: 0 }),
    deployments: deploymentsLog(parts),
  };
}

/**
 * Writes both exports, until what was written is what the registry says: of several writers the last one has seen every
 * change. @throws Conflict when it keeps changing; the next change writes them again.
 */
export async function exportRegistry(models: ModelRegistry, bucket: ObjectStore): Promise<void> {
  let texts = await registryTexts(models);
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    await bucket.put(EXPORT_KEYS.registry, texts.registry);
    await bucket.put(EXPORT_KEYS.deployments, texts.deployments);
    const now = await registryTexts(models);
    if (now.registry === texts.registry && now.deployments === texts.deployments) return;
    texts = now;
  }
  throw new Conflict(
    `export: expected a registry that stands still, was changed ${MAX_ROUNDS} times meanwhile`,
  );
}

/**
 * The registry, whose changes are exported once they are made. The registry is the truth: an export that fails is told
 * to `onFailure` and changes nothing of what was done.
 */
export function exportedRegistry(
  models: ModelRegistry,
  bucket: ObjectStore,
  onFailure: (error: Error) => void,
): ModelRegistry {
  const exported = async <T>(change: Promise<T>): Promise<T> => {
    const answer = await change;
    await exportRegistry(models, bucket).catch(onFailure);
    return answer;
  };
  return {
    ...models,
    apply: (change) => exported(models.apply(change)),
    put: (version) => exported(models.put(version)),
    add: (version) => exported(models.add(version)),
  };
}
