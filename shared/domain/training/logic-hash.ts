import { sha256Hex } from './bundle.ts';
import { canonicalJson } from './canonical-json.ts';

/** What of a model is logic: with all of it equal, two models differ in data, seed and parameters alone. */
export interface Logic {
  readonly featureSet: string;
  /** In the order of a feature row. */
  readonly featureNames: readonly string[];
  readonly target: string;
  /** Definition of the labels, by the id of its label set. */
  readonly labelSet: string;
  readonly family: string;
  /** Release of the code that trained it. */
  readonly codeVersion: string;
  /** Trained on the most important features of another: it looks at other features, and is no mere retrain. */
  readonly distilled: boolean;
  /** One of several models chosen by regime. */
  readonly perRegime: boolean;
  /** SHA-256 of the files that a model made elsewhere was brought in; their code is not known, so each is another logic. Null: trained here. */
  readonly imported: Readonly<Record<string, string>> | null;
}

/**
 * What separates a retrain from another model: equal for two that differ in data, seed and parameters alone
 * (promotion/compliance-class.ts, and the gate's refresh or replace).
 *
 * @returns 64 hex digits
 */
export function logicHash({ distilled, perRegime, imported, ...logic }: Logic): string {
  const written = {
    ...logic,
    ...(distilled && { distilled: true }),
    ...(perRegime && { perRegime: true }),
    ...(imported !== null && { imported }),
  };
  return sha256Hex(canonicalJson(written));
}
