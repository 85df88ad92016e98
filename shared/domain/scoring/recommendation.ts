import * as z from 'zod';
import { backendSchema } from '../market/backend.ts';
import { PRODUCTION_TARGET } from '../market/production-target.ts';
import { QUALITY_FLAGS } from '../market/quality/finding.ts';
import { exchangeSchema } from '../market/snapshot.ts';
import { accountTotalsSchema } from '../risk/account-totals.ts';
import { backendFaultSchema } from './backend.ts';
import { givenStateSchema } from './given-state.ts';

/** The classes of a model, in the order of its output columns. */
export const ACTIONS = ['SELL', 'HOLD', 'BUY'] as const;
export type Action = (typeof ACTIONS)[number];
export const actionSchema = z.enum(ACTIONS);

/** Why an answer is HOLD without having asked, or in spite of, the model. */
export const HOLD_REASONS = [
  'no_live_model',
  'unusable_model',
  'exploratory_bundle',
  'insufficient_history',
  'stale_features',
  'incomplete_features',
  'trading_halted',
  'breaker_open',
  'session_drawdown',
  'drift_blocked',
  'bad_data_quality',
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** Why BUY or SELL is not to be executed, though the model may speak: what a HOLD does not ask for. */
export const TRADE_FLAGS = [
  'session_ending',
  'no_edge',
  'no_lots',
  'no_contract',
  'open_positions',
  'cooldown',
  'net_delta',
  'exposure',
] as const;

/** Every flag that keeps a recommendation from being executed; each has one file in `risk-flags/`. */
export const RISK_FLAGS = [...HOLD_REASONS, ...TRADE_FLAGS] as const;
export type RiskFlag = (typeof RISK_FLAGS)[number];

const utc = z.iso.datetime({ offset: true });
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');
const unit = z.number().min(0).max(1);

/** A feature's value in JSON: infinities are words, a missing value is null. */
export const featureValueSchema = z.union([z.number(), z.enum(['Infinity', '-Infinity'])]).nullable();
export type FeatureValue = z.infer<typeof featureValueSchema>;

/** Calibrated probabilities of the three classes; they add up to 1 within 1e-6. */
export const probabilitiesSchema = z
  .object({ sell: unit, hold: unit, buy: unit })
  .refine(
    ({ sell, hold, buy }) => Math.abs(sell + hold + buy - 1) <= 1e-6,
    'expected probabilities that add up to 1',
  );
export type Probabilities = z.infer<typeof probabilitiesSchema>;

/** One of the five features that moved the answer most: its value, how unusual that is, and its exact SHAP. */
export const driverSchema = z.object({
  feature: z.string().min(1),
  value: featureValueSchema,
  /** Standard deviations from the training mean; null when the value or the deviation is missing. */
  zscore: z.number().nullable(),
  /** Contribution to the action's raw score. */
  shap: z.number(),
  /** Left out: exact. An estimate, where the model's graph cannot be looked into. */
  method: z.literal('permutation').optional(),
});
export type Driver = z.infer<typeof driverSchema>;

/** What the risk rules saw: the account's totals, what the answer would add to them, and what its size was scaled by. */
export const riskSeenSchema = accountTotalsSchema.extend({
  /** The position that BUY or SELL asks for; null on HOLD and without a contract. */
  proposal: z
    .object({
      /** Black-76 delta of one unit by the forward, its sign included; null where no volatility can be had. */
      delta: z.number().min(-1).max(1).nullable(),
      units: z.number().int().nonnegative(),
      /** What a rise of the underlying by 1 % would bring; rupees. */
      delta_rupees: z.number(),
      exposure_rupees: z.number().nonnegative(),
    })
    .nullable(),
  /** Volatility targeting; a forecast that is not known scales nothing. */
  volatility: z.object({
    /** Where the forecast comes from; null when there is none. */
    source: z.string().min(1).nullable(),
    /** Fractions a year. */
    forecast: z.number().positive().nullable(),
    target: z.number().positive(),
    /** What the staked fraction was multiplied with. */
    scale: unit,
  }),
});
export type RiskSeen = z.infer<typeof riskSeenSchema>;

/**
 * The answer to POST /v1/score, as it is stored, archived and published (contracts.md, Recommendation).
 * A HOLD that did not ask a model has null probabilities, regime and versions and says why in `hold_reason`.
 */
export const recommendationSchema = z.object({
  id: z.ulid(),
  /** At the exchange. */
  timestamp: utc,
  /** When the tracker had the snapshot. */
  received_at: utc,
  /** Our clock. */
  recorded_at: utc,
  exchange: exchangeSchema,
  target: z.string().min(1).default(PRODUCTION_TARGET),
  /** The contract to trade; null on HOLD and when the chain offers none. */
  symbol: z.string().min(1).nullable(),
  action: actionSchema,
  /** Probability of the action; 0 when no model was asked. */
  confidence: unit,
  probabilities: probabilitiesSchema.nullable(),
  regime: z.number().int().nonnegative().nullable(),
  regime_probabilities: z.array(unit),
  /** Fraction of capital after shrinkage, fraction and cap. */
  kelly_fraction: unit,
  /** Full Kelly fraction of the shrunk probability. */
  kelly_full: unit,
  recommended_lots: z.number().int().nonnegative(),
  /** True only when every risk rule agrees. */
  execute: z.boolean(),
  /** What the risk rules saw; null in answers that are older than this field. */
  risk: riskSeenSchema.nullable().default(null),
  /** Risk rules that do not agree; `bad_data_quality` is followed by the data's faults that block. */
  risk_flags: z.array(z.enum([...RISK_FLAGS, ...QUALITY_FLAGS])),
  hold_reason: z.enum(HOLD_REASONS).nullable(),
  rationale: z.string().min(1),
  model_version: z.string().min(1).nullable(),
  feature_set: z.string().min(1).nullable(),
  dataset_version: z.string().min(1).nullable(),
  drivers: z.array(driverSchema).max(5),
  features_summary: z.record(z.string(), featureValueSchema),
  /** The vector that was posted, by name, missing ones left out; absent in an answer on rows that the loop keeps. */
  given_features: z.record(z.string(), featureValueSchema).optional(),
  given_state: givenStateSchema.optional(),
  input_hash: sha256Hex,
  /** Who computed what the model said; null when none was asked. Absent from answers older than it. */
  backend: backendSchema.nullable().optional(),
  /** Why the endpoint that was meant to answer did not, and the bundle in process did; null when nothing was wrong. */
  backend_fault: backendFaultSchema.nullable().optional(),
  latency_us: z.number().int().nonnegative(),
  /** RFC 6962 leaf hash of every other field (audit/leaf-hash.ts). */
  leaf_hash: sha256Hex,
});
export type Recommendation = z.infer<typeof recommendationSchema>;

/** A recommendation before it was sealed: what the leaf hash is taken over. */
export type UnsealedRecommendation = Omit<Recommendation, 'leaf_hash'>;
