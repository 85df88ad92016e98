import { minimumTrackRecordLength } from '../../../stats/minimum-track-record-length.ts';
import { counted } from '../../market/counted.ts';
import type { GateContext } from '../gate-context.ts';
import { type RuleResult, shown } from '../rule-result.ts';

/**
 * There is enough out-of-sample record to judge at all: sessions, trades and effective samples reach their floors,
 * the track record is long enough for its own Sharpe ratio, and the bundle is not exploratory.
 */
export function enoughEvidence(context: GateContext): RuleResult {
  const { candidate, policy } = context;
  const { metrics } = candidate.all.backtest;
  const missing = [...shortfalls(context), ...trackRecord(context)];
  if (context.exploratory) missing.unshift('the bundle is exploratory (trained on fewer than five sessions)');
  const note = context.imported ? ' It was made elsewhere: there are no walk-forward scores.' : '';
  return {
    rule: 'enough-evidence',
    pass: missing.length === 0,
    candidate: metrics.sessions,
    baseline: null,
    threshold: policy.evidence.sessions,
    why:
      missing.length > 0
        ? `Not enough evidence: ${missing.join('; ')}.${note}`
        : `${metrics.sessions} out-of-sample sessions with ${metrics.trades} trades and ` +
          `${shown(candidate.all.effective_samples)} effective samples reach the floors of profile ${policy.profile}.${note}`,
  };
}

function shortfalls({ candidate, policy }: GateContext): string[] {
  const { evidence } = policy;
  const found: string[] = [];
  const need = (what: string, value: number, floor: number) => {
    if (value < floor) found.push(`${what} ${shown(value)}, needed ${floor}`);
  };
  need('held-out sessions', candidate.held_out.backtest.metrics.sessions, evidence.held_out_sessions);
  need('out-of-sample sessions', candidate.all.backtest.metrics.sessions, evidence.sessions);
  need('trades', candidate.all.backtest.metrics.trades, evidence.trades);
  need('effective samples', candidate.all.effective_samples, evidence.effective_samples);
  return found;
}

/** A refresh is judged against production, so that only a first or changed model must prove itself above zero. */
function trackRecord({ candidate, baseline, policy }: GateContext): string[] {
  if (baseline !== null && baseline.logic_hash === candidate.logic_hash) return [];
  const { sessions, daily_sharpe, skewness, kurtosis } = candidate.all.backtest.metrics;
  const { track_record_confidence } = policy.rules.enough_evidence;
  const sharpe = daily_sharpe ?? Number.NaN;
  const needed = Math.ceil(
    minimumTrackRecordLength({ sharpe, skewness, kurtosis }, 0, track_record_confidence),
  );
  if (sessions >= needed) return [];
  if (daily_sharpe === null) {
    return [`a daily Sharpe ratio cannot be estimated from ${counted(sessions, 'session')}`];
  }
  const length = Number.isFinite(needed) ? `${counted(needed, 'session')}` : 'no number of sessions';
  return [
    `a daily Sharpe ratio of ${shown(daily_sharpe)} needs a track record of ${length}, was ${sessions}`,
  ];
}
