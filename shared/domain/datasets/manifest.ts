import { z } from 'zod';
import { exchangeSchema } from '../market/snapshot.ts';

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');
const date = z.iso.date();

const datasetFileSchema = z.object({
  kind: z.enum(['features', 'labels']),
  exchange: exchangeSchema,
  date,
  path: z.string().min(1),
  rows: z.number().int().nonnegative(),
  sha256: sha256Hex,
});
export type DatasetFile = z.infer<typeof datasetFileSchema>;

const exchangeStatsSchema = z.object({
  days: z.number().int().nonnegative(),
  first_date: date.nullable(),
  last_date: date.nullable(),
  /** Feature rows per day, by date. */
  rows_per_day: z.record(z.string(), z.number().int().nonnegative()),
  /** Fraction of feature cells that are present, per feature. */
  completeness: z.record(z.string(), z.number().min(0).max(1)),
  /** Rows per triple-barrier target; `unlabelled` are rows whose label would look past the session or lacks a volatility. */
  label_balance: z.object({
    sell: z.number().int().nonnegative(),
    hold: z.number().int().nonnegative(),
    buy: z.number().int().nonnegative(),
    unlabelled: z.number().int().nonnegative(),
  }),
});
export type ExchangeStats = z.infer<typeof exchangeStatsSchema>;

/** A dataset version (contracts.md): which files, proven by hash, and what they hold. It never changes. */
export const datasetManifestSchema = z.object({
  schema: z.literal(1),
  /** YYYY-MM-DD, or YYYY-MM-DD.N for the N-th version of that day. */
  version: z.string().regex(/^\d{4}-\d{2}-\d{2}(\.\d+)?$/),
  created_at: z.iso.datetime({ offset: true }),
  exchanges: z.array(exchangeSchema).min(1),
  window: z.object({ from: date, to: date }),
  feature_set: z.string().min(1),
  label_set: z.string().min(1),
  knowledge_cutoff: z.iso.datetime({ offset: true }),
  files: z.array(datasetFileSchema),
  records: z.record(z.string(), z.number().int().nonnegative()),
  stats: z.record(z.string(), exchangeStatsSchema),
  /** Hash of the sorted file hashes and the spec: the same inputs give the same hash. */
  content_hash: sha256Hex,
  code_version: z.string().min(1),
  parent: z.string().nullable(),
});
export type DatasetManifest = z.infer<typeof datasetManifestSchema>;
