import { type CurvePoint, thresholdCurve } from '../../../stats/threshold-curve.ts';
import { CLASS_COUNT, CLASSES } from '../classes.ts';
import { byClass, type Chart, chart, quantitative } from './chart.ts';
import type { ReportRows } from './report-rows.ts';

const MOST_POINTS = 200;
const ORDER = { order: { field: 'step', type: 'quantitative' } };

/** How well each class is told from the others: the ROC and the precision-recall curve. */
export function rankingCharts(rows: ReportRows): Chart[] {
  const points = CLASSES.flatMap((name, at) =>
    curveOf(rows, at).map((point, step) => ({ class: name, step: step + 1, ...point })),
  );
  // Before any row is taken nothing is found: the ROC curve begins there, whatever the first threshold takes at once.
  const starts = [...new Set(points.map((point) => point.class))].map((name) => ({
    ...{ class: name, step: 0, recall: 0, falsePositiveRate: 0 },
  }));
  return [
    chart({
      title: 'ROC, one class against the others',
      values: [...starts, ...points],
      width: 240,
      height: 240,
      layer: [
        {
          data: { values: [{ at: 0 }, { at: 1 }] },
          mark: { type: 'line', color: '#bbbbbb', strokeDash: [4, 4] },
          encoding: { x: quantitative('at', 'false positives'), y: quantitative('at', 'true positives') },
        },
        {
          mark: 'line',
          encoding: {
            x: quantitative('falsePositiveRate', 'false positives'),
            y: quantitative('recall', 'true positives'),
            color: byClass,
            ...ORDER,
          },
        },
      ],
    }),
    chart({
      title: 'precision and recall',
      values: points,
      width: 240,
      height: 240,
      mark: 'line',
      encoding: {
        x: quantitative('recall', 'recall'),
        y: quantitative('precision', 'precision'),
        color: byClass,
        ...ORDER,
      },
    }),
  ];
}

function curveOf(rows: ReportRows, wanted: number): CurvePoint[] {
  const scores = Array.from(rows.labels, (_, row) => rows.calibrated[row * CLASS_COUNT + wanted] as number);
  return thresholdCurve(
    scores,
    Array.from(rows.labels, (label) => label === wanted),
    MOST_POINTS,
  );
}
