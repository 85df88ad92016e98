import { shown as inWords } from '../../shared/domain/evaluation/rule-result.ts';
import { servedBy } from '../../shared/domain/market/backend.ts';
import { counted } from '../../shared/domain/market/counted.ts';
import type { HistoryRow } from '../../shared/domain/promotion/registry.ts';
import { indianClock } from '../indian-clock.ts';
import type { Output } from '../output.ts';
import { showDeployments } from './show.ts';
import type { ShownSummary, ShownVerdict, VersionStory } from './version-story.ts';

const PERCENT = 100;
const MEGABYTE = 1e6;

/** Everything about one version, in the order in which a person asks: what, from what, proven, judged, deployed, where. */
export function showVersion(story: VersionStory, output: Output): void {
  showHead(story, output);
  showProof(story, output);
  showVerdict(story, output);
  showCalibration(story, output);
  output.line();
  showOwnHistory(story.history, output);
  showReports(story, output);
}

function showHead({ row, proof }: VersionStory, output: Output): void {
  const { exchange, target, version, status, exploratory, distilled_of, imported_by } = row;
  const origin = distilled_of
    ? `, distilled of ${distilled_of}`
    : imported_by
      ? `, imported by ${imported_by}`
      : '';
  const state = status === 'live' ? 'LIVE' : status;
  output.line(`${exchange} ${target} ${version}: ${state}${exploratory ? ' (exploratory)' : ''}`);
  const bundle = proof.ok ? proof.bundle : null;
  const rounds = bundle === null ? '' : `, ${counted(bundle.rounds, 'round')}`;
  const features = bundle === null ? '' : ` (${counted(bundle.feature_names.length, 'feature')})`;
  output.line(`  family ${row.family}${rounds}${origin}; feature set ${row.feature_set}${features}`);
  output.line(
    `  dataset ${row.dataset_version} (content ${row.dataset_hash.slice(0, 16)}), learnt through ${row.training_cutoff.slice(0, 10)}`,
  );
  output.line(`  made ${indianClock(row.created_at)} IST by code ${row.code_version}`);
  const { backend, endpoint } = servedBy(row);
  output.line(`  backend ${backend}${endpoint === null ? '' : ` (endpoint ${endpoint})`}`);
}

function showProof({ row, proof }: VersionStory, output: Output): void {
  output.line(`  bundle ${row.bundle_hash}`);
  output.line(
    proof.ok
      ? `    verified: ${counted(proof.files, 'file')}, ${(proof.bytes / MEGABYTE).toFixed(1)} MB, every hash as registered`
      : `    NOT VERIFIED: ${proof.problem}`,
  );
  output.line(`  logic  ${row.logic_hash}`);
}

function showVerdict({ verdict, verdictProblem }: VersionStory, output: Output): void {
  output.line();
  if (verdictProblem !== null) output.line(`verdict: NOT VERIFIED: ${verdictProblem}`);
  else if (verdict === null) output.line('verdict: none yet; ./oi models judge asks for one');
  if (verdict === null) return;
  const { pass, failed, candidate_class, baseline_version, evaluated_at, profile, profile_note } = verdict;
  const against = baseline_version === null ? 'nothing was live' : `against ${baseline_version}`;
  output.line(
    `verdict: ${pass ? 'PASS' : `REFUSED by ${failed.join(', ')}`} (${candidate_class}, ${against}), ` +
      `${indianClock(evaluated_at)} IST, profile ${profile}${profile_note === null ? '' : `: ${profile_note}`}`,
  );
  output.table(
    ['rule', '', 'candidate', 'production', 'threshold', 'why'],
    verdict.rules.map(({ rule, pass: passed, candidate, baseline, threshold, why }) => [
      rule,
      passed === null ? '-' : passed ? 'pass' : 'FAIL',
      ...[candidate, baseline, threshold].map(shown),
      why,
    ]),
  );
  showBacktest(verdict, output);
}

function showBacktest({ candidate, baseline }: ShownVerdict, output: Output): void {
  const line = (name: string, one: ShownSummary): (string | number)[] => [
    name,
    one.out_of_sample_sessions.length,
    one.held_out_sessions.length,
    one.trades,
    percent(one.total_return),
    shown(one.daily_sharpe),
    percent(one.hit_rate),
    shown(one.payoff),
    percent(one.max_drawdown),
    shown(one.f1),
    shown(one.precision_at_top_k),
    shown(one.held_out_ece),
  ];
  output.line();
  output.table(
    [
      'backtest',
      'sessions',
      'held out',
      'trades',
      'return',
      'daily Sharpe',
      'hits',
      'payoff',
      'drawdown',
      'F1',
    ].concat(['P@TopK', 'ECE']),
    [line('candidate', candidate), ...(baseline === null ? [] : [line('production', baseline)])],
  );
}

function showCalibration({ calibration }: VersionStory, output: Output): void {
  if (calibration === null) return;
  const { kind, before, after } = calibration;
  output.line();
  output.line(
    `calibration: ${kind}; out of fold ECE ${shown(before.ece)} before, ${shown(after.ece)} after, ` +
      `log-loss ${shown(before.log_loss)} before, ${shown(after.log_loss)} after`,
  );
}

function showOwnHistory(history: readonly HistoryRow[], output: Output): void {
  if (history.length === 0) output.line('history: never promoted, never refused');
  else showDeployments(history, output);
}

function showReports({ row, reports }: VersionStory, output: Output): void {
  output.line();
  output.line(`reports: ${reports.length === 0 ? 'none' : `${counted(reports.length, 'file')} in the lake`}`);
  for (const key of reports) output.line(`  ${key}`);
  if (reports.length > 0) output.line(`to look at them: ./oi models report ${row.exchange} ${row.version}`);
}

const shown = (value: number | null): string => (value === null ? '-' : inWords(value));

/** Example: `percent(0.0123)` is `1.23 %`. */
const percent = (share: number | null): string =>
  share === null ? '-' : `${(PERCENT * share).toFixed(2)} %`;
