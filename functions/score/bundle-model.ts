import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import { areChances } from '../../shared/domain/scoring/are-chances.ts';
import {
  type Explained,
  type LiveModel,
  type ModelOutput,
  type RegimeBefore,
  signalOf,
} from '../../shared/domain/scoring/signal.ts';
import type { Explanation, Scored } from '../../shared/ports/model-scorer.ts';
import type { AnsweringModel } from '../../shared/ports/model-service.ts';
import { type AskBackend, type Asked, askInProcess } from './ask-backend.ts';
import type { OpenBundle } from './bundles.ts';
import type { Regime, RegimeNow } from './regime-tracker.ts';

interface Choices {
  /** Without drivers the bundle in process is asked. */
  readonly explains?: boolean;
  /** Who computes the answers; the bundle in process when left out. */
  readonly ask?: AskBackend;
}

/** A loaded bundle as it answers: live, beside the live one, and again later. Drivers only where it `explains`. */
export function bundleModel(
  bundle: OpenBundle,
  set: FeatureSet,
  regime: Regime,
  { explains = true, ask = askInProcess(bundle.scorer) }: Choices = {},
): AnsweringModel {
  const model = liveModel(bundle);
  return {
    set,
    reference: bundle.reference,
    async scoreFeatures(asked) {
      if (asked === undefined) {
        return signalOf({ model, fault: null, values: null, historyMinutes: 0, output: null });
      }
      const { vector, before } = asked;
      const now =
        before === undefined
          ? await regime(bundle.scorer, vector, asked.earlier, asked.given)
          : stepped(bundle.scorer, vector, before);
      const { values } = vector;
      const isExplained = explains && asked.explains !== false;
      const said = isExplained
        ? outputOf(await ask(values, now.state))
        : await unexplained(bundle, values, now);
      const { sell, hold, buy } = said.probabilities;
      // Somebody else's graph may answer an odd row with what is no number: then it has not answered.
      const output = areChances([sell, hold, buy]) ? said : null;
      // A feature row exists only from the first minute with enough history on.
      const historyMinutes = set.requiredHistoryMinutes + now.rows - 1;
      const asIs = { model, fault: null, values: vector.values, historyMinutes, output };
      return signalOf({ ...asIs, before: now.before });
    },
  };
}

function stepped(scorer: OpenBundle['scorer'], { values }: FeatureRow, before: RegimeBefore): RegimeNow {
  const state = scorer.advanceRegime(before.state && Float64Array.from(before.state), values);
  return { state, rows: before.rows + 1, before };
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

function outputOf({ answer, backend, fault }: Asked): ModelOutput {
  const { scored, explanations } = answer;
  return { ...chancesOf(scored), explained: takenApart(explanations), backend, backendFault: fault };
}

async function unexplained(
  { scorer }: OpenBundle,
  values: Float64Array,
  { state }: RegimeNow,
): Promise<ModelOutput> {
  return { ...chancesOf(await scorer.score(values, state)), backend: 'onnx', backendFault: null };
}

function chancesOf({ probabilities: [sell, hold, buy], regimeProbabilities }: Scored) {
  return { probabilities: { sell, hold, buy }, regimeProbabilities };
}

/** A class's contributions are looked at only when they are: two of three are never asked for. */
function takenApart(explanations: readonly Explanation[]): Explained {
  const [sell, hold, buy] = explanations;
  const inputs = sell?.inputs ?? sell!.contributions;
  const shapOf = ({ contributions }: Explanation) => contributions.map(({ shap }) => shap);
  return {
    inputNames: inputs.map(({ feature }) => feature),
    inputs: inputs.map(({ value }) => value),
    method: sell!.method,
    contributions: {
      get SELL() {
        return shapOf(sell!);
      },
      get HOLD() {
        return shapOf(hold!);
      },
      get BUY() {
        return shapOf(buy!);
      },
    },
  };
}
