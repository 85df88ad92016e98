import type { HistoryRow, LivePointer, ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { indianClock } from '../indian-clock.ts';
import type { Output } from '../output.ts';

/** Shows versions, newest first within their exchange; the one that is live is marked. */
export function showModels(
  models: readonly ModelVersion[],
  live: readonly LivePointer[],
  output: Output,
): void {
  if (models.length === 0) {
    output.line('no models yet: ./oi nightly makes candidates');
    return;
  }
  const answers = new Set(live.map(({ exchange, target, version }) => `${exchange} ${target} ${version}`));
  output.table(
    ['exchange', 'target', 'version', 'status', 'verdict', 'family', 'features', 'dataset', 'made (IST)'],
    models.map((one) => [
      one.exchange,
      one.target,
      one.version,
      answers.has(`${one.exchange} ${one.target} ${one.version}`) ? 'LIVE' : one.status,
      verdictOf(one),
      familyOf(one),
      one.feature_set,
      one.dataset_version,
      indianClock(one.created_at),
    ]),
  );
}

function eventOf({ event, override, backend, endpoint }: HistoryRow): string {
  if (event === 'backend_changed') return `${event} (${endpoint ?? backend})`;
  return override ? `${event} (OVERRIDE)` : event;
}

function familyOf({ family, imported_by, distilled_of }: ModelVersion): string {
  if (imported_by !== undefined) return `${family} (imported)`;
  return distilled_of === undefined ? family : `${family} (distilled)`;
}

function verdictOf({ verdict_pass, exploratory }: ModelVersion): string {
  const verdict = verdict_pass === null ? 'not judged' : verdict_pass ? 'passed' : 'refused';
  return exploratory ? `${verdict} (exploratory)` : verdict;
}

/** Shows every promotion, rollback, withdrawal, refusal and failure, oldest first. */
export function showDeployments(history: readonly HistoryRow[], output: Output): void {
  if (history.length === 0) {
    output.line('nothing was promoted or refused yet');
    return;
  }
  output.table(
    ['at (IST)', 'exchange', 'event', 'from', 'to', 'class', 'operator', 'reason'],
    history.map((row) => [
      indianClock(row.at),
      row.exchange,
      eventOf(row),
      row.from_version ?? '-',
      row.to_version ?? '-',
      row.compliance_class,
      row.operator,
      row.refusal === null ? row.reason : `${row.reason}; ${row.refusal}`,
    ]),
  );
}
