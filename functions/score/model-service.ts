import { type FeatureSet, featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureSetById } from '../../shared/domain/features/feature-sets.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { LivePointer } from '../../shared/domain/promotion/registry.ts';
import { InvariantViolated, NotFound } from '../../shared/errors.ts';
import type { AnsweringModel, ModelService } from '../../shared/ports/model-service.ts';
import { type AskBackend, askInProcess, askServedBy, type BackendPorts } from './ask-backend.ts';
import { bundleModel, unusableModel } from './bundle-model.ts';
import type { OpenBundle } from './bundles.ts';
import type { LiveEntry } from './live-model.ts';
import type { Regime } from './regime-tracker.ts';

export interface ModelServicePorts {
  readonly livePointer: (exchange: Exchange, target: string) => Promise<LiveEntry | undefined>;
  /** Bundles behind endpoints; without them every answer is computed in process. */
  readonly backends?: BackendPorts | undefined;
  readonly openBundle: (prefix: string, bundleHash: string) => Promise<OpenBundle>;
  readonly regime: Regime;
  /** The sets that are made of every live snapshot: a bundle of another one would wait for rows that never come. */
  readonly liveSets: readonly FeatureSet[];
  /** The set to answer on while nothing that can be used is live. */
  readonly trainingSet: FeatureSet;
  /** Hears of a live bundle that cannot be used. */
  readonly onModelFault: (error: Error) => void;
}

/** The model service over the live pointer and its bundle. */
export function modelService(ports: ModelServicePorts): ModelService {
  return {
    answering: async (exchange, target) => openLive(ports, await ports.livePointer(exchange, target)),
  };
}

/** The tracker's loop gets an answer whatever has become of the bundle; what will pass by itself is thrown. */
async function openLive(ports: ModelServicePorts, pointer: LiveEntry | undefined): Promise<AnsweringModel> {
  if (pointer === undefined) return unusableModel(ports.trainingSet, null);
  try {
    const bundle = await ports.openBundle(pointer.bundle_prefix, pointer.bundle_hash);
    const set = setOf(ports.liveSets, bundle, pointer);
    return bundleModel(bundle, set, ports.regime, { ask: askOf(ports, bundle, pointer) });
  } catch (error) {
    if (!(error instanceof InvariantViolated || error instanceof NotFound)) throw error;
    ports.onModelFault(error);
    return unusableModel(ports.trainingSet, error.message);
  }
}

function askOf({ backends }: ModelServicePorts, { scorer }: OpenBundle, entry: LiveEntry): AskBackend {
  if (backends === undefined || entry.servedBy === undefined) return askInProcess(scorer);
  return askServedBy(backends, scorer, entry.servedBy);
}

/** The set that the bundle was trained on. @throws InvariantViolated when this code makes none, or another, of that id. */
function setOf(
  liveSets: readonly FeatureSet[],
  { scorer }: OpenBundle,
  { exchange, bundle_prefix }: LivePointer,
): FeatureSet {
  const { feature_set, feature_names } = scorer.bundle;
  const set = featureSetById(feature_set);
  if (!liveSets.includes(set)) {
    const live = liveSets.map(({ id }) => id).join(', ');
    const message = `live bundle of ${exchange}: expected a set that is made live (${live}), was ${feature_set}; add it to config/features.json`;
    throw new InvariantViolated(message, { field: 'live' });
  }
  const names = featureNames(set);
  const differing = feature_names.findIndex((name, at) => name !== names[at]);
  if (differing < 0 && feature_names.length === names.length) return set;
  const at = Math.max(differing, 0);
  const message = `live bundle of ${exchange}: expected the ${names.length} features of ${set.id}, was ${feature_names.length}, first other ${feature_names[at]}`;
  throw new InvariantViolated(message, { field: `${bundle_prefix}bundle.json` });
}
