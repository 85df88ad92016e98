import { counted } from '../../shared/domain/market/counted.ts';
import type { Output } from '../output.ts';
import type { Lineage, LineageDay } from './lineage.ts';

const SHOWN_DAYS = 8;
const SHOWN_TRIALS = 8;
const DIGITS = 16;

/** A version's way back to the micro-batches, the newest days and the best trials; `--json` has all of them. */
export function showLineage(lineage: Lineage, output: Output): void {
  const { row, proof, dataset, problems } = lineage;
  output.line(`${row.exchange} ${row.target} ${row.version}`);
  output.line(
    `  bundle   ${short(row.bundle_hash)}  ${proof.ok ? `${counted(proof.files, 'file')}, every hash verified` : `NOT VERIFIED: ${proof.problem}`}`,
  );
  output.line(`  code     ${row.code_version}, logic ${short(row.logic_hash)}${madeBy(lineage)}`);
  output.line(
    `  dataset  ${dataset.version}  content ${short(dataset.content_hash)}, ${dataset.feature_set} and ${dataset.label_set}, ` +
      `known by ${dataset.knowledge_cutoff}, made by code ${dataset.code_version}${dataset.parent ? `, after ${dataset.parent}` : ''}`,
  );
  for (const problem of problems) output.line(`  NOT AS REGISTERED: ${problem}`);
  showDays(lineage, output);
  showTrials(lineage, output);
}

function madeBy({ row, proof }: Lineage): string {
  if (row.imported_by !== undefined) return `; made elsewhere, imported by ${row.imported_by}`;
  const libraries = proof.ok ? (proof.bundle.procedure?.libraries ?? {}) : {};
  const named = Object.entries(libraries).map(([name, what]) => `${name} ${what.slice(0, DIGITS)}`);
  return named.length === 0 ? '' : `; ${named.join(', ')}`;
}

function showDays({ days }: Lineage, output: Output): void {
  const sum = (of: (day: LineageDay) => number) => days.reduce((total, day) => total + of(day), 0);
  const unknown = days.filter(({ chain }) => chain === null).length;
  const files = sum(({ labels }) => (labels === null ? 1 : 2));
  const batches = sum((day) => day.batches.length);
  output.line();
  output.line(
    `${counted(days.length, 'day')}: ${counted(files, 'file')}, ${counted(
      sum(({ features }) => features.rows),
      'feature row',
    )}, ` +
      `${counted(
        sum(({ chain }) => chain?.rows ?? 0),
        'chain row',
      )}, ` +
      `${batches} ${batches === 1 ? 'micro-batch' : 'micro-batches'}, ${counted(sum(snapshotsOf), 'snapshot')}`,
  );
  if (unknown > 0) {
    output.line(
      `  of ${counted(unknown, 'day')} the chain is not in the registry (imported, or before it kept revisions)`,
    );
  }
  const shown = days.slice(-SHOWN_DAYS);
  if (shown.length === 0) return;
  output.table(
    ['date', 'features', 'rows', 'labels', 'chain', 'revision', 'batches', 'snapshots'],
    shown.map((day) => [
      day.date,
      short(day.features.sha256),
      day.features.rows,
      day.labels === null ? '-' : short(day.labels.sha256),
      day.chain === null ? '-' : short(day.chain.sha256),
      day.chain?.revision ?? '-',
      day.batches.length,
      snapshotsOf(day),
    ]),
  );
  more(days.length - shown.length, 'earlier day', output);
}

const snapshotsOf = ({ batches }: LineageDay) => batches.reduce((sum, { snapshots }) => sum + snapshots, 0);

function showTrials({ trials, row }: Lineage, output: Output): void {
  output.line();
  if (trials === null) {
    output.line('trials: no report of the training run names them');
    return;
  }
  output.line(
    `${counted(trials.length, 'trial')} on dataset ${row.dataset_version}, the least log-loss first`,
  );
  const worth = (value: number | null) => value ?? Number.POSITIVE_INFINITY;
  const best = [...trials].sort((a, b) => worth(a.out_of_fold_log_loss) - worth(b.out_of_fold_log_loss));
  const shown = best.slice(0, SHOWN_TRIALS);
  if (shown.length === 0) return;
  output.table(
    ['configuration', 'family', 'log-loss', 'daily Sharpe', 'sessions', 'seed'],
    shown.map((trial) => [
      trial.configuration_hash.slice(0, DIGITS),
      `${trial.family}${trial.distilled ? ' (distilled)' : ''}${trial.imported ? ' (imported)' : ''}`,
      trial.out_of_fold_log_loss?.toFixed(4) ?? '-',
      trial.daily_sharpe?.toFixed(3) ?? '-',
      trial.daily_returns.length,
      trial.seed,
    ]),
  );
  more(trials.length - shown.length, 'other trial', output);
}

function more(count: number, noun: string, output: Output): void {
  if (count > 0) output.line(`and ${counted(count, noun)}; --json has all`);
}

const short = (hash: string): string => hash.slice(0, DIGITS);
