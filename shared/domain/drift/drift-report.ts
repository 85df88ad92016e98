import type { ReferenceProfile } from '../scoring/reference.ts';
import type { DriftPolicy } from './drift-policy.ts';
import { type LiveProfile, liveProfile } from './live-profile.ts';
import { meanShift } from './rules/mean-shift.ts';
import { missingValues } from './rules/missing-values.ts';
import { psi } from './rules/psi.ts';

/** One feature against its reference, all numbers finite (an infinite shift is written as the largest number). */
export interface FeatureDrift {
  readonly feature: string;
  readonly status: 'steady' | 'watch' | 'drifted';
  readonly psi: number;
  /** Training standard deviations. */
  readonly mean_shift: number;
  readonly missing_increase: number;
  readonly training_mean: number | null;
  readonly live_mean: number | null;
}

export interface DriftReport {
  readonly schema: 1;
  readonly exchange: string;
  readonly model_version: string;
  /** The bundle that answers, or the newest candidate while nothing is live. */
  readonly against: 'live' | 'candidate';
  readonly at: string;
  readonly status: 'too_few_rows' | 'steady' | 'watch' | 'drifted';
  readonly rows: number;
  readonly min_rows: number;
  readonly features: number;
  readonly drifted: number;
  readonly watched: number;
  readonly drifted_share: number;
  /** Most drifted first. */
  readonly top: readonly FeatureDrift[];
  /** One sentence. */
  readonly why: string;
}

export interface DriftInput {
  readonly exchange: string;
  readonly model_version: string;
  readonly against: DriftReport['against'];
  /** UTC, the caller's clock. */
  readonly at: string;
  readonly reference: ReferenceProfile;
  /** Live feature rows; values aligned with `names`. */
  readonly names: readonly string[];
  readonly rows: readonly ArrayLike<number>[];
  readonly policy: DriftPolicy;
}

/**
 * Live features against the live bundle's reference profile. A feature has drifted when its distribution and its mean
 * both moved beyond their thresholds, or when values went missing: one session is always narrower than a year, so a
 * high stability index alone is only watched. Too few rows say so and nothing else.
 * Throws RangeError when the live rows lack a feature of the reference.
 */
export function driftReport(input: DriftInput): DriftReport {
  const { policy, rows } = input;
  const base = {
    schema: 1 as const,
    exchange: input.exchange,
    model_version: input.model_version,
    against: input.against,
    at: input.at,
    rows: rows.length,
    min_rows: policy.min_rows,
    features: input.reference.features.length,
  };
  if (rows.length < policy.min_rows) {
    const why = `Only ${rows.length} live rows, at least ${policy.min_rows} are needed to say anything.`;
    return { ...base, status: 'too_few_rows', drifted: 0, watched: 0, drifted_share: 0, top: [], why };
  }
  const features = judgeFeatures(input);
  const drifted = features.filter((one) => one.status === 'drifted').length;
  const watched = features.filter((one) => one.status === 'watch').length;
  const share = drifted / features.length;
  const status = share >= policy.drifted_share ? 'drifted' : drifted + watched > 0 ? 'watch' : 'steady';
  const top = features.toSorted(byDrift).slice(0, policy.top);
  const worst = top[0];
  const why =
    `${drifted} of ${features.length} features drifted and ${watched} are watched over ${rows.length} rows` +
    (worst === undefined || worst.status === 'steady'
      ? '.'
      : `; most of all ${worst.feature} (stability index ${worst.psi.toFixed(2)}, mean off by ${worst.mean_shift.toPrecision(3)} deviations).`);
  return { ...base, status, drifted, watched, drifted_share: share, top, why };
}

function judgeFeatures({ reference, names, rows, policy }: DriftInput): FeatureDrift[] {
  const places = new Map(names.map((name, i) => [name, i]));
  return reference.features.map((feature) => {
    const place = places.get(feature.name);
    if (place === undefined) throw new RangeError(`live rows: expected feature ${feature.name}, was none`);
    const live = liveProfile(
      Float64Array.from(rows, (row) => row[place] as number),
      feature,
    );
    return judge(feature, live, policy);
  });
}

function judge(
  feature: ReferenceProfile['features'][number],
  live: LiveProfile,
  policy: DriftPolicy,
): FeatureDrift {
  const distribution = psi(feature, live, policy);
  const mean = meanShift(feature, live, policy);
  const missing = missingValues(feature, live, policy);
  // A feature that never moved in training has one bin, so its stability index cannot say anything.
  const moved = distribution.breached || feature.edges.length === 0;
  const drifted = (moved && mean.breached) || missing.breached;
  const watch = distribution.breached || mean.breached;
  return {
    feature: feature.name,
    status: drifted ? 'drifted' : watch ? 'watch' : 'steady',
    psi: distribution.value,
    mean_shift: Math.min(mean.value, Number.MAX_VALUE),
    missing_increase: missing.value,
    training_mean: feature.mean,
    live_mean: live.mean,
  };
}

const RANK = { drifted: 2, watch: 1, steady: 0 } as const;

function byDrift(a: FeatureDrift, b: FeatureDrift): number {
  return RANK[b.status] - RANK[a.status] || b.psi - a.psi || (a.feature < b.feature ? -1 : 1);
}
