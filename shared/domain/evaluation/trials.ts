import { moments } from '../../stats/moments.ts';
import type { Trial } from '../training/trial.ts';
import type { Trials } from './gate-context.ts';

/** What the gate reads of one line of the trial ledger. */
export type LedgerTrial = Pick<
  Trial,
  'configuration_hash' | 'dataset_version' | 'daily_returns' | 'daily_sharpe' | 'imported' | 'distilled'
>;

/**
 * What the ledger of one exchange and target says to the gate. Repeats of a configuration count once, its latest
 * dataset standing for it. Trials on the candidate's own dataset were what it was chosen from; their daily returns are
 * comparable when they cover equally many sessions. A model that was made elsewhere counts as tried, but no candidate was
 * chosen from it. Neither was one chosen from a distilled candidate: it follows from the full one, whose choice was made
 * before. Nor between two that brought the same on every day, as where no regime has enough rows for a model of its own.
 * Example: `trialsOf(ledger, '2026-03-02').distinct`.
 */
export function trialsOf(ledger: readonly LedgerTrial[], datasetVersion: string): Trials {
  const latest = oncePerConfiguration(ledger);
  const sharpes = latest.flatMap((trial) => (trial.daily_sharpe === null ? [] : [trial.daily_sharpe]));
  const rivals = oncePerReturns(
    oncePerConfiguration(
      ledger.filter(
        (trial) => trial.dataset_version === datasetVersion && !trial.imported && !trial.distilled,
      ),
    ),
  );
  const days = rivals[0]?.daily_returns.length ?? 0;
  const comparable = rivals.every((trial) => trial.daily_returns.length === days);
  return {
    distinct: Math.max(1, latest.length),
    sharpe_variance: sharpes.length < 2 ? null : moments(sharpes).standardDeviation ** 2,
    on_this_dataset: Math.max(1, rivals.length),
    daily_returns: comparable ? rivals.map((trial) => trial.daily_returns) : null,
  };
}

function oncePerConfiguration(ledger: readonly LedgerTrial[]): LedgerTrial[] {
  const byConfiguration = new Map<string, LedgerTrial>();
  for (const trial of ledger) {
    const known = byConfiguration.get(trial.configuration_hash);
    if (known === undefined || known.dataset_version <= trial.dataset_version) {
      byConfiguration.set(trial.configuration_hash, trial);
    }
  }
  return [...byConfiguration.values()];
}

/** Those without any day stay apart: nothing shows that they are alike. */
function oncePerReturns(trials: readonly LedgerTrial[]): LedgerTrial[] {
  const byReturns = new Map(
    trials.map((trial) => [trial.daily_returns.join() || trial.configuration_hash, trial]),
  );
  return [...byReturns.values()];
}
