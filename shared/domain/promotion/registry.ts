import * as z from 'zod';
import { backendSchema } from '../market/backend.ts';
import { exchangeSchema } from '../market/snapshot.ts';

const utc = z.iso.datetime({ offset: true });
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');
const words = z.string().min(1);

export const MODEL_STATUSES = ['candidate', 'approved', 'live', 'retired', 'rejected'] as const;
export type ModelStatus = (typeof MODEL_STATUSES)[number];

/** `parameters`: same features, labels, family and code as before (a retrain); `logic`: something else changed. */
export const COMPLIANCE_CLASSES = ['parameters', 'logic'] as const;
export type ComplianceClass = (typeof COMPLIANCE_CLASSES)[number];

/** One candidate bundle in the registry (`models` table); addressed by content, its files never change. */
export const modelVersionSchema = z.object({
  exchange: exchangeSchema,
  target: words,
  /** `<dataset version>-<first 8 of the bundle hash>`. */
  version: words,
  status: z.enum(MODEL_STATUSES),
  bundle_hash: sha256Hex,
  /** Lake prefix of the bundle, with a closing slash. */
  bundle_prefix: words,
  logic_hash: sha256Hex,
  family: words,
  feature_set: words,
  dataset_version: words,
  dataset_hash: sha256Hex,
  code_version: words,
  /** Last moment the training saw. */
  training_cutoff: utc,
  /** Trained on fewer than five sessions: never goes live without an override. */
  exploratory: z.boolean(),
  /** The version whose most important features this one was trained on; absent from all others. */
  distilled_of: words.optional(),
  /** Who brought a model that was made elsewhere; absent from what was trained here. */
  imported_by: words.optional(),
  /** Who computes its answers; the bundle in process where it is absent. */
  backend: backendSchema.optional(),
  /** The endpoint that does, with `sagemaker`; absent otherwise. */
  endpoint: words.optional(),
  /** Lake key and content hash of the verdict; null until evaluated. */
  verdict_key: words.nullable(),
  verdict_hash: sha256Hex.nullable(),
  verdict_pass: z.boolean().nullable(),
  created_at: utc,
  /** Counts the row's changes; conditional writes expect the value they read. */
  revision: z.number().int().nonnegative(),
});
export type ModelVersion = z.infer<typeof modelVersionSchema>;

/** Which bundle answers now, per exchange and target. */
export const livePointerSchema = z.object({
  exchange: exchangeSchema,
  target: words,
  version: words,
  bundle_hash: sha256Hex,
  bundle_prefix: words,
  logic_hash: sha256Hex,
  /** The version a rollback returns to; null for the first. */
  previous_version: words.nullable(),
  since: utc,
  revision: z.number().int().positive(),
});
export type LivePointer = z.infer<typeof livePointerSchema>;

/** One line of the deployment history: every promotion, rollback, withdrawal, refusal, rejection, failure and backend. */
export const historyRowSchema = z.object({
  exchange: exchangeSchema,
  target: words,
  event: z.enum([
    ...(['promoted', 'rolled_back', 'withdrawn', 'refused', 'failed'] as const),
    // A promotion that waited for a person: turned down, answered by nobody in time, or followed by a newer candidate.
    ...(['rejected', 'expired', 'superseded'] as const),
    // Another backend computes the answers of a version, whether it is live or not; from and to are that version.
    'backend_changed',
  ]),
  from_version: words.nullable(),
  /** Null when nothing was live afterwards. */
  to_version: words.nullable(),
  operator: words,
  reason: words,
  /** The operator went against a missing or failing verdict. */
  override: z.boolean(),
  /** Why it was refused or failed; null otherwise. */
  refusal: words.nullable(),
  compliance_class: z.enum(COMPLIANCE_CLASSES),
  /** The backend from then on, and its endpoint; only where the backend changed. */
  backend: backendSchema.optional(),
  endpoint: words.optional(),
  verdict_key: words.nullable(),
  verdict_hash: sha256Hex.nullable(),
  execution: words.nullable(),
  at: utc,
  /** The pointer's revision after the event (unchanged by a refusal). */
  pointer_revision: z.number().int().nonnegative(),
});
export type HistoryRow = z.infer<typeof historyRowSchema>;
