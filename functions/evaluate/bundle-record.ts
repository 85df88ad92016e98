import * as z from 'zod';
import { describeIssue, plainWording } from '../../shared/describe-issue.ts';
import type { ExportState, ImportedState } from '../../shared/domain/evaluation/gate-context.ts';
import type { JudgeInput } from '../../shared/domain/evaluation/judge.ts';
import { scoredColumnsSchema, scoredRows } from '../../shared/domain/evaluation/scored-columns.ts';
import { epochMs, istMs } from '../../shared/domain/market/indian-time.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { importedSchema, verifyBundle } from '../../shared/domain/training/bundle.ts';
import { InvariantViolated } from '../../shared/errors.ts';

type Files = ReadonlyMap<string, Uint8Array>;

/** report.json (port TrainingSummary), as far as the gate looks. */
const trainingReportSchema = z.object({
  folds: z.array(z.object({ fold: z.number(), trained_through: z.iso.date(), judged_from: z.iso.date() })),
  exactness: z.object({
    ordinaryRows: z.number(),
    adversarialRows: z.number(),
    leafMismatches: z.number(),
    worstProbabilityDifference: z.number(),
  }),
});

/** What a bundle's own files say about it. */
export interface BundleRecord {
  readonly judge: JudgeInput;
  readonly export: ExportState;
  /** Names of the leakage checks that fail; empty when all hold. */
  readonly failedLeakageChecks: readonly string[];
  /** Null for what was trained here. */
  readonly imported: ImportedState | null;
  /** The features that the model or its regime filter looks at, in order; null where the bundle does not say. */
  readonly usedFeatures: readonly string[] | null;
}

/** bundle.json, as far as the gate looks. */
const contentsSchema = z.object({
  imported: importedSchema.optional(),
  regime_inputs: z.array(z.string()).default([]),
});

/** selector.json (training/selector.ts), as far as the gate looks. */
const selectorSchema = z.object({
  features: z.array(z.string()),
  kept: z.array(z.int().nonnegative()),
});

/**
 * Reads a bundle's scores and reports. Files that are not the hashed ones are reported, not refused.
 * @throws InvariantViolated when a report is missing or is not what training writes.
 */
export function bundleRecord(row: ModelVersion, files: Files): BundleRecord {
  const { version, bundle_hash, logic_hash, training_cutoff } = row;
  const walk_forward = scoredRows(parsed(files, 'oof.json', scoredColumnsSchema));
  const held_out = scoredRows(parsed(files, 'holdout.json', scoredColumnsSchema));
  const { folds, exactness } = parsed(files, 'report.json', trainingReportSchema);
  const failed: string[] = [];
  // An exploratory bundle's folds are purged blocks of minutes within its few sessions: dates cannot tell them apart.
  if (!row.exploratory && folds.some(({ trained_through, judged_from }) => trained_through >= judged_from)) {
    failed.push('fold-judged-after-training');
  }
  if (held_out.some(({ session }) => istMs(session, 0) <= epochMs(training_cutoff))) {
    failed.push('held-out-after-training');
  }
  const { imported = null, regime_inputs } = parsed(files, 'bundle.json', contentsSchema);
  return {
    judge: { version, bundle_hash, logic_hash, walk_forward, held_out },
    export: {
      ordinary_rows: exactness.ordinaryRows,
      adversarial_rows: exactness.adversarialRows,
      leaf_mismatches: exactness.leafMismatches,
      max_probability_error: exactness.worstProbabilityDifference,
      hashes_verified: isWhole(files, bundle_hash),
    },
    failedLeakageChecks: failed,
    imported,
    usedFeatures: usedFeatures(files, regime_inputs),
  };
}

function usedFeatures(files: Files, regimeInputs: readonly string[]): readonly string[] | null {
  if (!files.has('selector.json')) return null;
  const { features, kept } = parsed(files, 'selector.json', selectorSchema);
  const inModel = new Set(kept.map((place) => features[place]));
  return features.filter((name) => inModel.has(name) || regimeInputs.includes(name));
}

function isWhole(files: Files, bundleHash: string): boolean {
  try {
    return verifyBundle(files).bundle_hash === bundleHash;
  } catch (error) {
    if (error instanceof InvariantViolated) return false;
    throw error;
  }
}

function parsed<Schema extends z.ZodType>(files: Files, path: string, schema: Schema): z.infer<Schema> {
  const bytes = files.get(path);
  if (bytes === undefined)
    throw new InvariantViolated(`${path}: expected in the bundle, was absent`, { field: path });
  const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const what = describeIssue(result.error.issues, json, plainWording('the file'));
  throw new InvariantViolated(`${path}: ${what}`, { field: path });
}
