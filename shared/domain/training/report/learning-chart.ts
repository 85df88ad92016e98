import { type Chart, chart, nominal, quantitative } from './chart.ts';

export interface LearningCurve {
  readonly fold: number;
  /** Loss on the later rows that early stopping watches, round by round. */
  readonly validation_losses: readonly number[];
}

/** Loss by boosting round, fold by fold: where it stops falling, nothing more is learnt. */
export function learningChart(curves: readonly LearningCurve[]): Chart {
  const values = curves.flatMap(({ fold, validation_losses }) =>
    validation_losses.map((loss, at) => ({ fold: `fold ${fold}`, round: at + 1, loss })),
  );
  return chart({
    title: 'learning curves',
    values,
    // A fold that was stopped at once is a point, which a line would not show.
    mark: { type: 'line', point: curves.some((curve) => curve.validation_losses.length === 1) },
    encoding: {
      x: quantitative('round', 'round'),
      y: quantitative('loss', 'validation loss', { scale: { zero: false } }),
      color: nominal('fold', 'fold'),
    },
  });
}
