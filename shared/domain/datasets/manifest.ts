import * as z from 'zod';
import { exchangeSchema } from '../market/snapshot.ts';
import { datasetPolicySchema } from './dataset-policy.ts';
import { LEFT_OUT_REASONS, type LeftOutReason } from './select-days.ts';

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');
const date = z.iso.date();
const count = z.number().int().nonnegative();
const dateRange = z.object({ from: date, to: date });

const datasetFileSchema = z.object({
  kind: z.enum(['features', 'labels']),
  exchange: exchangeSchema,
  date,
  path: z.string().min(1),
  rows: count,
  sha256: sha256Hex,
  /** SHA-256 of the compacted chain that it was made from; null where that is not known. */
  source_sha256: sha256Hex.nullable().default(null),
});
export type DatasetFile = z.infer<typeof datasetFileSchema>;

/** Rows per target; `unlabelled` are rows whose label would look past the session or lacks a volatility. */
const labelBalanceSchema = z.object({ sell: count, hold: count, buy: count, unlabelled: count });
export type LabelBalance = z.infer<typeof labelBalanceSchema>;

const exchangeStatsSchema = z.object({
  days: count,
  first_date: date.nullable(),
  last_date: date.nullable(),
  /** Feature rows per day, by date. */
  rows_per_day: z.record(z.string(), count),
  /** Fraction of feature cells that are present, per feature. */
  completeness: z.record(z.string(), z.number().min(0).max(1)),
  /** Of the triple barrier in the tracker's definition. */
  label_balance: labelBalanceSchema,
  /** Of the triple barrier by session; null where the label set has none. */
  session_label_balance: labelBalanceSchema.nullable().default(null),
});
export type ExchangeStats = z.infer<typeof exchangeStatsSchema>;

const leftOutSchema = z.object({
  exchange: exchangeSchema,
  date,
  reason: z.enum(Object.keys(LEFT_OUT_REASONS) as [LeftOutReason, ...LeftOutReason[]]),
});

/** YYYY-MM-DD, or YYYY-MM-DD.N for the N-th version of that day; `legacy-...` for an imported one. */
export const VERSION_PATTERN = /^(\d{4}-\d{2}-\d{2}(\.\d+)?|legacy-[a-z0-9][a-z0-9-]{0,63})$/;

/** A dataset version (contracts.md): which files, proven by hash, and what they hold. It never changes. */
export const datasetManifestSchema = z.object({
  schema: z.literal(1),
  version: z.string().regex(VERSION_PATTERN),
  created_at: z.iso.datetime({ offset: true }),
  exchanges: z.array(exchangeSchema).min(1),
  window: dateRange,
  /** Of the exchanges whose window is not `window`. */
  windows: z.partialRecord(exchangeSchema, dateRange).default({}),
  feature_set: z.string().min(1),
  label_set: z.string().min(1),
  /** Nothing in the files was recorded later. */
  knowledge_cutoff: z.iso.datetime({ offset: true }),
  files: z.array(datasetFileSchema),
  records: z.record(z.string(), count),
  stats: z.record(z.string(), exchangeStatsSchema),
  /** Days of the window that have features and are not in the files. */
  left_out: z.array(leftOutSchema).default([]),
  /** What decided which days are in it; null where that is not known. */
  policy: datasetPolicySchema.nullable().default(null),
  /** Hash of the sorted file hashes and the spec: the same inputs give the same hash. */
  content_hash: sha256Hex,
  code_version: z.string().min(1),
  parent: z.string().nullable(),
  /** Who made its rows: OI Loop from its own lake, or the tracker (imported). */
  origin: z.enum(['oi-loop', 'tracker']).default('oi-loop'),
  /** Imported rows whose making cannot be proven: nothing learns from them unless it is told to. */
  legacy: z.boolean().default(false),
});
export type DatasetManifest = z.infer<typeof datasetManifestSchema>;

/** A manifest with the number of its files in their place: what the registry lists. */
export const datasetSummarySchema = datasetManifestSchema.extend({ files: count });
export type DatasetSummary = z.infer<typeof datasetSummarySchema>;

/** The manifest without the list of its files. */
export function summaryOf(manifest: DatasetManifest): DatasetSummary {
  return { ...manifest, files: manifest.files.length };
}
