import * as z from 'zod';

const fraction = z.number().min(0).max(1);
const tolerance = z.number().min(-1).max(1);
const count = z.number().int().nonnegative();

/** How much out-of-sample record a bundle must have. The only section that a profile may change. */
export const evidencePolicySchema = z.strictObject({
  /** Sessions that the bundle itself never saw. */
  held_out_sessions: count,
  /** Out-of-sample sessions in all: walk-forward and held-out. */
  sessions: count,
  trades: count,
  /** Labelled rows divided by the horizon: overlapping labels are not independent. */
  effective_samples: count,
  /** Served feature rows that were recomputed from the lake and compared. */
  parity_rows: count,
});
export type EvidencePolicy = z.infer<typeof evidencePolicySchema>;

/** Thresholds of the rules, one section per rule (`config/gate`). */
export const gateRulesPolicySchema = z.strictObject({
  sharpe: z.strictObject({
    /** First model: two-sided confidence of the day-block bootstrap interval. */
    confidence: fraction,
    /** Refresh: the same of the interval of the difference to production. */
    refresh_confidence: fraction,
    /** Replace: the chance that one who is no better ever seems to be, looked at on `looks` nights in a row. */
    false_pass: z.number().min(0.001).max(0.2),
    looks: z.number().int().positive(),
    resamples: z.number().int().min(200).max(100_000),
    /** Refresh: how far below production the lower end may lie, daily Sharpe. */
    tolerance: z.number().nonnegative(),
    /** Replace: how much better than production the difference must be, daily Sharpe. */
    superiority: z.number().nonnegative(),
    /** First model: what the lower end must exceed, daily Sharpe. */
    first_floor: z.number(),
    /** First model: what the bundle itself must reach on its held-out sessions, daily Sharpe. */
    held_out_floor: z.number(),
  }),
  drawdown_bounded: z.strictObject({ cap: fraction, tolerance: fraction }),
  hit_rate_holds: z.strictObject({
    floor: fraction,
    /** Refresh: to production. */
    delta: tolerance,
    /** Replace: to production. */
    replace_delta: tolerance,
  }),
  f1_holds: z.strictObject({
    /** First model: above the score of guessing by base rates. */
    lift: tolerance,
    /** Refresh: to production. */
    delta: tolerance,
    /** Replace: to production. */
    replace_delta: tolerance,
  }),
  precision_at_top_k: z.strictObject({
    k: z.number().int().positive(),
    floor: fraction,
    lift: tolerance,
    delta: tolerance,
  }),
  calibration_error: z.strictObject({
    bins: z.number().int().min(2).max(100),
    cap: fraction,
    regime_cap: fraction,
    regime_min_rows: count,
    brier_tolerance: z.number().nonnegative(),
    log_loss_tolerance: z.number().nonnegative(),
  }),
  deflated_sharpe: z.strictObject({
    floor: fraction,
    /** Refresh, of which nothing was selected: how likely it must be that its record earns anything. */
    refresh_floor: fraction,
  }),
  overfitting_probability: z.strictObject({
    cap: fraction,
    blocks: z.number().int().min(4).max(16).multipleOf(2),
    /** A difference of two trials' daily Sharpe ratios that does not matter. */
    margin: z.number().nonnegative(),
  }),
  enough_evidence: z.strictObject({
    /** Confidence with which the track record must be long enough for a Sharpe ratio above 0. */
    track_record_confidence: fraction,
  }),
  data_fresh_and_complete: z.strictObject({ max_age_sessions: count, min_completeness: fraction }),
  export_exact: z.strictObject({
    min_ordinary_rows: count,
    min_adversarial_rows: count,
    max_probability_error: z.number().nonnegative(),
  }),
});
export type GateRulesPolicy = z.infer<typeof gateRulesPolicySchema>;

/** The thresholds one verdict is made with: the rules, and the evidence floors of a named profile. */
export interface GatePolicy {
  readonly profile: string;
  /** What a reader of the verdict must know about the profile; null for the default. */
  readonly note: string | null;
  readonly rules: GateRulesPolicy;
  readonly evidence: EvidencePolicy;
}
