import { epochMs } from '../market/indian-time.ts';
import type { HealthSummary, LiveVersion } from './health-summary.ts';

/** One number of a summary: what CSV writes as a line and Prometheus as a sample. */
export interface Measurement {
  readonly name: string;
  /** The kind within the name, such as a stage or a quantile; null when there is only one. */
  readonly label: { readonly key: string; readonly value: string } | null;
  /** Null when nothing could be measured; renderings leave it out or empty. */
  readonly value: number | null;
  readonly help: string;
}

/** All numbers of a summary in a fixed order. Seconds and fractions are base units, as Prometheus wants them. */
export function measurements(summary: HealthSummary): Measurement[] {
  const { performance, latency_us, worst_minute } = summary;
  const one = (name: string, value: number | null, help: string): Measurement => ({
    name,
    label: null,
    value,
    help,
  });
  const quantiles = [
    ['0.5', latency_us.p50],
    ['0.95', latency_us.p95],
    ['0.99', latency_us.p99],
    ['1', latency_us.max],
  ] as const;
  return [
    one('session_open', summary.session_open ? 1 : 0, 'Whether the session is open.'),
    one('data_age_seconds', summary.data_age_seconds, 'Seconds since the newest snapshot.'),
    one('clean_share', summary.clean_share, 'Share of feature rows without a data-quality flag.'),
    one('flagged_share', summary.flagged_share, 'Share of feature rows with a data-quality flag.'),
    one(
      'worst_minute_flags',
      worst_minute?.flags.length ?? null,
      'Most data-quality flags of one feature row.',
    ),
    one(
      'worst_minute_timestamp_seconds',
      worst_minute === null ? null : epochMs(worst_minute.timestamp) / 1000,
      'When the feature row with the most data-quality flags was.',
    ),
    ...labelled('stage_count', 'what', summary.counts, 'What went through each stage in the window.'),
    ...labelled(
      'quality_flag_count',
      'flag',
      summary.quality_flags,
      'Feature rows with a data-quality flag.',
    ),
    ...labelled('error_count', 'stage', summary.errors, 'Failures of a stage in the window.'),
    one('score_count', latency_us.count, 'Recommendations scored in the window.'),
    ...quantiles.map(([value, us]) => ({
      name: 'score_latency_seconds',
      label: { key: 'quantile', value },
      value: us === null ? null : us / 1e6,
      help: 'Scoring time inside the handler.',
    })),
    one('outcomes_resolved', performance.resolved, 'Recommendations whose outcome is known.'),
    one('outcomes_pending', performance.pending, 'Recommendations whose horizon has not passed.'),
    one(
      'outcomes_unresolvable',
      performance.unresolvable,
      'Recommendations whose outcome never can be known.',
    ),
    one('accuracy_ratio', performance.accuracy, 'Share of outcomes that the action named.'),
    one(
      'trades',
      performance.trades,
      'Trades with a re-marked profit and an exposure that followed the action.',
    ),
    one('win_ratio', performance.win_rate, 'Share of trades with a profit.'),
    one('payoff_ratio', performance.payoff, 'Mean win over mean loss.'),
    one('pnl_rupees', performance.pnl_rupees, 'Re-marked profit.'),
    one(
      'drawdown_rupees',
      performance.drawdown_rupees,
      'Largest fall of the re-marked profit below its maximum.',
    ),
    one('inverted_trades', performance.inverted_trades, 'Trades whose side contradicts the action.'),
    ...(summary.live ?? []).flatMap(liveMeasurements),
  ];
}

/** By model version, over the last twenty sessions. */
function liveMeasurements(live: LiveVersion): Measurement[] {
  const label = { key: 'model_version', value: live.model_version };
  const one = (name: string, value: number | null, help: string): Measurement => ({
    name,
    label,
    value,
    help,
  });
  return [
    one(
      'live_judged',
      live.judged,
      'BUY and SELL of a model version whose outcome is known, twenty sessions.',
    ),
    one('live_accuracy_ratio', live.accuracy, 'Share of those that named the direction.'),
    one(
      'live_claimed_ratio',
      live.mean_confidence,
      'Their mean confidence: what the accuracy was claimed to be.',
    ),
    one('live_trades', live.trades, 'Re-marked trades of a model version that followed it, twenty sessions.'),
    one('live_win_ratio', live.win_rate, 'Share of those with a profit.'),
    one('live_payoff_ratio', live.payoff, 'Their mean win over mean loss.'),
  ];
}

function labelled(
  name: string,
  key: string,
  record: Readonly<Record<string, number>>,
  help: string,
): Measurement[] {
  return Object.entries(record).map(([value, count]) => ({
    name,
    label: { key, value },
    value: count,
    help,
  }));
}
