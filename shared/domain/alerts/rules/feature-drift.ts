import type { DriftReport } from '../../drift/drift-report.ts';
import { breached, type Check, clear, UNKNOWN } from '../check.ts';

/** Live features left the distribution that the live model was trained on. */
export function featureDrift(report: DriftReport): Check {
  if (report.status === 'too_few_rows') return UNKNOWN;
  if (report.status !== 'drifted') return clear();
  const named = report.top.filter((one) => one.status === 'drifted').slice(0, 3);
  return breached({
    rule: 'feature-drift',
    exchange: report.exchange,
    subject: 'features',
    severity: report.drifted_share >= 0.25 ? 'critical' : 'warning',
    title: `${report.exchange}: drift in ${report.drifted} of ${report.features} features`,
    what:
      `${report.drifted} of ${report.features} features of ${report.exchange} have left the distribution that model ` +
      `${report.model_version} was trained on, over ${report.rows} live rows. Strongest: ${named
        .map(
          ({ feature, psi, live_mean, training_mean }) =>
            `${feature} (population stability index ${psi.toFixed(2)}, mean ${shown(live_mean)} against ${shown(training_mean)} in training)`,
        )
        .join('; ')}.`,
    next: 'Check the feed of these features first. If the feed is right, the market has changed: treat recommendations with caution, and retrain or roll back.',
    numbers: { drifted: report.drifted, features: report.features, rows: report.rows },
  });
}

function shown(value: number | null): string {
  return value === null ? 'no value' : String(Number(value.toPrecision(4)));
}
