import { describe, expect, it } from 'vitest';
import { causeText, machineFailure } from '../../../cli/executions.ts';
import { showTrained, type Trained } from '../../../cli/models/show-trained.ts';
import type { Output } from '../../../cli/output.ts';
import { InvariantViolated, NotFound, RejectedInput } from '../../../shared/errors.ts';

const TRAINED = {
  ...({ ok: true, exchange: 'NSE', target: 'tb15', runs_as: 'lambda' } as const),
  train: {
    ...{ version: '2025-12-04-abcdef01', exploratory: false, labelled_rows: 3300, folds: 4, created: true },
    per_regime: 'not asked for',
    ...{ out_of_fold_log_loss: 0.98765, base_log_loss: 1.0986, out_of_fold_ece: 0.0312 },
    out_of_fold_auc: { sell: 0.61, hold: null, buy: 0.62 },
  },
  evaluate: { pass: true, failed: [], promote: false },
} satisfies Trained;
const SETTING = {
  ...{ dataset_version: '2025-12-04', feature_set: 'tracker-v2', environment: 'desk' },
  page: 'reports/training.html',
};

function shown(changes: Partial<Trained> = {}): string {
  const lines: string[] = [];
  const output: Output = {
    line: (text = '') => void lines.push(text),
    table: (head, rows) => void lines.push(...[head, ...rows].map((row) => row.join(' | '))),
    progress: () => {},
    result: () => {},
  };
  showTrained({ ...TRAINED, ...SETTING, ...changes }, output);
  return lines.join('\n');
}

describe('a training by hand', () => {
  it('says what was trained from what, how good it is, and what comes next', () => {
    expect(shown().split('\n')).toEqual([
      'NSE tb15: candidate 2025-12-04-abcdef01',
      '  from 3300 labelled rows of dataset 2025-12-04 (tracker-v2), 4 folds, trained in the Lambda',
      'out of fold | log-loss | AUC sell | AUC hold | AUC buy | ECE',
      'candidate | 0.9877 | 0.6100 | - | 0.6200 | 0.0312',
      'base rates | 1.0986 | - | - | - | -',
      'verdict: PASS',
      'report: reports/training.html',
      'next: ./oi promote NSE 2025-12-04-abcdef01 --operator YOU --reason WHY --env desk',
    ]);
  });

  it('says that it ran as a job, and that the same had been trained before', () => {
    const text = shown({ runs_as: 'job', train: { ...TRAINED.train, created: false } });
    expect(text).toContain('candidate, as trained before, 2025-12-04-abcdef01');
    expect(text).toContain('trained as a job');
  });

  it('says when the regimes did not get the models that were asked for', () => {
    const of = (per_regime: 'one model' | 'own models') => shown({ train: { ...TRAINED.train, per_regime } });
    expect(of('one model')).toContain('one model for all regimes: in some fold none had enough rows');
    expect(of('own models')).not.toContain('one model for all');
  });

  it('says what the gate refused and where it says why', () => {
    const text = shown({ evaluate: { pass: false, failed: ['sharpe', 'drawdown'], promote: false } });
    expect(text).toContain('verdict: REFUSED by sharpe, drawdown');
    expect(text).toContain('next: read why in reports/verdict.md');
  });

  it('says how to answer a promotion that was opened', () => {
    const approval = { expires_after_days: 5 };
    expect(shown({ evaluate: { pass: true, failed: [], promote: false, approval } })).toContain(
      'next: ./oi approve NSE 2025-12-04-abcdef01 --operator YOU --reason WHY --env desk (or ./oi reject)',
    );
  });

  it('leaves to the policy what it promotes, and promotes no research', () => {
    expect(shown({ evaluate: { pass: true, failed: [], promote: true } })).toContain(
      'next: ./oi models live NSE --env desk (the policy promotes it)',
    );
    expect(shown({ target: 'dir5' })).toContain('dir5 is research');
  });
});

describe('what a machine failed with', () => {
  it('is an error of the class that says who must act, in the words of the stage', () => {
    const cause = '{"errorType":"NotFound","errorMessage":"dataset: was none"}';
    expect(machineFailure('train NSE', { error: 'NotFound', cause })).toEqual(
      new NotFound('train NSE: dataset: was none'),
    );
    expect(machineFailure('train', { error: 'RejectedInput', cause: 'labels: was one' })).toBeInstanceOf(
      RejectedInput,
    );
    const timedOut = machineFailure('nightly', { status: 'TIMED_OUT' });
    expect(timedOut).toBeInstanceOf(InvariantViolated);
    expect(timedOut.message).toBe('nightly: no reason given (TIMED_OUT)');
    expect(causeText('"text"')).toBe('"text"');
  });
});
