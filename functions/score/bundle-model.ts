import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import {
  type Explained,
  type LiveModel,
  type ModelOutput,
  signalOf,
} from '../../shared/domain/scoring/signal.ts';
import type { Explanation } from '../../shared/ports/model-scorer.ts';
import type { AnsweringModel } from '../../shared/ports/model-service.ts';
import type { OpenBundle } from './bundles.ts';
import type { RegimeNow } from './regime-tracker.ts';

type Regime = (scorer: OpenBundle['scorer'], row: FeatureRow) => Promise<RegimeNow>;

/** A loaded bundle as it answers: live, beside the live one, and again later. Drivers only where it `explains`. */
export function bundleModel(
  bundle: OpenBundle,
  set: FeatureSet,
  regime: Regime,
  { explains = true } = {},
): AnsweringModel {
  const model = liveModel(bundle);
  return {
    set,
    reference: bundle.reference,
    async scoreFeatures(asked) {
      if (asked === undefined) {
        return signalOf({ model, fault: null, values: null, historyMinutes: 0, output: null });
      }
      const { vector } = asked;
      const now = await regime(bundle.scorer, vector);
      const output = await modelOutput(bundle, vector, now, explains);
      // A feature row exists only from the first minute with enough history on.
      const historyMinutes = set.requiredHistoryMinutes + now.rows - 1;
      return signalOf({ model, fault: null, values: vector.values, historyMinutes, output });
    },
  };
}

/** Answers where nothing is live (`fault` is null), or what is live cannot be used. */
export function unusableModel(set: FeatureSet, fault: string | null): AnsweringModel {
  return {
    set,
    reference: null,
    async scoreFeatures(asked) {
      const values = asked?.vector.values ?? null;
      const historyMinutes = asked === undefined ? 0 : set.requiredHistoryMinutes;
      return signalOf({ model: null, fault, values, historyMinutes, output: null });
    },
  };
}

function liveModel({ scorer, decision, reference }: OpenBundle): LiveModel {
  const { version, feature_set, dataset_version, exploratory } = scorer.bundle;
  return { version, feature_set, dataset_version, exploratory, decision, reference };
}

async function modelOutput(
  { scorer }: OpenBundle,
  { values }: FeatureRow,
  { state }: RegimeNow,
  explains: boolean,
): Promise<ModelOutput> {
  const { probabilities, regimeProbabilities } = await scorer.score(values, state);
  const [sell, hold, buy] = probabilities;
  const explained = explains ? takenApart(await scorer.explain(values, state)) : undefined;
  return { probabilities: { sell, hold, buy }, regimeProbabilities, explained };
}

function takenApart(explanations: readonly Explanation[]): Explained {
  const [sell, hold, buy] = explanations.map(({ contributions }) => contributions.map(({ shap }) => shap));
  const { contributions, method } = explanations[0]!;
  return {
    inputNames: contributions.map(({ feature }) => feature),
    inputs: contributions.map(({ value }) => value),
    method,
    contributions: { SELL: sell!, HOLD: hold!, BUY: buy! },
  };
}
