import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { Output } from '../output.ts';

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
    readonly out_of_fold_log_loss: number;
    readonly base_log_loss: number;
    readonly out_of_fold_ece: number;
    readonly out_of_fold_auc: Readonly<Record<'sell' | 'hold' | 'buy', number | null>>;
    /** False when the same bundle had been trained before. */
    readonly created: boolean;
  };
  readonly evaluate: {
    readonly pass: boolean;
    readonly failed: readonly string[];
    readonly promote: boolean;
  };
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
  output.table(
    ['out of fold', 'log-loss', 'of base rates', 'AUC sell', 'AUC hold', 'AUC buy', 'ECE'],
    [['', ...scoresOf(train)]],
  );
  output.line(`verdict: ${evaluate.pass ? 'PASS' : `REFUSED by ${evaluate.failed.join(', ')}`}`);
  output.line(`report: ${page}`);
  output.line(`next: ${nextStep(trained)}`);
}

function scoresOf({ out_of_fold_auc: auc, ...train }: Trained['train']): string[] {
  const scores = [
    train.out_of_fold_log_loss,
    train.base_log_loss,
    auc.sell,
    auc.hold,
    auc.buy,
    train.out_of_fold_ece,
  ];
  return scores.map((score) => (score === null ? '-' : score.toFixed(4)));
}

function nextStep({ exchange, target, train, evaluate, page, environment }: Shown): string {
  if (evaluate.promote) return `./oi models live ${exchange} --env ${environment} (the policy promotes it)`;
  if (!evaluate.pass) return `read why in ${page.replace('training.html', 'verdict.md')}`;
  const targeted = target === 'tb15' ? '' : ` --target ${target}`;
  return `./oi promote ${exchange} ${train.version}${targeted} --operator YOU --reason WHY --env ${environment}`;
}
