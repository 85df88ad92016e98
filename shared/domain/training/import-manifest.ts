import * as z from 'zod';
import { describeIssue, type Wording } from '../../describe-issue.ts';
import { RejectedInput } from '../../errors.ts';
import { PRODUCTION_TARGET } from '../market/production-target.ts';
import { CLASSES } from './classes.ts';

const words = z.string().trim().min(1);
/** A file beside the manifest; never one above it. */
const fileName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected the name of a file in the same folder');
const familyName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,30}$/, 'expected 2 to 31 lower-case letters, digits or hyphens, a letter first');
const threshold = z.number().gt(0).lte(1);

const common = {
  schema: z.literal(1),
  /** The maker's name for what it is: `catboost`, `tracker`. */
  family: familyName,
  /** Refused for another exchange; left out, the command's counts. */
  exchange: words.optional(),
  target: words.default(PRODUCTION_TARGET),
  feature_set: words,
  /** The features that the model takes, in its order: names of the set. */
  features: z
    .array(words)
    .min(1)
    .superRefine((names, context) => {
      const twice = names.find((name, at) => names.indexOf(name) !== at);
      if (twice !== undefined)
        context.addIssue({ code: 'custom', message: `expected every feature once, was ${twice} twice` });
    }),
  /** The last session that anything about the model was learnt or chosen from. */
  trained_through: z.iso.date(),
  /** Probabilities from which on a direction is acted on; left out, they are chosen on the first sessions after. */
  thresholds: z.object({ buy: threshold, sell: threshold }).optional(),
  /** How many configurations its maker tried before this one was chosen, this one among them; null: not known. */
  configurations_tried: z.int().positive().nullable().default(null),
  /** Versions of what made it, by name. */
  made_with: z.record(z.string(), z.string()).default({}),
  notes: z.string().default(''),
};

const onnxManifest = z.object({
  ...common,
  kind: z.literal('onnx'),
  model: fileName.default('model.onnx'),
  /** The name of the graph's input for the features; left out, the only one that is not the regime's. */
  input: words.optional(),
  /** The name of the output with a number for each class; left out, the one called probabilities, or the only one. */
  output: words.optional(),
  output_kind: z.enum(['probabilities', 'scores']).default('probabilities'),
  /** The classes in the order of the output's columns. */
  class_order: z
    .array(z.enum(CLASSES))
    .refine(
      (order) => order.length === CLASSES.length && CLASSES.every((name) => order.includes(name)),
      'expected SELL, HOLD and BUY, each once, in the order of the output',
    ),
  /** A regime model whose probabilities the graph takes as a second input; null or left out: none. */
  regime: z.object({ file: fileName, input: words }).nullable().default(null),
});

/** A class by its label in the tracker's models. */
const label = z.union([z.literal(-1), z.literal(0), z.literal(1)]);

const regimeTreesManifest = z.object({
  ...common,
  kind: z.literal('regime-trees'),
  /** One model for each state that has one: LightGBM's text, with the labels of its classes in order. */
  members: z
    .array(z.object({ file: fileName, classes: z.array(label).min(2).max(3) }))
    .min(1)
    .max(16),
  /** Per state of the regime model the number of its member; null: that state has none, the answer is HOLD. */
  member_of_state: z.array(z.int().nonnegative().nullable()).min(1).max(16),
  regime: z.object({ file: fileName }),
});

export const importManifestSchema = z.discriminatedUnion('kind', [onnxManifest, regimeTreesManifest]);
export type ImportManifest = z.infer<typeof importManifestSchema>;
export type OnnxManifest = Extract<ImportManifest, { kind: 'onnx' }>;
export type RegimeTreesManifest = Extract<ImportManifest, { kind: 'regime-trees' }>;

/** The file of a manifest within the folder of an imported model. */
export const MANIFEST_FILE = 'manifest.json';

const WORDING: Wording = {
  record: MANIFEST_FILE,
  remedies: {
    kind: 'say onnx for an ONNX graph, regime-trees for LightGBM models by regime',
    features: 'list the feature names in the order of the model input',
    class_order: 'list the classes in the order of the output columns, as ["SELL", "HOLD", "BUY"]',
    trained_through: 'state the last session the model learnt from, as 2026-02-10',
    feature_set: 'state the set the features are of, as tracker-v2',
  },
  otherwise: '',
  union: 'one of the kinds it may have',
  isDotted: true,
};

/**
 * Reads the manifest of an imported model.
 *
 * @throws RejectedInput naming the field, what was expected and what it was
 */
export function readImportManifest(text: string): ImportManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const message = `${MANIFEST_FILE}: expected JSON, was unreadable (${String(cause)})`;
    throw new RejectedInput(message, { field: MANIFEST_FILE, cause });
  }
  const result = importManifestSchema.safeParse(json);
  if (result.success) return result.data;
  const said = describeIssue(result.error.issues, json, WORDING);
  throw new RejectedInput(`${MANIFEST_FILE}: ${said}`, { field: MANIFEST_FILE });
}

/** The files that a manifest speaks of, itself not among them. */
export function importedFiles(manifest: ImportManifest): string[] {
  const models =
    manifest.kind === 'onnx' ? [manifest.model] : [...new Set(manifest.members.map(({ file }) => file))];
  return manifest.regime === null ? models : [...models, manifest.regime.file];
}
