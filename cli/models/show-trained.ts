import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { MagnitudeMetrics } from '../../shared/domain/training/magnitude/metrics.ts';
import type { Output } from '../output.ts';
import { type Evaluated, verdictWords } from './verdict-words.ts';

/** A run of the training machine that left a candidate and its verdict; see infra/machines/learn.ts. */
export interface Trained {
  readonly ok: true;
  readonly exchange: Exchange;
  readonly target: string;
  readonly runs_as: 'lambda' | 'job';
  readonly train: {
    readonly version: string;
    readonly exploratory: boolean;
    readonly labelled_rows: number;
    readonly folds: number;
    /** False when the same bundle had been trained before. */
    readonly created: boolean;
  } & (ClassScores | MagnitudeScores);
  readonly evaluate: Evaluated & {
    readonly promote: boolean;
    /** A promotion was opened that waits for an operator. */
    readonly approval?: { readonly expires_after_days: number } | null;
  };
}

interface ClassScores {
  readonly per_regime: 'not asked for' | 'one model' | 'own models';
  readonly out_of_fold_log_loss: number;
  readonly base_log_loss: number;
  readonly out_of_fold_ece: number;
  readonly out_of_fold_auc: Readonly<Record<'sell' | 'hold' | 'buy', number | null>>;
}

interface MagnitudeScores {
  readonly kind: 'magnitude';
  readonly unit: string;
  readonly out_of_fold: MagnitudeMetrics;
}

interface Shown extends Trained {
  readonly dataset_version: string;
  readonly feature_set: string;
  /** The copied report page. */
  readonly page: string;
  readonly environment: string;
}

/** Says what a person wants to know of a candidate: what it is, how good, whether it passed, and what to do next. */
export function showTrained(trained: Shown, output: Output): void {
  const { exchange, target, train, evaluate, page } = trained;
  output.line(
    `${exchange} ${target}: ${train.created ? 'candidate' : 'candidate, as trained before,'} ${train.version}`,
  );
  output.line(
    `  from ${train.labelled_rows} labelled rows of dataset ${trained.dataset_version} (${trained.feature_set}), ` +
      `${train.folds} folds, trained ${trained.runs_as === 'job' ? 'as a job' : 'in the Lambda'}`,
  );
  if ('kind' in train) showForecasts(train, output);
  else showScores(train, output);
  if ('per_regime' in train && train.per_regime === 'one model')
    output.line('one model for all regimes: in some fold none had enough rows of every class for its own');
  output.line(`verdict: ${verdictWords(evaluate)}`);
  output.line(`report: ${page}`);
  output.line(`next: ${nextStep(trained)}`);
}

function showScores({ out_of_fold_auc: auc, ...train }: ClassScores, output: Output): void {
  const { out_of_fold_log_loss, base_log_loss, out_of_fold_ece } = train;
  const scores = [out_of_fold_log_loss, auc.sell, auc.hold, auc.buy, out_of_fold_ece];
  output.table(
    ['out of fold', 'log-loss', 'AUC sell', 'AUC hold', 'AUC buy', 'ECE'],
    [
      ['candidate', ...scores.map(shown)],
      ['base rates', shown(base_log_loss), '-', '-', '-', '-'],
    ],
  );
}

function showForecasts({ unit, out_of_fold }: MagnitudeScores, output: Output): void {
  const { mae, rmse, r2, r2_against_volatility, rank_correlation, naive } = out_of_fold;
  output.line(`  in ${unit}; the naive forecasts are the mean and the recent volatility, fitted in the fold`);
  output.table(
    [
      'out of fold',
      'MAE',
      'RMSE',
      'of the mean',
      'of volatility',
      'R2',
      'R2 against volatility',
      'rank correlation',
    ],
    [
      [
        '',
        ...[mae, rmse, naive.mean.rmse, naive.volatility.rmse].map(shown),
        ...[r2, r2_against_volatility, rank_correlation].map(shown),
      ],
    ],
  );
}

const shown = (score: number | null): string => (score === null ? '-' : score.toFixed(4));

/** What to do after a verdict, as a line for a person. */
export function nextStep({
  exchange,
  target,
  train,
  evaluate,
  page,
  environment,
}: Pick<Shown, 'exchange' | 'target' | 'evaluate' | 'page' | 'environment'> & {
  readonly train: Pick<Trained['train'], 'version'>;
}): string {
  if (evaluate.approval) {
    return `./oi approve ${exchange} ${train.version} --operator YOU --reason WHY --env ${environment} (or ./oi reject)`;
  }
  if (evaluate.promote) return `./oi models live ${exchange} --env ${environment} (the policy promotes it)`;
  if (evaluate.not_judged !== undefined || (evaluate.pass && target !== PRODUCTION_TARGET)) {
    return `read ${page}; ${target} is research: no stage acts on it, and it cannot be promoted`;
  }
  if (!evaluate.pass) return `read why in ${page.replace('training.html', 'verdict.md')}`;
  return `./oi promote ${exchange} ${train.version} --operator YOU --reason WHY --env ${environment}`;
}
