import type { Exchange } from '../market/snapshot.ts';
import type { FeatureWindow } from './window.ts';

/** One feature as the data dictionary shows it. */
export interface FeatureSpec {
  readonly name: string;
  /** What one unit of the value is: `pct` means 5 is 5 %, `frac` means 0.05 is 5 %. */
  readonly unit: string;
  /** The definition in one line. */
  readonly formula: string;
  /** Where the definition is from: the snapshot's columns, and the paper or text. */
  readonly source: string;
  /** Minutes before now that the value can depend on; 0 when the last snapshot is enough. */
  readonly lookBackMinutes: number;
  /** What the value is when its inputs are missing. */
  readonly missing: string;
}

/** Columns that travel beside the features: not model inputs, but wanted by labels and reports. */
export interface FeatureExtras {
  readonly underlying_price: number;
  readonly underlying_future_price: number;
  readonly underlying_future_oi: number;
}

/** A feature vector in catalogue order, or the reason there is none. */
export type FeatureVector =
  | { readonly features: Float64Array; readonly extras: FeatureExtras }
  | { readonly error: 'insufficient_history' };

/** What a set reads besides its own chain's window, so that the feature stage fetches no more than that. */
export interface FeatureNeeds {
  /** By exchange, the other chains whose newest snapshot it compares with. */
  readonly siblings: Readonly<Record<Exchange, readonly Exchange[]>>;
  /** Whether it reads the summaries of earlier sessions. */
  readonly priorDays: boolean;
}

/** A set that reads its own chain's window only. */
export const NO_NEEDS: FeatureNeeds = {
  siblings: { NSE: [], BSE: [], NSE_MONTHLY: [], BANKNIFTY_MONTHLY: [] },
  priorDays: false,
};

/** A versioned set of features: its id never changes meaning; a change of any definition is a new id. */
export interface FeatureSet {
  readonly id: string;
  readonly catalogue: readonly FeatureSpec[];
  /** Fewer minutes of history than this in a session give `insufficient_history`. */
  readonly requiredHistoryMinutes: number;
  /** Minutes (one snapshot each) that a window must hold; older ones change nothing. */
  readonly windowMinutes: number;
  readonly needs: FeatureNeeds;
  readonly compute: (window: FeatureWindow) => FeatureVector;
}

const namesOf = new WeakMap<FeatureSet['catalogue'], readonly string[]>();

/** Feature names in catalogue order; a catalogue has one list, however often it is asked for. */
export function featureNames({ catalogue }: Pick<FeatureSet, 'catalogue'>): readonly string[] {
  const known = namesOf.get(catalogue);
  if (known !== undefined) return known;
  const names = catalogue.map((spec) => spec.name);
  namesOf.set(catalogue, names);
  return names;
}

/**
 * Identifies a feature row, and its label row, everywhere. `timestamp` is UTC ISO.
 * Example: `NSE#2025-12-04T07:05:00.000Z#tracker-v2`.
 */
export function featureUid(exchange: string, timestamp: string, featureSetId: string): string {
  return `${exchange}#${timestamp}#${featureSetId}`;
}
