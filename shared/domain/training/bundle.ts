import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { InvariantViolated } from '../../errors.ts';
import { procedureSchema } from './procedure.ts';

/** Files that decide what is answered: the bundle hash covers these and nothing else. */
export const SCORING_FILES = [
  'calibrator.json',
  'decision.json',
  'linear.json',
  'mixture.json',
  'model.onnx',
  'permutation.json',
  'reference.json',
  'regime.json',
  'selector.json',
  'trees.json',
] as const;

/** What is known of a model that was made elsewhere. */
export const importedSchema = z.object({
  /** Who brought it. */
  by: z.string(),
  /** SHA-256 of every file that was brought, by name. */
  files: z.record(z.string(), z.string()),
  /** Its maker's word: the last session that anything about it was learnt or chosen from. */
  trained_through: z.string(),
  /** Its maker's word: configurations tried before this one was chosen; null: not known. */
  configurations_tried: z.int().positive().nullable(),
  made_with: z.record(z.string(), z.string()),
  notes: z.string(),
});
export type ImportedFrom = z.infer<typeof importedSchema>;

/** The bundle's table of contents, `bundle.json`. */
export const bundleSchema = z.object({
  schema: z.literal(1),
  version: z.string(),
  bundle_hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Equal for two bundles that differ in data, seed and parameters only. */
  logic_hash: z.string().regex(/^[0-9a-f]{64}$/),
  exchange: z.string(),
  target: z.string(),
  family: z.string(),
  feature_set: z.string(),
  /** The order of a feature row. */
  feature_names: z.array(z.string()),
  class_order: z.tuple([z.literal('SELL'), z.literal('HOLD'), z.literal('BUY')]),
  regime_inputs: z.array(z.string()),
  regime_states: z.int().positive(),
  dataset_version: z.string(),
  dataset_hash: z.string(),
  code_version: z.string(),
  seed: z.number(),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  rounds: z.int().nonnegative(),
  /** Too little data to be judged: the gate refuses it, scoring answers HOLD. */
  exploratory: z.boolean(),
  /** The last session that was learnt from. */
  trained_through: z.string(),
  /** Sessions kept back for the gate, after `trained_through`. */
  holdout_sessions: z.array(z.string()),
  created_at: z.string(),
  /** How it was trained; absent from imported models and from those made before it was written. */
  procedure: procedureSchema.optional(),
  /** The version whose most important features this one was trained on; absent from all others. */
  distilled_of: z.string().optional(),
  /** Where a model comes from that was made elsewhere; absent from what was trained here. */
  imported: importedSchema.optional(),
  /** Path -> SHA-256 of every other file. */
  files: z.record(z.string(), z.string()),
});
export type Bundle = z.infer<typeof bundleSchema>;

/** @returns 64 hex digits */
export function sha256Hex(bytes: Uint8Array | string): string {
  return bytesToHex(sha256(typeof bytes === 'string' ? utf8ToBytes(bytes) : bytes));
}

/**
 * SHA-256 over the sorted "path sha256" lines of the scoring files: the same answers, the same hash.
 *
 * @param hashes - path -> SHA-256; other files are ignored
 */
export function bundleHash(hashes: Readonly<Record<string, string>>): string {
  const lines = SCORING_FILES.filter((path) => hashes[path] !== undefined).map(
    (path) => `${path} ${hashes[path]}\n`,
  );
  return sha256Hex(lines.join(''));
}

/** Example: `bundleVersion('2025-12-04', 'a1b2c3d4e5...')` is '2025-12-04-a1b2c3d4'. */
export function bundleVersion(datasetVersion: string, hash: string): string {
  return `${datasetVersion}-${hash.slice(0, 8)}`;
}

/** SHA-256 of a file, 64 lower-case hex digits. */
export type HashFile = (bytes: Uint8Array) => string;

/**
 * Reads bundle.json and checks every file against it.
 *
 * @param hashOf - another SHA-256, where the platform has a faster one
 * @throws InvariantViolated naming the file that is missing or different, or when the bundle answers no classes
 */
export function verifyBundle(files: ReadonlyMap<string, Uint8Array>, hashOf: HashFile = sha256Hex): Bundle {
  return verifyContents(files, 'classes', bundleSchema, hashOf);
}

/** What a table of contents says of itself whatever it answers; without a kind it is classes. */
const kindSchema = z.object({ kind: z.string().default('classes'), target: z.string() });

/**
 * Reads the bundle.json of a kind of bundle and checks every file against it.
 *
 * @throws InvariantViolated naming the file that is missing or different, or the kind that was found
 */
export function verifyContents<Contents extends Pick<Bundle, 'files' | 'bundle_hash'>>(
  files: ReadonlyMap<string, Uint8Array>,
  kind: 'classes' | 'magnitude',
  schema: z.ZodType<Contents>,
  hashOf: HashFile = sha256Hex,
): Contents {
  const text = files.get('bundle.json');
  if (text === undefined) throw new InvariantViolated('bundle.json: expected in the bundle, was absent');
  const json: unknown = JSON.parse(new TextDecoder().decode(text));
  const found = kindSchema.parse(json);
  if (found.kind !== kind) {
    throw new InvariantViolated(
      `bundle.json: expected a bundle that answers ${kind}, was ${found.kind} (${found.target})`,
    );
  }
  const bundle = schema.parse(json);
  for (const [path, expected] of Object.entries(bundle.files)) {
    const bytes = files.get(path);
    const hash = bytes === undefined ? 'absent' : hashOf(bytes);
    if (hash !== expected) throw new InvariantViolated(`${path}: expected SHA-256 ${expected}, was ${hash}`);
  }
  const hash = bundleHash(bundle.files);
  if (hash !== bundle.bundle_hash)
    throw new InvariantViolated(`bundle hash: expected ${bundle.bundle_hash}, was ${hash}`);
  return bundle;
}
