import { describe, expect, it } from 'vitest';
import { precisionAtTopK } from '../../../../../shared/domain/evaluation/classification.ts';
import type { LabelledRow } from '../../../../../shared/domain/evaluation/scored-row.ts';
import { measure } from '../../../../../shared/domain/training/metrics.ts';
import { judgedWhere, scoresOf } from '../../../../../shared/domain/training/report/scores.ts';
import { modelsSection, scoresSection } from '../../../../../shared/domain/training/report/scores-section.ts';
import { aReportInput } from '../../../../factories/report-input.ts';

const TOP_K = 5;
const { models, folds } = aReportInput();
const [candidate, rival] = models as [(typeof models)[0], (typeof models)[0]];
const scores = models.flatMap((model) => scoresOf(model, TOP_K));
const of = (model: string, rows_judged: string) =>
  scores.filter((score) => score.model === model && score.rows_judged === rows_judged);

describe('the scores of a model', () => {
  it('are measured on all rows, each fold, each regime and both, without losing one', () => {
    const { probabilities, labels } = candidate.outOfFold;
    const [all] = of('lightgbm', 'all');
    expect(all).toMatchObject({ ...measure(probabilities, labels), fold: null, regime: null });
    for (const split of ['fold', 'regime', 'fold and regime']) {
      const rows = of('lightgbm', split).reduce((sum, score) => sum + score.rows, 0);
      expect(rows, split).toBe(all!.rows);
    }
    expect(of('lightgbm', 'fold and regime').map(({ fold, regime }) => [fold, regime])).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
  });

  it('leave out a fold that a regime was never in', () => {
    const { outOfFold } = candidate;
    const rows = judgedWhere(outOfFold, (row) => outOfFold.folds[row] === 1 || outOfFold.regimes[row] === 1);
    const crossed = scoresOf({ ...candidate, outOfFold: rows }, TOP_K).filter(
      (one) => one.rows_judged === 'fold and regime',
    );
    expect(crossed.map(({ fold, regime }) => [fold, regime])).toEqual([
      [1, 0],
      [1, 1],
      [2, 1],
    ]);
  });

  it('count the surest directions as the gate does', () => {
    const { sessions, labels, probabilities } = candidate.outOfFold;
    const rows = sessions.map((session, row) => ({
      session,
      minute: row,
      label: (labels[row] as number) - 1,
      sell: probabilities[row * 3],
      hold: probabilities[row * 3 + 1],
      buy: probabilities[row * 3 + 2],
    })) as unknown as LabelledRow[];
    const [all] = of('lightgbm', 'all');
    expect(all!.precision_at_top_k).toBe(precisionAtTopK(rows, TOP_K));
    expect(all!.precision_at_top_k).toBeGreaterThan(0);
  });

  it('have the sessions kept back where the model was asked about them', () => {
    expect(of('lightgbm', 'held out')).toEqual([]);
    expect(of('linear', 'held out')).toMatchObject([{ rows: 240 }]);
  });
});

describe('the tables', () => {
  it('name folds by their days and explain their columns', () => {
    const section = scoresSection('Numbers', of('lightgbm', 'fold'), folds, TOP_K);
    expect(section.table!.rows.map(([name]) => name)).toEqual([
      'fold 1: 2026-02-02 to 2026-02-03',
      'fold 2: 2026-02-04 to 2026-02-05',
    ]);
    expect(section.table!.head).toContain('Precision@5');
    for (const word of section.table!.head.slice(2, 8)) {
      expect(section.says.toLowerCase(), word).toContain(word.toLowerCase());
    }
    expect(section.table!.rows.every(({ length }) => length === section.table!.head.length)).toBe(true);
  });

  it('put models side by side, with what their trades brought', () => {
    const [section] = modelsSection(models, scores, TOP_K);
    expect(section!.table!.rows.map(([name]) => name)).toEqual([
      'lightgbm',
      'linear',
      'linear, held-out sessions',
    ]);
    expect(section!.table!.rows.map((row) => row.slice(-2))).toEqual([
      [3, expect.closeTo(3, 12)],
      [3, null],
      [3, null],
    ]);
    expect(section!.table!.rows.every(({ length }) => length === section!.table!.head.length)).toBe(true);
    expect(rival.name).toBe('linear');
  });

  it('say what trades brought beside the rows that they were counted on, not beside the sessions kept back', () => {
    const [section] = modelsSection([candidate, { ...rival, netUtility: 0.0002 }], scores, TOP_K);
    expect(section!.table!.rows.map((row) => row.at(-1))).toEqual([
      expect.closeTo(3, 12),
      expect.closeTo(2, 12),
      null,
    ]);
  });

  it('need two models to compare', () => {
    expect(modelsSection([candidate], scores, TOP_K)).toEqual([]);
  });
});
