import { measure } from '../../shared/domain/training/metrics.ts';
import { importances, topFeatures } from '../../shared/domain/training/report/importance.ts';
import { distilledSelector } from '../../shared/domain/training/selector.ts';
import type { CandidateInput, CandidateOptions, TrainingParts } from '../../shared/ports/model-trainer.ts';
import { evenly, explainFitted } from './drivers.ts';
import { type Fitted, fitPrepared, type Preprocessed, prepare } from './fit-procedure.ts';
import { finish, type Learnt, trainingRows } from './learn.ts';
import { type Observations, withLabel } from './observations.ts';
import type { DataPlan } from './plan.ts';
import { prepareFold } from './prepared-fold.ts';
import { planFolds, walkForward } from './walk-forward.ts';

/** Training rows that the choice of features looks at: enough for some of each regime. */
const EXPLAINED_ROWS = 300;

/** The few features that a model of many rests on, regime by regime. */
export interface DistilledFeatures {
  /** Of each regime, the most important first. */
  readonly by_regime: Readonly<Record<string, readonly string[]>>;
  /** All of them, in the order of the feature set. */
  readonly features: readonly string[];
}

/** What a distilled run learnt, and on what. */
export interface Distilled extends Learnt {
  readonly chosen: DistilledFeatures;
}

/**
 * Learns a second model on the union over the regimes of the `count` features that matter most, by the procedure and with
 * the parameters of the full one. In every fold the features are chosen by the fold's own full model on its own training
 * rows, so that what is judged had no say; the regime model is the full one's.
 */
export async function distil(
  input: CandidateInput,
  data: Observations,
  plan: DataPlan,
  options: CandidateOptions,
  parts: TrainingParts,
  full: Learnt,
  count: number,
): Promise<Distilled> {
  const { family, parameters, rounds } = full.best;
  const { seed } = input;
  const own = { ...options, parameters, rounds };
  const folds = planFolds(data, plan.trainingEnd, plan.exploratory, options);
  const chosenIn = folds.map(({ train }, at) =>
    chooseFeatures(data, full, full.forward.fitted[at] as Fitted, train, count),
  );
  const forward = await walkForward(data, folds, own, seed, { ...parts, family }, (at) =>
    prepareFold(data, folds[at]!, own, seed, only(full.forward.fitted[at] as Fitted, chosenIn[at]!)),
  );
  const training = trainingRows(data, plan);
  const chosen = chooseFeatures(data, full, full.fitted, training, count);
  const prepared = prepare(
    data,
    { options: own, seed, training, stopsEarly: false },
    only(full.fitted, chosen),
  );
  const fitted = await fitPrepared(prepared, {
    ...{ family, options: { ...own, perRegime: forward.perRegime }, seed },
    ...{ rounds: forward.rounds, signal: parts.signal },
  });
  const made = await finish(input, data, plan, options, parts, forward, fitted);
  const labels = Int32Array.from(forward.rows, (row) => data.classes[row] as number);
  const logLoss = measure(forward.chosen.probabilities, labels).log_loss;
  const best = { ...full.best, parameters: { ...parameters, distilled_features: count }, forward, logLoss };
  return { ...made, best, tried: [best], search: full.search, chosen };
}

/** What matters most to a model on rows that it learnt from. */
function chooseFeatures(
  data: Observations,
  { best, forward }: Learnt,
  fitted: Fitted,
  training: Int32Array,
  count: number,
): DistilledFeatures {
  const rows = evenly(withLabel(data, training), EXPLAINED_ROWS);
  const sample = explainFitted(data, best.family.name, fitted, forward.chosen, rows);
  const kept = new Set(fitted.selector.kept.map((column) => data.featureNames[column]));
  const list = importances(sample).filter(({ feature }) => kept.has(feature));
  const mattering = list.filter(({ overall }) => overall > 0);
  // A model that rests on nothing but the regime still wants a feature.
  const by_regime = topFeatures(mattering.length > 0 ? mattering : list.slice(0, 1), count);
  const union = new Set(Object.values(by_regime).flat());
  return { by_regime, features: data.featureNames.filter((name) => union.has(name)) };
}

function only({ selector, hmm, chances }: Fitted, { features }: DistilledFeatures): Preprocessed {
  const columns = new Set(features.map((name) => selector.features.indexOf(name)));
  return { selector: distilledSelector(selector, columns), hmm, chances };
}
