import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './canonical-json.ts';

/** One configuration tried in one run: a line of the append-only trial ledger. */
export interface Trial {
  readonly exchange: string;
  readonly target: string;
  readonly family: string;
  /** Equal for equal configurations: nightly repeats count once. */
  readonly configuration_hash: string;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  readonly dataset_version: string;
  readonly seed: number;
  readonly out_of_fold_log_loss: number;
  /** Net return of the positions of each judged session, in order. */
  readonly daily_returns: readonly number[];
  /** Their mean over their standard deviation; null when they do not vary. */
  readonly daily_sharpe: number | null;
}

/** What makes two trials the same one: everything chosen, nothing that a day brings. */
export interface Configuration {
  readonly family: string;
  readonly target: string;
  readonly featureSet: string;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  readonly rounds: number;
}

/** @returns 64 hex digits */
export function configurationHash(configuration: Configuration): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(configuration))));
}
