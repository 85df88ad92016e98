import * as z from 'zod';
import { bundleFiles } from '../../shared/adapters/s3/bundle-files.ts';
import { contentHash } from '../../shared/domain/lake/content-hash.ts';
import { reportPrefix } from '../../shared/domain/lake/paths.ts';
import type { HistoryRow, ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { type Bundle, verifyBundle } from '../../shared/domain/training/bundle.ts';
import {
  type MagnitudeBundle,
  verifyMagnitudeBundle,
} from '../../shared/domain/training/magnitude/bundle.ts';
import { targetNamed } from '../../shared/domain/training/targets.ts';
import { InvariantViolated, NotFound } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';

const number = z.number().nullable();
const summarySchema = z.object({
  trades: z.number(),
  total_return: z.number(),
  daily_sharpe: number,
  hit_rate: number,
  payoff: number,
  max_drawdown: z.number(),
  f1: number,
  precision_at_top_k: number,
  held_out_ece: number,
  held_out_sessions: z.array(z.string()),
  out_of_sample_sessions: z.array(z.string()),
});
export type ShownSummary = z.infer<typeof summarySchema>;

/** What a person is told of a stored verdict. */
const verdictSchema = z.object({
  candidate_class: z.string(),
  baseline_version: z.string().nullable(),
  evaluated_at: z.string(),
  profile: z.string(),
  profile_note: z.string().nullable(),
  pass: z.boolean(),
  failed: z.array(z.string()),
  rules: z.array(
    z.object({
      rule: z.string(),
      pass: z.boolean().nullable(),
      candidate: number,
      baseline: number,
      threshold: number,
      why: z.string(),
    }),
  ),
  candidate: summarySchema,
  baseline: summarySchema.nullable(),
});
export type ShownVerdict = z.infer<typeof verdictSchema>;

/** What of the training run's `calibration.json` is shown; of a magnitude there is none. */
const calibrationSchema = z.object({
  kind: z.string(),
  before: z.object({ log_loss: number, ece: number }),
  after: z.object({ log_loss: number, ece: number }),
});
export type ShownCalibration = z.infer<typeof calibrationSchema>;

/** Whether the files in the lake are those that were registered. */
export type Proof =
  | { readonly ok: true; readonly files: number; readonly bytes: number; readonly bundle: Contents }
  | { readonly ok: false; readonly problem: string };

/** The table of contents of either kind of bundle. */
export type Contents = Bundle | MagnitudeBundle;

/** Everything about one version. */
export interface VersionStory {
  readonly row: ModelVersion;
  readonly proof: Proof;
  readonly verdict: ShownVerdict | null;
  /** Why the verdict that the row names is not shown; null when it is, or there is none. */
  readonly verdictProblem: string | null;
  readonly calibration: ShownCalibration | null;
  /** Its own events, oldest first. */
  readonly history: readonly HistoryRow[];
  /** Lake keys of its reports. */
  readonly reports: readonly string[];
}

/** Gathers what registry and lake have on a version; what is missing or changed is told, not thrown. */
export async function versionStory(
  lake: ObjectStore,
  row: ModelVersion,
  history: readonly HistoryRow[],
): Promise<VersionStory> {
  const prefix = reportPrefix(row.exchange, row.target, row.version);
  const reports = await lake.list(prefix);
  const verdict = await storedVerdict(lake, row);
  const key = `${prefix}calibration.json`;
  return {
    row,
    proof: await proofOf(lake, row),
    verdict: 'problem' in verdict ? null : verdict.verdict,
    verdictProblem: 'problem' in verdict ? verdict.problem : null,
    calibration: reports.includes(key) ? calibrationOf(await lake.get(key)) : null,
    history: history.filter(
      ({ from_version, to_version }) => from_version === row.version || to_version === row.version,
    ),
    reports,
  };
}

/** Reads every file of the bundle, and compares each hash, and the whole with what the registry says. */
export async function proofOf(lake: ObjectStore, row: ModelVersion): Promise<Proof> {
  const { target, bundle_prefix, bundle_hash } = row;
  try {
    const files = await bundleFiles(lake)(bundle_prefix);
    const isClasses = targetNamed(target).kind === 'classes';
    const bundle = isClasses ? verifyBundle(files) : verifyMagnitudeBundle(files);
    if (bundle.bundle_hash !== bundle_hash) {
      return {
        ok: false,
        problem: `expected the registered bundle ${bundle_hash}, was ${bundle.bundle_hash}`,
      };
    }
    const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    return { ok: true, files: files.size, bytes, bundle };
  } catch (error) {
    if (error instanceof InvariantViolated || error instanceof z.ZodError) {
      return { ok: false, problem: error.message };
    }
    throw error;
  }
}

async function storedVerdict(
  lake: ObjectStore,
  { verdict_key, verdict_hash }: ModelVersion,
): Promise<{ verdict: ShownVerdict | null } | { problem: string }> {
  if (verdict_key === null) return { verdict: null };
  try {
    const bytes = await lake.get(verdict_key);
    const hash = contentHash(bytes);
    if (hash !== verdict_hash) {
      return { problem: `${verdict_key}: expected SHA-256 ${verdict_hash}, was ${hash}` };
    }
    return { verdict: verdictSchema.parse(JSON.parse(new TextDecoder().decode(bytes))) };
  } catch (error) {
    if (error instanceof NotFound || error instanceof z.ZodError) {
      return { problem: `${verdict_key}: ${error.message}` };
    }
    throw error;
  }
}

function calibrationOf(bytes: Uint8Array): ShownCalibration | null {
  return calibrationSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data ?? null;
}
