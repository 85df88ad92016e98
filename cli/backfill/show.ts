import { FILE_FORMS } from '../../shared/domain/market/import/file-form.ts';
import type { ImportSummary } from '../../shared/domain/market/import/import-summary.ts';
import { SKIP_REASONS } from '../../shared/domain/market/import/recorded-chain.ts';
import { IMPORTED_SPARSE, SPARSE_SKIP_REASONS } from '../../shared/domain/market/import/sparse-chain.ts';
import type { QualityReport } from '../../shared/domain/market/quality/quality-tally.ts';
import type { Output } from '../output.ts';
import type { PostReport } from '../post-snapshots.ts';

const FLAG_WORDS: Readonly<Record<string, string>> = {
  [IMPORTED_SPARSE]: 'open interest carried between changes; no prices, volumes, volatilities or quotes',
};

/** What became of a file's rows: used and skipped add up to the file. */
export function showSummary(file: string, summary: ImportSummary, posted: PostReport, output: Output): void {
  if (summary.form !== undefined) output.line(`${file}: ${FILE_FORMS[summary.form]}`);
  output.line(`${file}: ${summary.rows} rows, ${summary.used} used, ${posted.accepted} snapshots accepted`);
  const counts = Object.entries(summary.snapshots).filter(([, count]) => count > 0);
  output.table(
    ['exchange', 'snapshots'],
    counts.map(([exchange, count]) => [exchange, count]),
  );
  showSkipped(summary.skipped, wordsOf(summary), output);
  for (const flag of summary.flags ?? []) output.line(`  ${flag}: ${FLAG_WORDS[flag] ?? ''}`);
  for (const { timestamp, reason } of posted.rejected) output.line(`  refused ${timestamp}: ${reason}`);
}

/** One line a reason. */
export function showSkipped(
  skipped: Readonly<Partial<Record<string, number>>>,
  words: Readonly<Record<string, string>>,
  output: Output,
): void {
  for (const [reason, count] of Object.entries(skipped)) {
    if (count) output.line(`  ${count} rows skipped: ${words[reason] ?? reason}`);
  }
}

/** Two forms may share a reason by name and not by consequence. */
function wordsOf({ form }: ImportSummary): Readonly<Record<string, string>> {
  return form === 'tracker_export' ? SPARSE_SKIP_REASONS : SKIP_REASONS;
}

/** The quality of what was imported, one line a day and exchange; the page says the rest. */
export function showQuality(reports: readonly QualityReport[], page: string, output: Output): void {
  output.table(
    ['exchange', 'date', 'snapshots', 'minutes', 'longest pause', 'flagged', 'most often'],
    reports.map(({ exchange, date, snapshots, minutes, longestGapSeconds, flagged, flags }) => [
      ...[exchange, date, snapshots, minutes],
      ...[`${longestGapSeconds} s`, flagged, mostOften(flags)],
    ]),
  );
  output.line(`data quality: ${page}`);
}

function mostOften(flags: QualityReport['flags']): string {
  const [first, second] = flags.toSorted((a, b) => b.snapshots - a.snapshots);
  const shown = [first, second].filter((one) => one !== undefined);
  return shown.length === 0 ? 'nothing' : shown.map((one) => `${one.flag} ${one.snapshots}`).join(', ');
}
