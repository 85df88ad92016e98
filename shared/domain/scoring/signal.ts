import type { Backend } from '../market/backend.ts';
import type { BackendFaultName } from './backend.ts';
import { type Decided, type Decision, decide } from './decide.ts';
import { topDrivers } from './drivers.ts';
import type { Action, Driver, Probabilities } from './recommendation.ts';
import type { ReferenceProfile } from './reference.ts';

/** What is live, as far as an answer depends on it. */
export interface LiveModel {
  readonly version: string;
  readonly feature_set: string;
  readonly dataset_version: string;
  readonly exploratory: boolean;
  readonly decision: Decision;
  readonly reference: ReferenceProfile;
}

/** The feature row to answer on; values in the feature set's order, NaN where missing. */
export interface ScoredFeatures {
  readonly names: readonly string[];
  readonly values: ArrayLike<number>;
  readonly qualityFlags: readonly string[];
}

/** What the bundle computed. */
export interface ModelOutput {
  readonly probabilities: Probabilities;
  /** Chances of the regime states; empty for a model without regimes. */
  readonly regimeProbabilities: readonly number[];
  /** Left out where nobody asks why. */
  readonly explained?: Explained | undefined;
  /** Who computed it; the bundle in process when left out. */
  readonly backend?: Backend;
  /** Why the backend that was meant to answer did not. */
  readonly backendFault?: BackendFaultName | null;
}

/** An answer taken apart; contributions (SHAP) are aligned with `inputNames` and `inputs`. */
export interface Explained {
  readonly inputNames: readonly string[];
  readonly inputs: ArrayLike<number>;
  readonly contributions: Readonly<Record<Action, ArrayLike<number>>>;
  /** How they were found; exact when left out. */
  readonly method?: 'exact' | 'permutation' | undefined;
}

/** The regime filter before a row's own step. */
export interface RegimeBefore {
  /** Chances of the states; null at the session's first row. */
  readonly state: readonly number[] | null;
  /** Rows of the session before this one. */
  readonly rows: number;
}

export interface SignalInput {
  /** Null when nothing is live, or what is cannot be used. */
  readonly model: LiveModel | null;
  /** Why the live bundle cannot be used; null when it can, or when nothing is live. */
  readonly fault: string | null;
  /** Values of the row that was scored, NaN where missing; null when there is none. */
  readonly values: ArrayLike<number> | null;
  /** Minutes of the session seen so far; 0 without a row. */
  readonly historyMinutes: number;
  /** Where the regime filter stood before the row; null without a row or a model. */
  readonly before?: RegimeBefore | null;
  /** Null when the model was not, or could not be, asked. */
  readonly output: ModelOutput | null;
}

/**
 * What a model says of a feature vector, before any rule of risk: `scoreFeatures(vector) -> signal, confidence,
 * metadata`. Without a model or a vector it is HOLD at confidence 0, and the metadata say what is missing.
 */
export interface ScoredSignal {
  readonly signal: Action;
  /** Calibrated probability of the signal; 0 when no model was asked. */
  readonly confidence: number;
  readonly metadata: SignalMetadata;
}

export interface SignalMetadata {
  readonly probabilities: Probabilities | null;
  /** The likeliest state; 0 is the calmest; null for a model without regimes. */
  readonly regime: number | null;
  readonly regimeProbabilities: readonly number[];
  /** Top five by class: a rule may yet turn the signal into HOLD, which has its own. Made when they are looked at. */
  readonly drivers: Readonly<Record<Action, readonly Driver[]>>;
  /** The versions that answered, with the thresholds and the measured edge of the bundle. */
  readonly model: LiveModel | null;
  readonly fault: string | null;
  /** Share of the vector that has a value, 0 to 1; null without a vector. */
  readonly completeness: number | null;
  readonly historyMinutes: number;
  readonly before: RegimeBefore | null;
  /** Who computed the output; null when no model was asked. */
  readonly backend: Backend | null;
  /** Why the backend that was meant to answer did not; null when it did. */
  readonly backendFault: BackendFaultName | null;
}

/** The signal that a model's output stands for. Deterministic. */
export function signalOf(input: SignalInput): ScoredSignal {
  const { model, fault, values, historyMinutes, output, before = null } = input;
  const { action, confidence } = decided(model, output);
  const regimeProbabilities = [...(output?.regimeProbabilities ?? [])];
  return {
    signal: action,
    confidence,
    metadata: {
      probabilities: output?.probabilities ?? null,
      regime: likeliest(regimeProbabilities),
      regimeProbabilities,
      drivers: driversOf(model, output),
      model,
      fault,
      backend: output === null ? null : (output.backend ?? 'onnx'),
      backendFault: output?.backendFault ?? null,
      completeness: values === null ? null : completeness(values, model?.reference),
      historyMinutes,
      before,
    },
  };
}

function decided(model: LiveModel | null, output: ModelOutput | null): Decided {
  if (model === null || output === null) return { action: 'HOLD', confidence: 0 };
  return decide({ probabilities: output.probabilities, thresholds: model.decision.thresholds });
}

/** The state with the greatest chance, the first of equal ones; null for a model without regimes. */
export function likeliest(regimeProbabilities: ArrayLike<number>): number | null {
  const chances = Array.from(regimeProbabilities);
  return chances.length === 0 ? null : chances.indexOf(Math.max(...chances));
}

const NO_DRIVERS: SignalMetadata['drivers'] = { SELL: [], HOLD: [], BUY: [] };

function driversOf(model: LiveModel | null, output: ModelOutput | null): SignalMetadata['drivers'] {
  const explained = output?.explained;
  if (model === null || explained === undefined) return NO_DRIVERS;
  const { contributions, inputNames, inputs, method } = explained;
  const of = (action: Action): Driver[] => {
    const drivers = topDrivers(contributions[action], inputNames, inputs, model.reference);
    return method === 'permutation' ? drivers.map((driver) => ({ ...driver, method })) : drivers;
  };
  return {
    get SELL() {
      return of('SELL');
    },
    get HOLD() {
      return of('HOLD');
    },
    get BUY() {
      return of('BUY');
    },
  };
}

/**
 * Share of values that are not NaN, each feature counted as often as training had a value of it: one that was always
 * missing is not missed. Without a reference all count alike; none give 0.
 * Example: `completeness([1, NaN], reference)` is 1 when the second was missing in every training row.
 */
export function completeness(values: ArrayLike<number>, reference?: ReferenceProfile): number {
  let [known, expected] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const weight = 1 - (reference?.features[i]?.missing ?? 0);
    expected += weight;
    if (!Number.isNaN(values[i])) known += weight;
  }
  return expected === 0 ? 0 : known / expected;
}
