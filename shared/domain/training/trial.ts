import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { canonicalJson } from './canonical-json.ts';

/** One configuration tried in one run: a line of the append-only trial ledger. */
export const trialSchema = z.object({
  exchange: z.string().min(1),
  target: z.string().min(1),
  family: z.string().min(1),
  /** Equal for equal configurations: nightly repeats count once. */
  configuration_hash: z.string().min(1),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  dataset_version: z.string().min(1),
  seed: z.number(),
  /** The model was made elsewhere: its days are those held out from it, and it was not chosen among the others. */
  imported: z.literal(true).optional(),
  /** The model is the distilled one of another trial: it was not chosen among the others, but follows from it. */
  distilled: z.literal(true).optional(),
  /** Null for a magnitude. */
  out_of_fold_log_loss: z.number().nullable(),
  /** The root mean squared error of a magnitude, in its unit; left out for classes. */
  out_of_fold_rmse: z.number().optional(),
  /** Net return of the positions of each judged session, in order; empty for a magnitude, which takes none. */
  daily_returns: z.array(z.number()),
  /** Their mean over their standard deviation; null when they do not vary. */
  daily_sharpe: z.number().nullable(),
});
export type Trial = z.infer<typeof trialSchema>;

/** The trials of one run, as the ledger keeps them. */
export const trialRunSchema = z.object({ schema: z.literal(1), trials: z.array(trialSchema).min(1) });

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
