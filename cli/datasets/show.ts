import type { DatasetManifest, DatasetSummary, LabelBalance } from '../../shared/domain/datasets/manifest.ts';
import { LEFT_OUT_REASONS } from '../../shared/domain/datasets/select-days.ts';
import type { Output } from '../output.ts';
import { bar, percent } from './bar.ts';

const SHOWN_DAYS = 10;
const SHOWN_FILES = 6;

/** One line a version. */
export function showList(summaries: readonly DatasetSummary[], output: Output): void {
  if (summaries.length === 0) {
    output.line("no dataset versions yet; ./oi nightly makes one, ./oi datasets import takes the tracker's");
    return;
  }
  output.table(
    ['version', 'created', 'exchanges', 'window', 'feature set', 'days', 'rows', 'sell/hold/buy', 'content'],
    summaries.map((one) => [
      one.version,
      one.created_at.slice(0, 16).replace('T', ' '),
      one.exchanges.join(' '),
      `${one.window.from}..${one.window.to}`,
      one.feature_set,
      daysOf(one),
      rowsOf(one),
      shares(balanceOf(one)),
      `${one.content_hash.slice(0, 12)}${one.legacy ? ' legacy' : ''}`,
    ]),
  );
}

/** A manifest in words: what it is of, rows per day, labels, completeness and files; all of them where asked. */
export function showManifest(manifest: DatasetManifest, all: boolean, output: Output): void {
  showHead(manifest, output);
  showExchanges(manifest, output);
  showDays(manifest, all, output);
  showCompleteness(manifest, all, output);
  const files = all ? manifest.files : manifest.files.slice(-SHOWN_FILES);
  output.line(
    `\nfiles: ${manifest.files.length}${moreThan(files.length, manifest.files.length, 'the last are')}`,
  );
  for (const { sha256, rows, path } of files) output.line(`  ${sha256.slice(0, 16)}  ${rows} rows  ${path}`);
}

function showHead(manifest: DatasetManifest, output: Output): void {
  const { window, knowledge_cutoff, parent } = manifest;
  output.line(`dataset ${manifest.version}  content ${manifest.content_hash}`);
  output.line(
    `  made ${manifest.created_at} by code ${manifest.code_version}${parent ? `, after ${parent}` : ''}`,
  );
  output.line(`  window ${window.from} to ${window.to}, known by ${knowledge_cutoff}`);
  output.line(`  features ${manifest.feature_set}, labels ${manifest.label_set}`);
  if (manifest.legacy)
    output.line('  legacy: imported from the tracker; nothing learns from it unless it is told to');
}

function showExchanges({ stats, records, windows }: DatasetManifest, output: Output): void {
  output.line();
  output.table(
    [
      'exchange',
      'days',
      'first',
      'last',
      'rows',
      'sell/hold/buy',
      'without label',
      'by session',
      'own window from',
    ],
    Object.entries(stats).map(([exchange, one]) => [
      exchange,
      one.days,
      one.first_date ?? '-',
      one.last_date ?? '-',
      records[exchange] ?? 0,
      shares(one.label_balance),
      one.label_balance.unlabelled,
      one.session_label_balance === null ? '-' : shares(one.session_label_balance),
      windows[exchange as keyof typeof windows]?.from ?? '-',
    ]),
  );
}

function showDays({ stats, left_out }: DatasetManifest, all: boolean, output: Output): void {
  const exchanges = Object.keys(stats);
  const perDay = (exchange: string) => stats[exchange]?.rows_per_day ?? {};
  const dates = [...new Set(exchanges.flatMap((exchange) => Object.keys(perDay(exchange))))].sort();
  const shown = all ? dates : dates.slice(-SHOWN_DAYS);
  output.line(`\nrows per day${moreThan(shown.length, dates.length, 'the last are')}`);
  const rows = shown.map((date) => [date, ...exchanges.map((exchange) => perDay(exchange)[date] ?? 0)]);
  output.table(['date', ...exchanges], rows);
  for (const { exchange, date, reason } of all ? left_out : left_out.slice(-SHOWN_DAYS)) {
    output.line(`  without ${exchange} ${date}: ${LEFT_OUT_REASONS[reason]}`);
  }
}

function showCompleteness({ stats }: DatasetManifest, all: boolean, output: Output): void {
  const exchanges = Object.keys(stats);
  const features = Object.keys(stats[exchanges[0] ?? '']?.completeness ?? {});
  const share = (exchange: string, feature: string) => stats[exchange]?.completeness[feature] ?? 0;
  const isWhole = (feature: string) => exchanges.every((exchange) => share(exchange, feature) === 1);
  const shown = all ? features : features.filter((feature) => !isWhole(feature));
  const whole = features.filter(isWhole).length;
  output.line(`\ncompleteness: ${whole} of ${features.length} features have no missing value`);
  if (shown.length === 0) return;
  output.table(
    ['feature', ...exchanges],
    shown.map((feature) => [
      feature,
      ...exchanges.map((exchange) => `${bar(share(exchange, feature))} ${percent(share(exchange, feature))}`),
    ]),
  );
}

function moreThan(shown: number, total: number, words: string): string {
  return shown === total ? '' : ` (${words} ${shown} of ${total}; --all shows each)`;
}

function daysOf({ stats }: DatasetSummary): number {
  return Object.values(stats).reduce((sum, { days }) => sum + days, 0);
}

function rowsOf({ records }: DatasetSummary): number {
  return Object.values(records).reduce((sum, rows) => sum + rows, 0);
}

function balanceOf({ stats }: DatasetSummary): LabelBalance {
  const all = Object.values(stats).map(({ label_balance }) => label_balance);
  const total = (name: keyof LabelBalance) => all.reduce((sum, balance) => sum + balance[name], 0);
  return { sell: total('sell'), hold: total('hold'), buy: total('buy'), unlabelled: total('unlabelled') };
}

/** Example: `31/38/31 %`; `-` without any label. */
export function shares({ sell, hold, buy }: LabelBalance): string {
  const labelled = sell + hold + buy;
  if (labelled === 0) return '-';
  return `${[sell, hold, buy].map((count) => Math.round((100 * count) / labelled)).join('/')} %`;
}
