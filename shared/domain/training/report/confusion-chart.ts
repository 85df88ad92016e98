import { confusionMatrix } from '../../../stats/confusion-matrix.ts';
import { CLASS_COUNT, CLASSES, likeliestClasses } from '../classes.ts';
import { type Chart, chart, nominal, quantitative } from './chart.ts';
import { type ReportRows, rowsWhere } from './report-rows.ts';

export interface FoldConfusion {
  readonly fold: number;
  /** Counts by (true, predicted), classes SELL HOLD BUY, row-major. */
  readonly confusion: readonly number[];
}

/** What was said against what came true, fold by fold, after calibration. */
export function foldConfusions(rows: ReportRows): FoldConfusion[] {
  const folds = [...new Set(rows.folds)].sort((a, b) => a - b);
  return folds.map((fold) => {
    const members = rowsWhere(rows, (row) => rows.folds[row] === fold);
    const predicted = likeliestClasses(members.calibrated);
    return { fold, confusion: [...confusionMatrix(members.labels, predicted, CLASS_COUNT)] };
  });
}

export function confusionChart(folds: readonly FoldConfusion[]): Chart {
  const values = folds.flatMap(({ fold, confusion }) =>
    confusion.map((rows, at) => {
      const label = Math.floor(at / CLASS_COUNT);
      const all = confusion.slice(label * CLASS_COUNT, (label + 1) * CLASS_COUNT);
      const total = all.reduce((sum, count) => sum + count, 0);
      return {
        fold: `fold ${fold}`,
        came: CLASSES[label],
        said: CLASSES[at % CLASS_COUNT],
        rows,
        share: total === 0 ? 0 : rows / total,
      };
    }),
  );
  const place = {
    x: nominal('said', 'said', { sort: CLASSES }),
    y: nominal('came', 'came true', { sort: CLASSES }),
  };
  const { data, title, config, $schema } = chart({ title: 'confusion by fold', values });
  return {
    ...{ $schema, title, config, data },
    facet: { field: 'fold', type: 'nominal', title: null },
    spec: {
      width: 130,
      height: 130,
      encoding: place,
      layer: [
        {
          mark: 'rect',
          encoding: {
            color: quantitative('share', 'share of the row', { scale: { scheme: 'blues', domain: [0, 1] } }),
          },
        },
        {
          mark: { type: 'text', fontSize: 11 },
          encoding: {
            text: { field: 'rows', type: 'quantitative' },
            color: { condition: { test: 'datum.share > 0.5', value: 'white' }, value: '#222' },
          },
        },
      ],
    },
  };
}
